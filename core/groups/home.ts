import { UnsupportedByEngine } from '../errors/registry.ts';
import { type Cluster, type DorisCluster, isRds, type MilvusCluster } from '../plan/installation.ts';
import { type Landing, landingOf } from './landing.ts';

/** How a cluster changes sides as planned: over what was left there, beside it under its own name, or by its standby. */
export type WayOver = 'difference' | 'replace' | 'promote';

/**
 * @param to the region that it goes to
 * @returns its way, or why a machine does not go it, and who does
 */
export function wayOver(cluster: Cluster, to: string, home: string): WayOver | UnsupportedByEngine {
  if (cluster.engine === 'objects') return 'difference';
  if (isRds(cluster)) return 'replace';
  if (cluster.engine === 'doris' && to !== home && cluster.standby?.region === to) return 'promote';
  if (cluster.engine === 'doris' || cluster.engine === 'milvus') return intoItself(cluster, to, home);
  return new UnsupportedByEngine(
    `${cluster.name} is ${cluster.engine}, and what was left of it in ${to} is in the way of what comes there: bring it over by hand, ` +
      `as docs/runbooks/failback.md says, and start this again with "byHand": ["${cluster.name}"]`,
    { cluster: cluster.name, engine: cluster.engine },
  );
}

/** The last backup goes over what is there: at home into the cluster itself. */
function intoItself(
  { name, engine, restoreInto }: DorisCluster | MilvusCluster,
  to: string,
  home: string,
): WayOver | UnsupportedByEngine {
  if (to !== home || !restoreInto[home]?.reach) return 'difference';
  return new UnsupportedByEngine(
    `what restores of ${name} in ${home} fill is another cluster, restoreInto.${home}.reach, and not ${name} itself; take that out of the configuration for as long as it goes home`,
    { cluster: name, engine },
  );
}

/** Where a cluster is on a side: at home where it always was, away where a failover brings it. */
export function placeOf(cluster: Cluster, region: string, home: string): Landing {
  if (region !== home) return landingOf(cluster, region);
  if (isRds(cluster)) return { target: { clusterId: cluster.clusterId }, called: cluster.clusterId };
  return cluster.engine === 'objects'
    ? { target: { bucket: cluster.bucket, prefix: '' }, called: cluster.bucket }
    : { target: {}, called: cluster.name };
}
