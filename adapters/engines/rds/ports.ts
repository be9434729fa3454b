import type { RDSClient } from '@aws-sdk/client-rds';
import type { RecoveryPoint } from '../../../core/catalog/recovery-point.ts';
import { InvariantViolation } from '../../../core/errors/registry.ts';
import { type Cluster, isRds, type RdsCluster } from '../../../core/plan/installation.ts';
import type { ObjectStore } from '../../../core/ports/object-store.ts';
import type { ManifestPlace } from '../shared/manifest-io.ts';

export interface RdsPorts {
  readonly rds: (region: string) => RDSClient;
  readonly store: (region: string) => ObjectStore;
  /** Region → vault bucket. */
  readonly vaults: Readonly<Record<string, string>>;
  /** Region → ARN of the key (or its alias) that copies are encrypted with there. */
  readonly vaultKeys: Readonly<Record<string, string>>;
  /** The region of the clusters under protection. */
  readonly home: string;
}

export function manifestIn(
  ports: RdsPorts,
  region: string,
  point: Pick<RecoveryPoint, 'id' | 'cluster'>,
): ManifestPlace {
  const bucket = ports.vaults[region];
  if (bucket === undefined)
    throw new InvariantViolation(
      `no vault is known in ${region}; the regions are ${Object.keys(ports.vaults)}`,
    );
  return { store: ports.store(region), bucket, cluster: point.cluster, id: point.id };
}

export function rdsClusterOf(cluster: Cluster): RdsCluster {
  if (isRds(cluster)) return cluster;
  throw new InvariantViolation(
    `the rds driver was given the cluster ${cluster.name} of engine ${cluster.engine}`,
  );
}
