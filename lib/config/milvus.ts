import type { MilvusCluster, MilvusReach } from '../../core/plan/installation.ts';
import type { Place } from '../../core/ports/reach.ts';
import { protectedAt, type Site } from './settings.ts';

/** A Milvus cluster as the tool's containers of one region reach it. */
export interface MilvusHere {
  readonly cluster: MilvusCluster;
  /** Whose secret the container is given: the protected cluster's where it is protected, elsewhere that of the target. */
  readonly reach: MilvusReach;
  /** Milvus's own bucket that backups are copied from; absent where nothing is backed up. */
  readonly source?: MilvusReach;
  /** What restores fill: the protected cluster itself at home, unless another is named. */
  readonly target: MilvusReach;
  readonly targetEnd: Place['end'];
}

/** Where milvus-backup runs: at the clusters themselves in the primary, and at those that restores fill. */
export const milvusAt = (site: Site): readonly MilvusHere[] =>
  site.installation.clusters
    .filter((cluster): cluster is MilvusCluster => cluster.engine === 'milvus')
    .flatMap((cluster) => {
      const here = protectedAt(site).find(({ name }) => name === cluster.name);
      const source = here?.engine === 'milvus' ? here.reach : undefined;
      const named = cluster.restoreInto[site.region]?.reach;
      const target = named ?? source;
      if (!target) return [];
      const targetEnd = named ? 'target' : 'source';
      return [{ cluster, reach: source ?? target, target, targetEnd, ...(source && { source }) }];
    });

/** What milvus-backup stores of a recovery point. Manifests beside it are Holdfast's. */
export const storedByMilvus = (cluster: string): string => `${cluster}/*/data/*`;

/** What it says of a backup itself. */
export const metaOfMilvus = (cluster: string): string => `${cluster}/*/data/hf_*/meta/*`;
