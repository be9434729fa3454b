import { InvariantViolation } from '../../../core/errors/registry.ts';
import { dataPrefix } from '../../../core/manifest/layout.ts';
import type { Cluster, TidbCluster } from '../../../core/plan/installation.ts';
import type { Containers } from '../../../core/ports/containers.ts';
import type { Reach } from '../../../core/ports/reach.ts';
import type { ObjectsPorts } from '../objects/ports.ts';
import type { ManifestPlace } from '../shared/manifest-io.ts';
import type { Storage } from './argv.ts';

/** What lies in the vaults of a snapshot are files, so they are moved, proven and discarded as objects are. */
export interface TidbPorts extends ObjectsPorts {
  readonly containers: Containers;
  /** Region → ARN of the key (or its alias) that the vault there is encrypted with. */
  readonly vaultKeys: Readonly<Record<string, string>>;
}

/** What the driver needs beside: the supervision of logs fills no cluster. */
export interface TidbDriverPorts extends TidbPorts {
  /** To the cluster that a drill fills and empties: BR itself drops nothing. */
  readonly reach: Reach;
}

export function tidbCluster(cluster: Cluster): TidbCluster {
  if (cluster.engine === 'tidb') return cluster;
  throw new InvariantViolation(
    `the tidb driver was given the cluster ${cluster.name} of engine ${cluster.engine}`,
  );
}

/** The task definition that runs BR for one cluster; it exists under this name in every region. */
export const familyOf = (cluster: Pick<Cluster, 'name'>): string => `holdfast-br-${cluster.name}`;

/** BR writes it last: a snapshot that has it is complete, and one that has it not is none. */
export const MARKER = 'backupmeta';

/** A snapshot of this region's vault as BR is told of it. */
export function snapshotAt(ports: TidbPorts, region: string, place: ManifestPlace): Storage {
  const key = ports.vaultKeys[region];
  if (key === undefined)
    throw new InvariantViolation(
      `no vault key is known in ${region}; the regions are ${Object.keys(ports.vaultKeys)}`,
    );
  return { bucket: place.bucket, prefix: dataPrefix(place.cluster, place.id), region, key };
}

/** The vault of a region. */
export function vaultIn({ vaults }: Pick<TidbPorts, 'vaults'>, region: string): string {
  const bucket = vaults[region];
  if (bucket !== undefined) return bucket;
  throw new InvariantViolation(`no vault is known in ${region}; the regions are ${Object.keys(vaults)}`);
}
