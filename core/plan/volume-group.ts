import type { Cluster, EngineName } from './installation.ts';

/** Instances whose volumes are captured together. */
export interface VolumeGroup {
  /** Of the cluster. */
  readonly name: string;
  /** The instances are those in the primary region that carry this tag, whichever they are at the moment of a capture. */
  readonly instances: { readonly key: string; readonly value: string };
  /** Whether the volume that an instance boots from is left out. */
  readonly excludeBootVolume: boolean;
}

/** What of a cluster is captured as volumes; undefined for one that is captured otherwise. */
export function volumeGroupOf(cluster: Cluster): VolumeGroup | undefined {
  if (cluster.engine === 'ebs') return cluster;
  if (cluster.engine !== 'tidb' || !cluster.volumes) return undefined;
  // A host of TiKV boots from an image of its own; BR leaves its boot volume out too.
  return { name: cluster.name, instances: cluster.volumes.instances, excludeBootVolume: true };
}

/**
 * The engine that a new recovery point of a cluster names: the one that keeps what it holds. A TiDB cluster's snapshots
 * of volumes are EBS's. Fixed for good with the point, whatever becomes of the configuration.
 */
export const engineOfPoints = (cluster: Cluster): EngineName =>
  volumeGroupOf(cluster) ? 'ebs' : cluster.engine;
