import { tidbNamed } from '../../../cli/demo/restoring.ts';
import type { Stage } from '../../../cli/stage.ts';

/**
 * Whether a restore of a cluster may begin in a region. What TiDB is restored into is one cluster for all who restore
 * there: it is made anew for the next one, unless somebody still writes into it.
 */
export function readyToRestore(stage: Stage, region: string, cluster: string): boolean {
  if (!stage.tidb.applications.has(cluster)) return true;
  const { ecs, states } = stage.cloud;
  const restores = states.machines
    .filter((machine) => machine.region === region && machine.name.endsWith('-restore'))
    .flatMap(({ arn }) => states.list(arn))
    .filter(({ status, input }) => status === 'RUNNING' && input.includes(`"${cluster}"`));
  const target = tidbNamed(stage, cluster);
  const busy = ecs.running(region).some(({ startedBy = '' }) => /-restore-/.test(startedBy));
  const imports = (stage.tidb.targetOf(target, region).importingUntil ?? 0) > stage.now;
  if (restores.length > 0 || busy || imports) return false;
  stage.tidb.emptyTarget(target, region);
  return true;
}
