import {
  AddTagsToResourceCommand,
  CreateDBClusterSnapshotCommand,
  type DBClusterSnapshot,
  DeleteDBClusterSnapshotCommand,
} from '@aws-sdk/client-rds';
import type { CaptureSpec, Cursor, Step } from '../../../core/engines/driver.ts';
import { CaptureFailed, EngineBusy, ResourceMissing } from '../../../core/errors/registry.ts';
import { snapshotName } from '../../../core/ids/names.ts';
import { type Instant, instant, iso } from '../../../core/time/instant.ts';
import { findCluster, requireEngine } from './clusters.ts';
import { keepConfiguration, readConfiguration } from './configuration.ts';
import { alreadyExists, failed, isBusy, isNotFound, isSnapshotQuota, rdsFault } from './faults.ts';
import { manifestIn, type RdsPorts, rdsClusterOf } from './ports.ts';
import { askAgain, isFailure, missedOnce, noteMissing, seen } from './progress.ts';
import { findSnapshot, isOurs, ownTags, snapshotsUsedUp } from './snapshots.ts';

/** CreateDBClusterSnapshot knows no token: the name follows from the recovery point, and tags tell whose it is. */
export async function beginCapture(ports: RdsPorts, spec: CaptureSpec): Promise<Step> {
  const found = await adopted(ports, spec);
  if (found) return stepOf(spec, found, {});
  const { clusterId } = rdsClusterOf(spec.cluster);
  const rds = ports.rds(spec.point.region);
  const cluster = await findCluster(rds, clusterId);
  if (!cluster) throw clusterMissing(spec);
  requireEngine(rdsClusterOf(spec.cluster), cluster.Engine);
  // Read and kept before the snapshot exists: a retry that finds the snapshot finds the configuration as well.
  await keepConfiguration(
    manifestIn(ports, spec.point.region, spec.point),
    await readConfiguration(rds, cluster),
  );
  try {
    const { DBClusterSnapshot } = await rds.send(
      new CreateDBClusterSnapshotCommand({
        DBClusterSnapshotIdentifier: snapshotName(spec.point.id),
        DBClusterIdentifier: clusterId,
        Tags: ownTags(spec.point),
      }),
    );
    return stepOf(spec, DBClusterSnapshot ?? {}, {});
  } catch (error) {
    return afterRefusal(ports, spec, error);
  }
}

async function afterRefusal(ports: RdsPorts, spec: CaptureSpec, error: unknown): Promise<Step> {
  if (isNotFound(error)) throw clusterMissing(spec, error);
  if (isSnapshotQuota(error))
    throw await snapshotsUsedUp(ports.rds(spec.point.region), spec.point.region, error);
  const fault = rdsFault(error);
  if (fault instanceof EngineBusy || !alreadyExists(error)) throw fault;
  const found = await adopted(ports, spec);
  if (!found) throw fault;
  return stepOf(spec, found, {});
}

const clusterMissing = (spec: CaptureSpec, cause?: unknown): ResourceMissing =>
  new ResourceMissing(
    `there is no cluster ${rdsClusterOf(spec.cluster).clusterId} in ${spec.point.region}; if it was deleted on purpose, take ${spec.cluster.name} out of its plan`,
    { cluster: spec.cluster.name, region: spec.point.region },
    { cause },
  );

/** The snapshot of this recovery point, when an earlier attempt made it. */
async function adopted(ports: RdsPorts, spec: CaptureSpec): Promise<DBClusterSnapshot | undefined> {
  const rds = ports.rds(spec.point.region);
  const name = snapshotName(spec.point.id);
  const snapshot = await findSnapshot(rds, name);
  if (!snapshot) return undefined;
  const { clusterId } = rdsClusterOf(spec.cluster);
  if (snapshot.DBClusterIdentifier === clusterId.toLowerCase() && (await isOurs(rds, snapshot, spec.point)))
    return snapshot;
  throw new CaptureFailed(
    `a snapshot named ${name} exists in ${spec.point.region} and is not ours: it is of cluster ${snapshot.DBClusterIdentifier}, ours is ${clusterId}, and it has to carry the tags of ${spec.point.id}; rename or remove it`,
    { snapshot: name },
  );
}

export async function pollCapture(ports: RdsPorts, spec: CaptureSpec, cursor: Cursor): Promise<Step> {
  const found = await adopted(ports, spec);
  if (found) return stepOf(spec, found, seen(cursor));
  const name = snapshotName(spec.point.id);
  if (!missedOnce(cursor)) return askAgain('running', `looking for ${name}`, noteMissing(cursor));
  return failed(
    new CaptureFailed(
      `the snapshot ${name} is no longer in ${spec.point.region} although rds had accepted it; start the backup again`,
    ),
  );
}

function stepOf(spec: CaptureSpec, snapshot: DBClusterSnapshot, cursor: Cursor): Step {
  const name = snapshotName(spec.point.id);
  const status = snapshot.Status ?? 'creating';
  const takenAt = takenAtOf(snapshot);
  if (status === 'available' && takenAt !== undefined) return { outcome: 'ready', cursor, takenAt };
  if (isFailure(status))
    return failed(
      new CaptureFailed(
        `the snapshot ${name} in ${spec.point.region} ended as ${status}; look at the cluster's events in rds`,
      ),
    );
  return askAgain('running', `snapshot ${name}: ${status}, ${snapshot.PercentProgress ?? 0} %`, cursor);
}

/** RDS fills it in when the snapshot is available. */
export const takenAtOf = (snapshot: DBClusterSnapshot): Instant | undefined =>
  snapshot.SnapshotCreateTime && instant(snapshot.SnapshotCreateTime.getTime());

/**
 * A snapshot that is still being created cannot be deleted, and may never end. It is marked, so that it is known as
 * a leftover, instead of holding up the record of the failure.
 */
export async function abandonCapture(ports: RdsPorts, spec: CaptureSpec): Promise<void> {
  const rds = ports.rds(spec.point.region);
  const name = snapshotName(spec.point.id);
  const snapshot = await findSnapshot(rds, name);
  if (!snapshot || snapshot.Status === 'deleting' || !(await isOurs(rds, snapshot, spec.point))) return;
  try {
    await rds.send(new DeleteDBClusterSnapshotCommand({ DBClusterSnapshotIdentifier: name }));
  } catch (error) {
    if (isNotFound(error)) return;
    if (!isBusy(error)) throw rdsFault(error);
    const Tags = [{ Key: 'holdfast:abandoned', Value: iso(spec.now) }];
    await rds
      .send(new AddTagsToResourceCommand({ ResourceName: snapshot.DBClusterSnapshotArn, Tags }))
      .catch((reason) => {
        throw rdsFault(reason);
      });
  }
}
