import {
  CreateSnapshotsCommand,
  DeleteSnapshotCommand,
  type EC2Client,
  paginateDescribeSnapshots,
  type Snapshot,
} from '@aws-sdk/client-ec2';
import type { RecoveryPoint } from '../../../core/catalog/recovery-point.ts';
import { SnapshotInUse } from '../../../core/errors/registry.ts';
import { type Instant, instant, parseInstant } from '../../../core/time/instant.ts';
import { allOf } from '../shared/bounded.ts';
import { ec2Fault, isInUse, isNotFound } from './faults.ts';

/**
 * Groups of volume snapshots, whatever engine they protect: taken per instance, found by tags, removed by tags. EC2
 * knows no token for what makes a snapshot, so tags are all that says whose a snapshot is.
 */
export const POINT_TAG = 'holdfast:recovery-point';
export const CLUSTER_TAG = 'holdfast:cluster';
/** How many volumes the whole point has, so that what is left of it is not taken for all of it. */
export const VOLUMES_TAG = 'holdfast:volumes';
export const INSTANCE_TAG = 'holdfast:instance';
/** On copies and on restored volumes: EC2 itself keeps nothing of where they come from. */
export const DEVICE_TAG = 'holdfast:device';
export const SOURCE_VOLUME_TAG = 'holdfast:source-volume';
export const SOURCE_SNAPSHOT_TAG = 'holdfast:source-snapshot';
export const TAKEN_AT_TAG = 'holdfast:taken-at';

export type Tags = Readonly<Record<string, string>>;

/** Calls of one task that are under way at once. */
const AT_ONCE = 8;

export const tagList = (tags: Tags) => Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));

export const specified = (type: 'snapshot' | 'volume', tags: Tags) => [
  { ResourceType: type, Tags: tagList(tags) },
];

/** A snapshot of one volume, with where it comes from, by its own word or by its tags. */
export interface VolumeSnapshot {
  readonly snapshotId: string;
  readonly tags: Tags;
  readonly instanceId: string;
  /** The captured volume, also of a copy. */
  readonly volumeId: string;
  readonly device: string | undefined;
  /** Set for a copy. */
  readonly sourceSnapshot: string | undefined;
  /** The instant that it restores to. */
  readonly takenAt: Instant;
  /** When it, or the copy that it is, was begun. */
  readonly startedAt: Instant;
  readonly state: 'pending' | 'completed' | 'error';
  readonly percent: number;
  readonly trouble: string | undefined;
  readonly sizeGib: number;
  readonly encrypted: boolean;
}

/** One crash-consistent snapshot of each volume of an instance, all of one instant. */
export async function takeSet(
  ec2: EC2Client,
  instance: { readonly instanceId: string; readonly excludeBootVolume: boolean },
  tags: Tags,
): Promise<void> {
  await ec2.send(
    new CreateSnapshotsCommand({
      InstanceSpecification: {
        InstanceId: instance.instanceId,
        ExcludeBootVolume: instance.excludeBootVolume,
      },
      TagSpecifications: specified('snapshot', { ...tags, [INSTANCE_TAG]: instance.instanceId }),
    }),
  );
}

/** What stands for a recovery point in a region. The tag of the point alone proves nothing. */
export async function snapshotsOf(
  ec2: EC2Client,
  { id, cluster }: Pick<RecoveryPoint, 'id' | 'cluster'>,
): Promise<readonly VolumeSnapshot[]> {
  const found = await snapshotsTagged(ec2, POINT_TAG, id);
  return found.filter(({ tags }) => tags[CLUSTER_TAG] === cluster);
}

/** Every snapshot of this account and region that carries a tag: with a value, or at all. */
export async function snapshotsTagged(
  ec2: EC2Client,
  key: string,
  value?: string,
): Promise<readonly VolumeSnapshot[]> {
  const filter =
    value === undefined ? { Name: 'tag-key', Values: [key] } : { Name: `tag:${key}`, Values: [value] };
  const found: VolumeSnapshot[] = [];
  try {
    for await (const { Snapshots = [] } of paginateDescribeSnapshots(
      { client: ec2, pageSize: 1_000 },
      { OwnerIds: ['self'], Filters: [filter] },
    ))
      found.push(...Snapshots.map(viewOf));
  } catch (error) {
    throw ec2Fault(error);
  }
  return found.sort((a, b) => (a.snapshotId < b.snapshotId ? -1 : 1));
}

function viewOf(snapshot: Snapshot): VolumeSnapshot {
  const tags: Tags = Object.fromEntries(
    (snapshot.Tags ?? []).map(({ Key = '', Value = '' }) => [Key, Value]),
  );
  const startedAt = instant(snapshot.StartTime?.getTime() ?? 0);
  return {
    snapshotId: snapshot.SnapshotId ?? '',
    tags,
    instanceId: tags[INSTANCE_TAG] ?? '',
    volumeId: tags[SOURCE_VOLUME_TAG] ?? snapshot.VolumeId ?? '',
    device: tags[DEVICE_TAG],
    sourceSnapshot: tags[SOURCE_SNAPSHOT_TAG],
    takenAt: parseInstant(tags[TAKEN_AT_TAG] ?? '') ?? startedAt,
    startedAt,
    state: stateOf(snapshot.State),
    percent: Number.parseInt(snapshot.Progress ?? '0', 10) || 0,
    trouble: snapshot.StateMessage,
    sizeGib: snapshot.VolumeSize ?? 0,
    encrypted: snapshot.Encrypted ?? false,
  };
}

/** `recoverable` and `recovering` lie in the recycle bin: nothing restores from them. */
function stateOf(state: Snapshot['State']): VolumeSnapshot['state'] {
  if (state === 'completed' || state === 'pending') return state;
  return state === undefined ? 'pending' : 'error';
}

/**
 * Removes snapshots; answers how many were there. One that is pending goes when it has completed.
 * @throws SnapshotInUse when an image is registered on one of them
 */
export async function removeSnapshots(
  ec2: EC2Client,
  snapshots: readonly Pick<VolumeSnapshot, 'snapshotId'>[],
): Promise<number> {
  const removed = await allOf(snapshots, AT_ONCE, ({ snapshotId }) => removeOne(ec2, snapshotId));
  return removed.filter((was) => was).length;
}

async function removeOne(ec2: EC2Client, SnapshotId: string): Promise<boolean> {
  try {
    await ec2.send(new DeleteSnapshotCommand({ SnapshotId }));
    return true;
  } catch (error) {
    if (isNotFound(error)) return false;
    if (isInUse(error))
      throw new SnapshotInUse(
        `an image is registered on the snapshot ${SnapshotId}, and ec2 does not let it go; deregister the image, and the next run removes it`,
        { snapshot: SnapshotId },
        { cause: error },
      );
    throw ec2Fault(error);
  }
}
