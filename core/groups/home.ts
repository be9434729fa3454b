import { UnsupportedByEngine } from '../errors/registry.ts';
import { type Cluster, isRds } from '../plan/installation.ts';
import { type Landing, landingOf } from './landing.ts';

/** How a cluster changes sides as planned: over what was left there, or beside it under its own name. */
export type WayOver = 'difference' | 'replace';

/**
 * @param to the region that it goes to
 * @returns its way, or why a machine does not go it, and who does
 */
export function wayOver(cluster: Cluster, to: string): WayOver | UnsupportedByEngine {
  if (cluster.engine === 'objects') return 'difference';
  if (isRds(cluster)) return 'replace';
  return new UnsupportedByEngine(
    `${cluster.name} is ${cluster.engine}, and what was left of it in ${to} is in the way of what comes there; empty it, ` +
      `restore it there by holdfast-restore in ${to} once writers have stopped, and take it out of the group for that time`,
    { cluster: cluster.name, engine: cluster.engine },
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
