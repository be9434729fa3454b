import { TargetNotEmpty, TargetNotUsable } from '../../../core/errors/registry.ts';
import type { TidbCluster } from '../../../core/plan/installation.ts';
import type { Place } from '../../../core/ports/reach.ts';
import type { TidbDriverPorts } from './ports.ts';
import { databasesIn } from './sql.ts';

/** The cluster of a region that restores fill; a drill needs its SQL. */
export function drillPlace(cluster: TidbCluster, region: string): Place {
  if (cluster.restoreInto[region]?.reach?.sql) return { cluster: cluster.name, region, end: 'target' };
  throw new TargetNotUsable(
    `a drill of ${cluster.name} in ${region} has to see that the cluster which it fills is empty, and empties it again; name its sql in restoreInto.${region}.reach of ${cluster.name}`,
    { region },
  );
}

/** A drill begins in an empty cluster or not at all. */
export async function requireNothingThere(
  ports: Pick<TidbDriverPorts, 'reach'>,
  cluster: TidbCluster,
  region: string,
): Promise<void> {
  const there = await databasesIn(ports, drillPlace(cluster, region));
  if (there.length === 0) return;
  throw new TargetNotEmpty(
    `the cluster that drills of ${cluster.name} fill in ${region} holds ${there.slice(0, 3).join(', ')}, and a drill empties it when it ends; drop what nobody needs, or leave it to what is there`,
    { region, databases: there.length },
  );
}
