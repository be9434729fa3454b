import { earlier, later, milliseconds, minutes, seconds } from '../../../core/time/instant.ts';
import type { TidbFleet } from '../fleet.ts';
import { tsoOf } from '../tso.ts';
import { type CommandLine, millisecondsOf } from './argv.ts';
import { connect } from './connect.ts';
import { BrFailure, invalidArgument } from './failure.ts';
import type { BrProcess } from './process.ts';

/** How far the stores' resolved timestamps are behind the clock while all is well. */
const RESOLVED_BEHIND = seconds(2);
/** From the first connection until every leader has applied its log. */
const PREPARING = seconds(15);
const RENEWS = milliseconds(5_000);

/**
 * `operator pause-gc-and-schedulers`: holds GC at the cluster's resolved timestamp, keeps PD from scheduling, and leaves it
 * so until it is told to end. What it holds runs out by itself when it is killed.
 */
export async function runPause(process: BrProcess, line: CommandLine, fleet: TidbFleet): Promise<void> {
  const ttl = milliseconds(millisecondsOf(line.text('ttl') ?? ''));
  if (ttl < minutes(1)) throw invalidArgument(`a ttl of ${line.text('ttl')} ends before it is renewed`);
  const cluster = await connect(process, line, fleet);
  const { pd } = cluster;
  const given = line.text('safepoint');
  const resolved = tsoOf(earlier(process.world.now(), RESOLVED_BEHIND));
  const ts = given === undefined || given === '0' ? resolved : BigInt(given);
  const say = (message: string, fields: Parameters<BrProcess['log']>[3] = []) =>
    process.log('INFO', 'prepare_snap.go:170', message, fields);
  if (ts === resolved)
    say('No service safepoint provided, using the minimal resolved TS.', [['min-resolved-ts', resolved]]);
  const id = `br-${process.startedAt}`;
  const renew = () => {
    if (!pd.keep(id, ts, ttl))
      throw new BrFailure(`GC safepoint exceed TS ${ts}`, 'BR:Backup:ErrBackupGCSafepointExceeded');
    pd.pauseSchedulers(later(process.world.now(), ttl));
  };
  renew();
  await process.sleep(PREPARING);
  renew();
  for (const message of ['Schedulers are paused.', 'GC is paused.', 'All ready.']) say(message);
  try {
    for (;;) {
      await process.sleep(RENEWS);
      if (cluster.isDark || cluster.faults.pdUnreachable(cluster.name)) continue;
      renew();
    }
  } catch (error) {
    if (!(error instanceof BrFailure) || error.message !== 'context canceled') throw error;
    pd.release(id);
    pd.pauseSchedulers(process.world.now());
    say('all connections to store have shuted down.');
  }
}
