import type { TidbCluster, TidbReach } from '../../core/plan/installation.ts';
import { isPrimary, isProtectedAt, type Site } from './settings.ts';

/** A TiDB cluster as one region reaches it. */
export interface TidbHere {
  readonly cluster: TidbCluster;
  readonly reach: TidbReach;
}

const clustersOf = ({ installation }: Site): readonly TidbCluster[] =>
  installation.clusters.filter((cluster): cluster is TidbCluster => cluster.engine === 'tidb');

const targetIn = ({ region }: Site, { restoreInto }: TidbCluster): TidbReach | undefined =>
  restoreInto[region]?.reach;

/** Where BR runs: at the clusters themselves in the primary, elsewhere at those that restores fill. */
export const tidbAt = (site: Site): readonly TidbHere[] =>
  clustersOf(site).flatMap((cluster) => {
    const reach = isPrimary(site) ? cluster.reach : targetIn(site, cluster);
    return reach ? [{ cluster, reach }] : [];
  });

/** The clusters that restores of this region fill. */
export const tidbTargetsAt = (site: Site): readonly TidbHere[] =>
  clustersOf(site).flatMap((cluster) => {
    const reach = targetIn(site, cluster);
    return reach ? [{ cluster, reach }] : [];
  });

/** What BR and TiKV store of a recovery point. Manifests beside it are Holdfast's. */
export const itemsStoredBy = (cluster: string): string => `${cluster}/*/data/*`;

/** Where BR and TiKV write in a vault, by cluster: recovery points, and the engine's log. */
export const storedBy = (cluster: string): readonly string[] => [itemsStoredBy(cluster), `${cluster}/log/*`];

/**
 * What BR takes away again: in the primary the progress it noted while it backed up, everywhere the log's files that it
 * truncates, and its locks on them. Never a file of a recovery point.
 */
export const takenAwayByBr = (site: Site, cluster: string): readonly string[] => [
  ...(isProtectedAt(site, cluster) ? [`${cluster}/*/data/checkpoints/*`] : []),
  `${cluster}/log/*`,
];
