import { logStartArgv } from '../../../../../adapters/engines/tidb/argv-log.ts';
import type { RecoveryPoint } from '../../../../../core/catalog/recovery-point.ts';
import { type LogChain, logPrefix } from '../../../../../core/log/chain.ts';
import { earlier, type Instant, minutes } from '../../../../../core/time/instant.ts';
import { tsoOf } from '../../../../../embedded/tidb/tso.ts';
import { capture } from '../../../../support/driver-run.ts';
import { HOME, type TidbWorld } from '../../../../support/tidb-world.ts';

const CHAIN = '20261121t030000z';

/** A full snapshot and the log around it, of half an hour in which things happen. */
export interface Logged {
  readonly point: RecoveryPoint;
  readonly chain: LogChain;
  /** Behind some of the changes and before the others. */
  readonly middle: Instant;
}

/** Logs the cluster from now on, and takes a full snapshot in the log. */
export async function logged(world: TidbWorld, base?: RecoveryPoint): Promise<Logged> {
  const from = world.now();
  const to = world.storage(HOME, logPrefix('shop', CHAIN));
  await world.br(logStartArgv(world.cluster.reach, 'holdfast-shop', to));
  await world.wait(60);
  const point = await capture(world, base);
  await world.wait(300);
  world.mutate(0);
  await world.wait(300);
  const middle = world.now();
  await world.wait(300);
  world.mutate(1);
  await world.wait(1_200);
  const checkpoint = earlier(world.now(), minutes(8));
  const chain: LogChain = {
    cluster: 'shop',
    region: HOME,
    chain: CHAIN,
    state: 'running',
    startedAt: from,
    stateSince: from,
    from,
    fromMark: tsoOf(from).toString(),
    checkpoint,
    checkpointMark: tsoOf(checkpoint).toString(),
    checkpointAt: world.now(),
  };
  return { point, chain, middle };
}
