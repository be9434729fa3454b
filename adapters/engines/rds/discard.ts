import { DeleteDBClusterSnapshotCommand } from '@aws-sdk/client-rds';
import type { DiscardSpec } from '../../../core/engines/driver.ts';
import { snapshotName } from '../../../core/ids/names.ts';
import { indexKey, manifestPrefix } from '../../../core/manifest/layout.ts';
import { isNotFound, rdsFault } from './faults.ts';
import { manifestIn, type RdsPorts } from './ports.ts';
import { findSnapshot, isOurs } from './snapshots.ts';

/**
 * The manifest's index first: from then on nobody takes the recovery point for restorable. Then the rest of the
 * manifest, the snapshot last, so that a run that stops half-way is taken up again by the next.
 */
export async function discardPoint(
  ports: RdsPorts,
  { point, region }: DiscardSpec,
): Promise<{ readonly removedItems: number }> {
  const { store, bucket } = manifestIn(ports, region, point);
  const index = indexKey(point.cluster, point.id);
  const keys: string[] = [];
  for await (const { key } of store.list(bucket, manifestPrefix(point.cluster, point.id))) keys.push(key);
  if (keys.includes(index)) await store.hide(bucket, [index]);
  const others = keys.filter((key) => key !== index);
  if (others.length > 0) await store.hide(bucket, others);
  return { removedItems: (await removeSnapshot(ports, region, point)) ? 1 : 0 };
}

/** False when there is nothing of ours to remove: a snapshot that merely has our name is left alone. */
async function removeSnapshot(
  ports: RdsPorts,
  region: string,
  point: DiscardSpec['point'],
): Promise<boolean> {
  const rds = ports.rds(region);
  const name = snapshotName(point.id);
  const snapshot = await findSnapshot(rds, name);
  if (!snapshot || snapshot.Status === 'deleting' || !(await isOurs(rds, snapshot, point))) return false;
  try {
    await rds.send(new DeleteDBClusterSnapshotCommand({ DBClusterSnapshotIdentifier: name }));
    return true;
  } catch (error) {
    if (isNotFound(error)) return false;
    // The answer to an earlier attempt may have been lost: it is being deleted, and refuses to be deleted twice.
    if ((await findSnapshot(rds, name))?.Status === 'deleting') return true;
    throw rdsFault(error);
  }
}
