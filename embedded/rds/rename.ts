import type { Instant } from '../../core/time/instant.ts';
import { renamed } from './durations.ts';
import { clusterAlreadyExists } from './errors.ts';
import { type Context, identifier } from './operation.ts';
import { type Cluster, lookUp, type RegionStore } from './store.ts';

/**
 * A cluster takes another name: with the status `renaming` it has its old one, and is available again under the new one.
 * Its endpoints and its ARN follow; its instances keep their names, and snapshots that were taken of it keep the old one.
 */
export function rename(cluster: Cluster, wanted: string, { call, chance, here }: Context): void {
  const to = identifier('NewDBClusterIdentifier', wanted);
  if (lookUp(here.clusters, to, call.now) || here.renames.some((one) => one.to === to))
    throw clusterAlreadyExists(`DB Cluster ${to} already exists`);
  const at = renamed(call.now, chance);
  cluster.timeline.next('renaming', call.now).next('available', at);
  here.renames = [...here.renames, { cluster, to, at }];
}

/** A region with the names that are due by now. */
export function settled(here: RegionStore, now: Instant): RegionStore {
  if (here.renames.length === 0) return here;
  for (const { cluster, to } of here.renames.filter(({ at }) => at <= now)) {
    const before = cluster.id;
    for (const instance of here.instances.values())
      if (instance.clusterId === before) instance.clusterId = to;
    if (here.clusters.get(before) === cluster) here.clusters.delete(before);
    cluster.id = to;
    cluster.arn = `${cluster.arn.slice(0, cluster.arn.lastIndexOf(':') + 1)}${to}`;
    here.clusters.set(to, cluster);
    here.histories.set(to, cluster.history);
  }
  here.renames = here.renames.filter(({ at }) => at > now);
  return here;
}
