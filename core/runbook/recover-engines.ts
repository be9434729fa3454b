import { dataPrefix } from '../manifest/layout.ts';
import { quoted, type Recoverable, type Steps } from './steps.ts';

/** The vendor's own tool, from a host that reaches Milvus and both buckets. */
export function recoverMilvus({ cluster, point, region, bucket }: Recoverable): Steps {
  const root = dataPrefix(cluster.name, point.id).replace(/\/$/, '');
  return {
    needs: [
      'milvus-backup of the version that the manifest names, on a host with a role that reads the vault and writes the bucket of Milvus',
      'a Milvus of the same version or a later one, in which no collection has a name of this point',
    ],
    steps: [
      {
        says: 'Point the tool at the vault, in its `backup.yaml`; `milvus.*` and `minio.bucketName`, `minio.rootPath` are those of the new Milvus.',
        language: 'text',
        text: `minio:
  storageType: aws
  address: s3.${region}.amazonaws.com
  port: 443
  region: ${region}
  useSSL: true
  useIAM: true
  backupStorageType: aws
  backupAddress: s3.${region}.amazonaws.com
  backupPort: 443
  backupRegion: ${region}
  backupUseSSL: true
  backupUseIAM: true
  backupBucketName: ${bucket}
  backupRootPath: ${root}
  crossStorage: false`,
      },
      {
        says: 'See what is there, and restore it by that name.',
        language: 'sh',
        text: `milvus-backup --config backup.yaml list
milvus-backup --config backup.yaml restore -n "\${NAME:?the name that the list shows}" --rebuild_index --use_v2_restore`,
      },
    ],
    afterwards: [
      'load states and aliases are not put back by the tool: the manifest’s `configuration` and the backup’s own metadata name them',
    ],
  };
}

/** Volumes out of snapshots. What attaches them is not Holdfast's, and not this page's. */
export function recoverVolumes({ cluster, point, region }: Recoverable): Steps {
  const zone = cluster.restoreInto[region]?.availabilityZone;
  return {
    needs: [
      'instances in the zone that the volumes are made in, of the kind that the manifest’s `configuration` describes',
    ],
    steps: [
      {
        says: 'Make a volume out of every snapshot of this point. The device and the instance that it was of are tags of the snapshot, and of the volume.',
        language: 'sh',
        text: `set -euo pipefail
export AWS_REGION=${region}
export ZONE="\${ZONE:-${zone ?? ''}}"
: "\${ZONE:?the availability zone to make the volumes in}"
aws ec2 describe-snapshots --owner-ids self \\
  --filters ${quoted(`Name=tag:holdfast:recovery-point,Values=${point.id}`)} \\
  --query 'Snapshots[].SnapshotId' --output text | tr '\\t' '\\n' |
while read -r snapshot; do
  aws ec2 create-volume --availability-zone "$ZONE" --snapshot-id "$snapshot" \\
    --tag-specifications "ResourceType=volume,Tags=[{Key=recovered-from,Value=$snapshot}]"
done`,
      },
    ],
    afterwards: [
      'attach each to the instance and device that the tags `holdfast:instance` and `holdfast:device` of its snapshot name',
      'a volume reads slowly until each block was read once',
    ],
  };
}
