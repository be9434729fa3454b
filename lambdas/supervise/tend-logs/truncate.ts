import type { LogStep } from '../../../core/engines/log-driver.ts';
import type { LogChain, Mark } from '../../../core/log/chain.ts';
import { fullsNeeding, type KeptFull, truncationOf } from '../../../core/log/truncate.ts';
import {
  between,
  earlier,
  hours,
  type Instant,
  instant,
  iso,
  later,
  milliseconds,
  minutes,
} from '../../../core/time/instant.ts';
import type { Errand } from '../../../workflows/contracts/supervise.ts';
import { readTruncated, writeTruncated } from '../notes.ts';
import type { SupervisePorts, Tended } from '../ports.ts';
import { troubleOf } from '../tell.ts';
import type { Round } from './tend.ts';

type Next = Pick<Errand, 'does' | 'chain' | 'until'>;

/**
 * One truncation has ended, or none has begun: what is truncated next. A round ends when no chain is left, and the next
 * one comes a day later.
 */
export async function truncateOn(
  errand: Errand,
  step: Exclude<LogStep, { outcome: 'running' }> | undefined,
  tended: Tended,
  round: Round,
  ports: SupervisePorts,
): Promise<Next | undefined> {
  const { cluster, chain, until } = errand;
  if (step && step.outcome !== 'done') return stuck(errand, step.reason.message, round, ports);
  if (step && until) {
    const { mark } = tended.driver.markAt(instant(until.at));
    await noteEnd(cluster, chain, mark, round, ports);
    await tellTruncated(errand, step, ports);
  }
  return (await following(tended, round, ports)) ?? ended(errand, round, ports);
}

/**
 * A truncation is over when it has come to its end twice, a round apart. A tool says of some files that it could not
 * delete them and of others nothing; and a file that was on its way from another region arrives behind the truncation.
 */
async function noteEnd(
  cluster: string,
  chain: string,
  mark: string,
  { now }: Round,
  { vault }: SupervisePorts,
): Promise<void> {
  const note = await readTruncated(vault, cluster);
  const isOver = note.again?.[chain]?.mark === mark;
  await writeTruncated(vault, cluster, {
    ...note,
    ...(isOver
      ? { done: { ...note.done, [chain]: mark } }
      : { again: { ...note.again, [chain]: { mark, at: now } } }),
  });
}

/** Tomorrow's round tries again: until then the log is longer than it has to be, and no more than that. */
async function stuck(errand: Errand, why: string, round: Round, ports: SupervisePorts): Promise<undefined> {
  const trouble = troubleOf({ name: 'LogFailed', message: why });
  await ports.announcer.announce({
    name: 'LogAtRisk',
    cluster: errand.cluster,
    region: ports.region,
    reason: { name: trouble.name, message: trouble.message },
    sentence: `the log ${errand.chain} of ${errand.cluster} in ${ports.region} was not truncated: ${why}; nothing is lost by this, and it is tried again tomorrow`,
    facts: { level: 'warn', chain: errand.chain },
  });
  return ended(errand, round, ports);
}

async function ended({ cluster }: Errand, { now }: Round, { vault }: SupervisePorts): Promise<undefined> {
  await writeTruncated(vault, cluster, { ...(await readTruncated(vault, cluster)), at: now });
  return undefined;
}

/** The next chain, oldest first, that reaches back further than a kept full needs it to. */
async function following(
  { cluster, driver }: Tended,
  { now }: Round,
  ports: SupervisePorts,
): Promise<Next | undefined> {
  const { catalog, region, vault, telemetry } = ports;
  const { done, again = {} } = await readTruncated(vault, cluster.name);
  const [points, here] = await Promise.all([
    catalog.points(cluster.name),
    catalog.copies(cluster.name, region),
  ]);
  const fulls = fullsNeeding(points, here);
  for (const chain of await catalog.chains(cluster.name, region)) {
    const target = targetOf(chain, fulls, driver);
    if (!target || done[chain.chain] === driver.markAt(target.from.at).mark) continue;
    // It had its turn in this round.
    if ((again[chain.chain]?.at ?? 0) > earlier(now, hours(1))) continue;
    const clearance = await driver.clear(cluster, region, chain.chain, now);
    if (clearance.outcome === 'busy') {
      telemetry.info(`the log ${chain.chain} is not truncated now: ${clearance.why}`, {
        cluster: cluster.name,
      });
      continue;
    }
    if (clearance.removed) telemetry.info(`removed ${clearance.removed}`, { cluster: cluster.name });
    // The record first: nobody is to be sent into a log that is being taken away.
    await catalog.advanceChain(chain, { from: target.from }, now);
    const { mark } = driver.markAt(furtherThanBefore(target, now));
    return { does: 'truncate', chain: chain.chain, until: { at: target.from.at, mark } };
  }
  return undefined;
}

interface Target {
  /** Where the record says that the chain begins. */
  readonly from: Mark;
  /** Everything before this may go, and what lies within the minute before it may stay. */
  readonly until: Instant;
}

/**
 * A tool takes an order up to where it has been for done, also when it was killed after it had written that down and
 * before it had deleted anything (contract of truncate: `--until` up to the previous one does nothing). So whoever
 * repeats a truncation says a little more than the one before: a millisecond for each hour since, of the minute that the
 * first falls short of.
 */
const SHORT_OF = minutes(1);

function furtherThanBefore({ from, until }: Target, now: Instant): Instant {
  const since = Math.floor(between(from.at, now) / hours(1));
  const short = Math.max(0, SHORT_OF - Math.max(0, since));
  return earlier(until, milliseconds(short));
}

/**
 * What is to be gone of a chain. Where nothing new is, it is what the record says is gone already: a truncation that
 * was cut off behind its record is carried out again, until somebody has come to its end.
 */
function targetOf(chain: LogChain, fulls: readonly KeptFull[], driver: Tended['driver']): Target | undefined {
  const truncation = truncationOf(chain, fulls);
  if (truncation.kind === 'until') {
    return { from: driver.markAt(truncation.until), until: truncation.until };
  }
  if (truncation.kind === 'whole') {
    const from = { at: chain.checkpoint, mark: chain.checkpointMark };
    // Nothing behind its end is anybody's: the minute before it does not have to stay.
    return { from, until: later(chain.checkpoint, milliseconds(SHORT_OF + 1)) };
  }
  const from = { at: chain.from, mark: chain.fromMark };
  return chain.from > chain.startedAt ? { from, until: chain.from } : undefined;
}

async function tellTruncated(
  { cluster, chain, until }: Errand,
  step: Extract<LogStep, { outcome: 'done' }>,
  { announcer, region }: SupervisePorts,
): Promise<void> {
  await announcer.announce({
    name: 'LogTruncated',
    cluster,
    region,
    sentence: `the log ${chain} of ${cluster} in ${region} begins at ${iso(until!.at as Parameters<typeof iso>[0])} now: no kept full needs what lay before it${step.left ? `; ${step.left}` : ''}`,
    facts: { chain },
  });
}
