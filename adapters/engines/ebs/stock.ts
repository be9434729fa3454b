import type { EC2Client } from '@aws-sdk/client-ec2';
import { keptName } from '../../../core/engines/keepers.ts';
import { partsOf, type RecoveryPointId, scheduledAtOf } from '../../../core/ids/names.ts';
import type { Remover, StoredSnapshot } from '../../../core/ports/stock.ts';
import { instant } from '../../../core/time/instant.ts';
import {
  CLUSTER_TAG,
  POINT_TAG,
  removeSnapshots,
  snapshotsOf,
  snapshotsTagged,
  VOLUMES_TAG,
  type VolumeSnapshot,
} from './snapshots.ts';

/** All that carries a recovery point's tags in a region, point by point, whatever made it. */
export async function volumesIn(ec2: EC2Client): Promise<readonly StoredSnapshot[]> {
  const byPoint = new Map<RecoveryPointId, VolumeSnapshot[]>();
  for (const snapshot of await snapshotsTagged(ec2, POINT_TAG)) {
    const id = snapshot.tags[POINT_TAG] ?? '';
    if (snapshot.tags[CLUSTER_TAG] !== clusterOf(id)) continue;
    byPoint.set(id, [...(byPoint.get(id) ?? []), snapshot]);
  }
  return [...byPoint].flatMap(([id, snapshots]) => stored(id, snapshots) ?? []);
}

/** The same for one point; undefined when it has none there. */
export async function volumesOfPoint(
  ec2: EC2Client,
  id: RecoveryPointId,
): Promise<StoredSnapshot | undefined> {
  const snapshots = await snapshotsOf(ec2, { id, cluster: clusterOf(id) });
  return snapshots.length === 0 ? undefined : stored(id, snapshots);
}

/** A point's id says which cluster it is of, and the other tag has to agree. */
const clusterOf = (id: RecoveryPointId): string => partsOf(id)?.cluster ?? '';

function stored(id: RecoveryPointId, all: readonly VolumeSnapshot[]): StoredSnapshot | undefined {
  const scheduledAt = scheduledAtOf(id);
  if (scheduledAt === undefined) return undefined;
  return {
    name: keptName('ebs', id),
    cluster: clusterOf(id),
    recoveryPoint: id,
    status: statusOf(all),
    scheduledAt,
    createdAt: instant(Math.max(...all.map(({ startedAt }) => startedAt))),
  };
}

/** Whole when every volume of the point has a snapshot that is complete, whatever lies there besides. */
function statusOf(all: readonly VolumeSnapshot[]): StoredSnapshot['status'] {
  const wanted = Number(all.find(({ tags }) => tags[VOLUMES_TAG] !== undefined)?.tags[VOLUMES_TAG] ?? 1);
  const complete = new Set(all.filter(({ state }) => state === 'completed').map(({ volumeId }) => volumeId));
  if (complete.size >= wanted) return 'available';
  return all.some(({ state }) => state === 'pending') ? 'pending' : 'failed';
}

/** What is pending goes when it has completed, without being asked again. */
export async function removeVolumesOf(
  ec2: EC2Client,
  id: RecoveryPointId,
): ReturnType<Remover['removeSnapshot']> {
  await removeSnapshots(ec2, await snapshotsOf(ec2, { id, cluster: clusterOf(id) }));
  return 'removed';
}
