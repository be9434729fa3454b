import type { Stage } from '../cli/stage.ts';
import { hours, later, milliseconds, minutes } from '../core/time/instant.ts';
import type { Attempt, Disturbance } from '../embedded/sdk/transport.ts';
import type { TidbCluster } from '../embedded/tidb/cluster.ts';
import type { TaskName } from '../workflows/contracts/tasks.ts';
import { BilledCalls } from './billed-calls.ts';
import type { Copied } from './log-lag.ts';
import { AWAY, HOME, quietStage } from './quiet-stage.ts';

export const NAME = 'shop';

const reach = (pd: string) => ({ pd, subnets: ['subnet-0a1b2c3d'], securityGroups: ['sg-0a1b2c3d'] });

/** When which version of a log object came into the recovery region's vault. */
class CopiedLog implements Disturbance {
  readonly copies: Copied[] = [];
  stage: Stage | undefined;

  before(): void {}

  after({ operation, input, call }: Attempt): void {
    if (operation !== 'CopyObject' || call.region !== AWAY) return;
    const { Key, CopySource } = input as { Key: string; CopySource: string };
    const [, version = ''] = CopySource.split('?versionId=');
    if (Key.startsWith(`${NAME}/log/`))
      this.copies.push({ key: Key, version: decodeURIComponent(version), at: this.stage!.now });
  }
}

export interface LogStage {
  readonly stage: Stage;
  readonly cluster: TidbCluster;
  readonly copied: CopiedLog;
  readonly billed: BilledCalls;
}

/**
 * A TiDB cluster with its log running and followed, as deployed, when its first full and that one's copy have ended.
 *
 * @param filesPerFlush files of data that a store writes at each flush, beside the one that names them and its checkpoint
 * @param counted whose calls are counted
 */
export async function logStage(
  stores: number,
  filesPerFlush: number,
  counted: readonly TaskName[],
): Promise<LogStage> {
  const copied = new CopiedLog();
  const billed = new BilledCalls(counted);
  const stage = await quietStage(
    {
      [NAME]: {
        engine: 'tidb',
        plan: 'quiet',
        version: 'v8.5.3',
        reach: reach('pd.shop:2379'),
        restoreInto: { [AWAY]: { reach: reach('pd.shop-restored:2379') } },
        expectedSize: '100 GB',
      },
    },
    { disturbances: [copied, billed], tidbClusters: { stores }, plan: { logBackup: true } },
  );
  copied.stage = stage;
  billed.stage = stage;
  const cluster = stage.tidb.fleet.cluster(NAME, HOME);
  cluster.log.filesPerFlush = filesPerFlush;
  await stage.run(hours(2));
  if (cluster.log.status !== 'NORMAL') throw new Error(`the log of ${NAME} is ${cluster.log.status}`);
  return { stage, cluster, copied, billed };
}

/** Lets minutes pass in which rows are written evenly, and calls `each` after every one of them. */
export async function live(
  { stage, cluster }: LogStage,
  rowsPerMinute: number,
  count: number,
  each: () => void = () => {},
): Promise<void> {
  for (let minute = 0; minute < count; minute++) {
    for (let n = 0; n < rowsPerMinute; n++)
      stage.cloud.world.at(
        later(stage.now, milliseconds(Math.floor((n * minutes(1)) / rowsPerMinute))),
        () => {
          cluster.write(NAME, 'orders', `${minute}-${n}`, { amount: n });
        },
      );
    await stage.run(minutes(1));
    each();
  }
}
