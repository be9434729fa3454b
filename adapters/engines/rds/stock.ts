import {
  type DBClusterSnapshot,
  DeleteDBClusterSnapshotCommand,
  paginateDescribeDBClusterSnapshots,
  type RDSClient,
} from '@aws-sdk/client-rds';
import { scheduledAtOf } from '../../../core/ids/names.ts';
import type { Remover, StoredSnapshot } from '../../../core/ports/stock.ts';
import { instant } from '../../../core/time/instant.ts';
import { isBusy, isNotFound, rdsFault } from './faults.ts';
import { isFailure } from './progress.ts';
import { CLUSTER_TAG, findSnapshot, POINT_TAG, tagsOf } from './snapshots.ts';

/** Every manual cluster snapshot of a region that carries Holdfast's tags, whatever made it. */
export async function snapshotsIn(rds: RDSClient): Promise<readonly StoredSnapshot[]> {
  const found: StoredSnapshot[] = [];
  try {
    for await (const page of paginateDescribeDBClusterSnapshots({ client: rds }, { SnapshotType: 'manual' }))
      for (const snapshot of page.DBClusterSnapshots ?? []) {
        const ours = await storedSnapshot(rds, snapshot);
        if (ours) found.push(ours);
      }
  } catch (error) {
    throw rdsFault(error);
  }
  return found;
}

export async function snapshotIn(rds: RDSClient, name: string): Promise<StoredSnapshot | undefined> {
  const snapshot = await findSnapshot(rds, name);
  return snapshot && storedSnapshot(rds, snapshot);
}

/** A snapshot is ours by its tags and its name: neither alone proves it. */
async function storedSnapshot(
  rds: RDSClient,
  snapshot: DBClusterSnapshot,
): Promise<StoredSnapshot | undefined> {
  const name = snapshot.DBClusterSnapshotIdentifier ?? '';
  if (!name.startsWith(OUR_PREFIX)) return undefined;
  const tags = new Map(
    (await tagsOf(rds, snapshot.DBClusterSnapshotArn, snapshot.TagList)).map(({ Key, Value }) => [
      Key,
      Value,
    ]),
  );
  const cluster = tags.get(CLUSTER_TAG);
  const id = tags.get(POINT_TAG);
  const scheduledAt = id === undefined ? undefined : scheduledAtOf(id);
  if (cluster === undefined || id === undefined || scheduledAt === undefined) return undefined;
  if (name !== `${OUR_PREFIX}${id}` || !id.startsWith(`${cluster}-`)) return undefined;
  return {
    name,
    cluster,
    recoveryPoint: id,
    status: statusOf(snapshot.Status ?? 'creating'),
    scheduledAt,
    ...(snapshot.SnapshotCreateTime && { createdAt: instant(snapshot.SnapshotCreateTime.getTime()) }),
  };
}

const OUR_PREFIX = 'holdfast-';

function statusOf(status: string): StoredSnapshot['status'] {
  if (status === 'available' || status === 'deleting') return status;
  return isFailure(status) ? 'failed' : 'pending';
}

/** A snapshot that is being created cannot be deleted; that is an answer and no fault. */
export async function removeSnapshot(rds: RDSClient, name: string): ReturnType<Remover['removeSnapshot']> {
  try {
    await rds.send(new DeleteDBClusterSnapshotCommand({ DBClusterSnapshotIdentifier: name }));
    return 'removed';
  } catch (error) {
    if (isNotFound(error)) return 'removed';
    if (!isBusy(error)) throw rdsFault(error);
    const now = await snapshotIn(rds, name);
    return !now || now.status === 'deleting' ? 'removed' : 'pending';
  }
}
