import { Stage } from '../cli/stage.ts';
import { synthesize } from '../cli/synthesize.ts';
import type { TidbOptions } from '../cli/tidb-clusters.ts';
import type { ClusterInput, HoldfastInput, PlanInput } from '../core/plan/input.ts';
import { instant } from '../core/time/instant.ts';
import type { Disturbance } from '../embedded/sdk/transport.ts';
import { load } from '../lib/config/load.ts';

export const HOME = 'eu-west-1';
export const AWAY = 'eu-central-1';

/** A minute past midnight, the third of a month: no schedule of the quiet plan is near. */
const START = instant(Date.UTC(2026, 10, 3, 0, 1, 0));

/** Runs once a month, so that nothing happens but what a benchmark starts. */
const quiet = (keepLast: number): PlanInput => ({
  rules: [{ name: 'monthly', cron: '0 3 1 * ? *' }],
  retention: { keepLast },
  objectives: { rpo: '60d', rto: '30d' },
});

interface QuietOptions {
  /** @default 12 */
  readonly keepLast?: number;
  /** @default none */
  readonly disturbances?: readonly Disturbance[];
  /** What the plan has beside its one silent rule. */
  readonly plan?: Partial<PlanInput>;
  readonly tidbClusters?: TidbOptions;
}

/** Deploys an installation of these clusters into an embedded cloud in which the schedules are silent. */
export async function quietStage(
  clusters: Readonly<Record<string, ClusterInput>>,
  { keepLast = 12, disturbances = [], plan = {}, tidbClusters = {} }: QuietOptions = {},
): Promise<Stage> {
  const input: HoldfastInput = {
    name: 'bench',
    regions: { primary: HOME, recovery: [AWAY] },
    plans: { quiet: { ...quiet(keepLast), ...plan } },
    clusters,
  };
  const loaded = load(input, START);
  if ('refused' in loaded) throw loaded.refused;
  const { installation } = loaded;
  return synthesize(
    installation,
    (assembly) => new Stage({ installation, assembly, start: START, seed: 1, disturbances, tidbClusters }),
  );
}

/** Takes a backup as a person would, and lets its copy to the recovery region end. */
export async function backUpAndCopy(stage: Stage, cluster: string) {
  const backup = await stage.execute(HOME, 'backup', { cluster });
  if (backup.status !== 'SUCCEEDED') throw new Error(`the backup of ${cluster} ended: ${backup.cause}`);
  const machine = backup.machine.arn.replace(/backup$/, 'copy');
  const copy = stage.cloud.states.list(machine).at(-1);
  if (!copy) throw new Error(`the backup of ${cluster} started no copy`);
  await stage.until(copy.ended);
  if (copy.status !== 'SUCCEEDED') throw new Error(`the copy of ${cluster} ended: ${copy.cause}`);
  return { backup, copy };
}
