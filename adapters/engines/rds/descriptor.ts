import type { DBClusterSnapshot } from '@aws-sdk/client-rds';
import type { RecoveryPoint } from '../../../core/catalog/recovery-point.ts';
import { snapshotName } from '../../../core/ids/names.ts';
import type { ManifestLine } from '../../../core/manifest/line.ts';
import { sha256 } from '../shared/sha256.ts';
import type { RdsConfiguration } from './configuration.ts';

/** Shard 0 is the only one: a recovery point of an RDS cluster is one snapshot. */
export const ONLY_SHARD = 0;

const GIB = 1024 ** 3;

/**
 * What a manifest says about a snapshot. RDS gives no byte of it away, so its checksum is one over the attributes that
 * a copy must preserve: two regions with equal roots hold snapshots of the same cluster, made from one another.
 */
export function lineOf(
  snapshot: DBClusterSnapshot,
  configuration: RdsConfiguration,
  point: Pick<RecoveryPoint, 'id'>,
): ManifestLine {
  const attributes = [
    snapshot.Engine ?? null,
    snapshot.EngineVersion ?? null,
    snapshot.AllocatedStorage ?? null,
    snapshot.Port ?? null,
    snapshot.MasterUsername ?? null,
    snapshot.IAMDatabaseAuthenticationEnabled ?? false,
    snapshot.ClusterCreateTime?.toISOString() ?? null,
    snapshot.StorageEncrypted ?? false,
  ];
  return {
    key: `snapshot/${snapshotName(point.id)}`,
    // DocumentDB and Neptune do not promise the resource id in a snapshot; the cluster itself had it.
    version: snapshot.DbClusterResourceId ?? configuration.resourceId,
    bytes: bytesOf(snapshot),
    checksum: `attributes:${sha256(JSON.stringify(attributes))}`,
    since: point.id,
  };
}

/**
 * Volumes of Aurora, DocumentDB and Neptune grow by themselves, and RDS reports 1 GiB for them whatever they hold
 * (API reference, AllocatedStorage). An unknown size is written as 0 and not as that 1.
 */
function bytesOf(snapshot: DBClusterSnapshot): number {
  const gib = snapshot.AllocatedStorage ?? 0;
  return gib > 1 ? gib * GIB : 0;
}
