import {
  CreateVolumeCommand,
  type EC2Client,
  paginateDescribeVolumes,
  type Volume,
} from '@aws-sdk/client-ec2';
import { drillTags } from '../../../core/drills/isolation.ts';
import type { RestoreSpec } from '../../../core/engines/driver.ts';
import { RestoreFailed } from '../../../core/errors/registry.ts';
import { sha256 } from '../shared/sha256.ts';
import type { CapturedInstance, CapturedVolume } from './configuration.ts';
import { ec2Fault } from './faults.ts';
import {
  DEVICE_TAG,
  INSTANCE_TAG,
  SOURCE_VOLUME_TAG,
  specified,
  TAKEN_AT_TAG,
  type Tags,
  type VolumeSnapshot,
} from './snapshots.ts';

export const RESTORE_TAG = 'holdfast:restore';
/**
 * Not the tag by which snapshots of a point are known: somebody's own snapshots of a restored volume may take over its
 * tags, and must not go when the point does.
 */
const RESTORED_FROM_TAG = 'holdfast:restored-from';

/** EC2: 50 tags on a volume (Using_Tags.html). The restore's own come first. */
const TAGS_MAX = 50;

/** One volume to be made. */
export interface Making {
  readonly instance: CapturedInstance;
  readonly volume: CapturedVolume;
  readonly snapshot: VolumeSnapshot;
}

/** The volumes that a restore has made, by captured volume. */
export async function restoredVolumes(
  ec2: EC2Client,
  restoreId: string,
): Promise<ReadonlyMap<string, Volume>> {
  const made = new Map<string, Volume>();
  const Filters = [{ Name: `tag:${RESTORE_TAG}`, Values: [restoreId] }];
  try {
    for await (const { Volumes = [] } of paginateDescribeVolumes({ client: ec2, pageSize: 500 }, { Filters }))
      for (const volume of Volumes) {
        const source = volume.Tags?.find(({ Key }) => Key === SOURCE_VOLUME_TAG)?.Value;
        if (source !== undefined) made.set(source, volume);
      }
  } catch (error) {
    throw ec2Fault(error);
  }
  return made;
}

/** In the region of capture a volume goes back to where it was, unless another zone is named. */
export const zoneFor = (spec: RestoreSpec, { zone }: Pick<CapturedInstance, 'zone'>): string =>
  spec.target.availabilityZone ?? zone;

/** Its token follows from the restore and the volume: a repeat finds what the first call made. */
export async function makeVolume(ec2: EC2Client, spec: RestoreSpec, making: Making): Promise<void> {
  const { instance, volume, snapshot } = making;
  try {
    await ec2.send(
      new CreateVolumeCommand({
        ClientToken: sha256(`${spec.restore.id}/${volume.volumeId}`).slice(0, 64),
        AvailabilityZone: zoneFor(spec, instance),
        SnapshotId: snapshot.snapshotId,
        ...performanceOf(spec, volume),
        ...(spec.target.kmsKey === undefined ? {} : { Encrypted: true, KmsKeyId: spec.target.kmsKey }),
        TagSpecifications: specified('volume', tagsFor(spec, instance, volume)),
      }),
    );
  } catch (error) {
    if (error instanceof Error && /^InvalidParameter/.test(error.name))
      throw new RestoreFailed(
        `ec2 refused to make a volume of ${snapshot.snapshotId} with ${error.name}: ${error.message}; name another zone or volume type and start the restore again`,
        {},
        { cause: error },
      );
    throw ec2Fault(error);
  }
}

const KNOWS_IOPS = new Set(['gp3', 'io1', 'io2']);

/** As the captured volume was; of another type, as that type is by default. */
function performanceOf({ target }: RestoreSpec, { type, iops, throughput }: CapturedVolume) {
  const VolumeType = (target.volumeType ?? type) as 'gp3';
  if (VolumeType !== type) return { VolumeType };
  return {
    VolumeType,
    ...(iops !== undefined && KNOWS_IOPS.has(type) ? { Iops: iops } : {}),
    ...(throughput !== undefined && type === 'gp3' ? { Throughput: throughput } : {}),
  };
}

/** What an operator needs to attach it, and what the captured volume carried. */
function tagsFor(spec: RestoreSpec, instance: CapturedInstance, volume: CapturedVolume): Tags {
  const own = {
    [RESTORE_TAG]: spec.restore.id,
    ...drillTags(spec.restore),
    [RESTORED_FROM_TAG]: spec.point.id,
    [INSTANCE_TAG]: instance.instanceId,
    [DEVICE_TAG]: volume.device,
    [SOURCE_VOLUME_TAG]: volume.volumeId,
    [TAKEN_AT_TAG]: instance.takenAt,
  };
  const captured = Object.entries(volume.tags).filter(
    ([key]) => !key.startsWith('aws:') && !key.startsWith('holdfast:'),
  );
  return Object.fromEntries([...Object.entries(own), ...captured].slice(0, TAGS_MAX));
}
