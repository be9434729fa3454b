import type { Stage } from '../../../cli/stage.ts';

/**
 * Whether a restore of a cluster may begin in a region. What TiDB, Doris and Milvus are restored into is one cluster for
 * all who restore there: it is made anew for the next one, unless somebody still writes into it.
 */
export function readyToRestore(stage: Stage, region: string, name: string): boolean {
  const cluster = stage.configured(name);
  if (!FILLED.has(cluster.engine)) return true;
  const { ecs, states } = stage.cloud;
  const restores = states.machines
    .filter((machine) => machine.region === region && machine.name.endsWith('-restore'))
    .flatMap(({ arn }) => states.list(arn))
    .filter(({ status, input }) => status === 'RUNNING' && input.includes(`"${name}"`));
  const busy = ecs.running(region).some(({ startedBy = '' }) => /-restore-/.test(startedBy));
  if (restores.length > 0 || busy || works(stage, region, cluster)) return false;
  stage.emptyTarget(region, name);
  return true;
}

/** Engines that restore into a cluster that is there. */
const FILLED: ReadonlySet<string> = new Set(['tidb', 'doris', 'milvus']);

/** What an engine goes on with when nobody waits for it any more. */
function works(
  { tidb, doris, now }: Stage,
  region: string,
  cluster: ReturnType<Stage['configured']>,
): boolean {
  if (cluster.engine === 'tidb') return (tidb.targetOf(cluster, region).importingUntil ?? 0) > now;
  if (cluster.engine !== 'doris') return false;
  return doris.targetOf(cluster, region).jobs.all.some(({ kind, done }) => kind === 'restore' && !done);
}
