import { UnsupportedByEngine } from '../errors/registry.ts';
import { type Cluster, type DorisCluster, isRds } from '../plan/installation.ts';
import { type Landing, landingOf } from './landing.ts';

/** How a cluster changes sides as planned: over what was left there, or beside it under its own name. */
export type WayOver = 'difference' | 'replace';

/**
 * @param to the region that it goes to
 * @returns its way, or why a machine does not go it, and who does
 */
export function wayOver(cluster: Cluster, to: string, home: string): WayOver | UnsupportedByEngine {
  if (cluster.engine === 'objects') return 'difference';
  if (isRds(cluster)) return 'replace';
  if (cluster.engine === 'doris') return ofDoris(cluster, to, home);
  return new UnsupportedByEngine(
    `${cluster.name} is ${cluster.engine}, and what was left of it in ${to} is in the way of what comes there: bring it over by hand, ` +
      `as docs/runbooks/failback.md says, and start this again with "byHand": ["${cluster.name}"]`,
    { cluster: cluster.name, engine: cluster.engine },
  );
}

/** Doris puts a backup over what is there. Where a standby takes writes it is cut loose instead, which nothing undoes. */
function ofDoris(
  { name, restoreInto, standby }: DorisCluster,
  to: string,
  home: string,
): WayOver | UnsupportedByEngine {
  const because = (why: string) => new UnsupportedByEngine(why, { cluster: name, engine: 'doris' });
  if (to !== home && standby?.region === to)
    return because(
      `${name} has a standby in ${to}, which a failover promotes and a planned move does not: bring it over by hand, as docs/runbooks/switchover.md says, and start this again with "byHand": ["${name}"]`,
    );
  if (to === home && restoreInto[home]?.reach)
    return because(
      `what restores of ${name} in ${home} fill is another cluster, restoreInto.${home}.reach, and not ${name} itself; take that out of the configuration for as long as it goes home`,
    );
  return 'difference';
}

/** Where a cluster is on a side: at home where it always was, away where a failover brings it. */
export function placeOf(cluster: Cluster, region: string, home: string): Landing {
  if (region !== home) return landingOf(cluster, region);
  if (isRds(cluster)) return { target: { clusterId: cluster.clusterId }, called: cluster.clusterId };
  return cluster.engine === 'objects'
    ? { target: { bucket: cluster.bucket, prefix: '' }, called: cluster.bucket }
    : { target: {}, called: cluster.name };
}
