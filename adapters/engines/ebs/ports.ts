import type { EC2Client } from '@aws-sdk/client-ec2';
import type { RecoveryPoint } from '../../../core/catalog/recovery-point.ts';
import { InvariantViolation } from '../../../core/errors/registry.ts';
import type { Cluster } from '../../../core/plan/installation.ts';
import { type VolumeGroup, volumeGroupOf } from '../../../core/plan/volume-group.ts';
import type { ObjectStore } from '../../../core/ports/object-store.ts';
import type { ManifestPlace } from '../shared/manifest-io.ts';

export interface EbsPorts {
  readonly ec2: (region: string) => EC2Client;
  readonly store: (region: string) => ObjectStore;
  /** Region → vault bucket. */
  readonly vaults: Readonly<Record<string, string>>;
  /** Region → ARN of the key (or its alias) that copies are encrypted with there. */
  readonly vaultKeys: Readonly<Record<string, string>>;
}

export function manifestIn(
  ports: Pick<EbsPorts, 'store' | 'vaults'>,
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

export function groupOf(cluster: Cluster): VolumeGroup {
  const group = volumeGroupOf(cluster);
  if (group) return group;
  throw new InvariantViolation(
    `the cluster ${cluster.name} of engine ${cluster.engine} is not captured as volumes`,
  );
}
