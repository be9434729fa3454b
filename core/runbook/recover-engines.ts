import { dataPrefix, indexKey } from '../manifest/layout.ts';
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
  iamEndpoint: ""
  backupStorageType: aws
  backupAddress: s3.${region}.amazonaws.com
  backupPort: 443
  backupRegion: ${region}
  backupUseSSL: true
  backupUseIAM: true
  backupIamEndpoint: ""
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
export function recoverVolumes(what: Recoverable): Steps {
  const { cluster, point, index, region } = what;
  const zone = cluster.restoreInto[region]?.availabilityZone;
  const own: Steps = cluster.engine === 'tidb' ? tikvOnVolumes(what) : NOTHING_ELSE;
  return {
    needs: [
      'instances in the zone that the volumes are made in, of the kind that the manifest’s `configuration` describes',
      ...own.needs,
    ],
    steps: [
      {
        says: `Make a volume out of every snapshot of this point: ${index.items} of them. Each is tagged with the instance and the device that it was of.`,
        language: 'sh',
        text: `set -euo pipefail
export AWS_REGION=${region}
export ZONE="\${ZONE:-${zone ?? ''}}"
: "\${ZONE:?the availability zone to make the volumes in}"
aws ec2 describe-snapshots --owner-ids self \\
  --filters ${quoted(`Name=tag:holdfast:recovery-point,Values=${point.id}`)} \\
  --query 'Snapshots[].[SnapshotId,Tags[?Key==\`holdfast:instance\`]|[0].Value,Tags[?Key==\`holdfast:device\`]|[0].Value]' --output text |
while read -r snapshot instance device; do
  aws ec2 create-volume --availability-zone "$ZONE" --volume-type "\${TYPE:-gp3}" --snapshot-id "$snapshot" \\
    --tag-specifications "ResourceType=volume,Tags=[{Key=recovered-from,Value=$snapshot},{Key=instance,Value=$instance},{Key=device,Value=$device}]" < /dev/null
done`,
      },
      ...own.steps,
    ],
    afterwards: [
      ...(own.steps.length > 0
        ? []
        : [
            'attach each to an instance at the device that its tags name, mount, and start the engine: it recovers as after a power failure',
          ]),
      'of which type each volume was, with which IOPS, the manifest’s `configuration` says; `TYPE` makes them of another one',
      'a volume reads slowly until each block was read once',
    ],
  };
}

const NOTHING_ELSE: Steps = { needs: [], steps: [], afterwards: [] };

/** The volumes hold more than the point: BR deletes what was committed after it (docs/engines/tidb.md, as volumes). */
function tikvOnVolumes({ cluster, point, bucket }: Recoverable): Steps {
  return {
    needs: [
      'BR and an image of TiDB, of the version that the manifest’s `configuration.own.facts` names, on a host that reaches PD; `jq`',
      'as many TiKV hosts as there were; PD and TiDB are made anew',
    ],
    steps: [
      {
        says: 'Take what BR has to know out of the manifest.',
        language: 'sh',
        text: `mkdir -p restore
aws s3 cp ${quoted(`s3://${bucket}/${indexKey(cluster.name, point.id)}`)} - | jq -r .configuration.own.facts.backupmeta > restore/backupmeta`,
      },
      {
        says: 'Start a new PD, and no TiKV and no TiDB yet. Tell PD that it is recovering. (BR hides `--skip-aws`: without it, it would make volumes by itself.)',
        language: 'sh',
        text: `export PD="\${PD:?host:port of the new PD}"
br restore full --type=aws-ebs --prepare --skip-aws --pd "$PD" -s "local://$PWD/restore" --output-file "$PWD/restore/restoremeta"`,
      },
      {
        says: 'Attach each volume to a new host at the device that its tags name, mount it, and start TiKV there with that PD. When all of them are up, let BR delete what is newer than the point.',
        language: 'sh',
        text: 'br restore full --type=aws-ebs --pd "$PD" -s "local://$PWD/restore"',
      },
      { says: 'Start TiDB.', language: 'text', text: 'Look at the heartbeat’s table, or at your own.' },
    ],
    afterwards: [],
  };
}
