import type {
  CreateDBClusterSnapshotMessage,
  DBClusterSnapshot,
  DeleteDBClusterSnapshotMessage,
  DescribeDBClusterSnapshotsMessage,
} from '@aws-sdk/client-rds';
import type { Instant } from '../../core/time/instant.ts';
import { NotModelled } from '../service.ts';
import { snapshotDeleted, snapshotReady, snapshotTaken } from './durations.ts';
import {
  clusterNotFound,
  invalidClusterState,
  invalidSnapshotState,
  snapshotAlreadyExists,
  snapshotNotFound,
  snapshotQuotaExceeded,
} from './errors.ts';
import { arnOf, type Context, type Fate, filtered, identifier, operation, page } from './operation.ts';
import { type Cluster, lookUp, present, type RegionStore, type Snapshot } from './store.ts';
import { GONE, Timeline } from './timeline.ts';

/** Manual cluster snapshots per region, shared by Aurora, DocumentDB and Neptune (Aurora guide, Quotas). */
export const MANUAL_SNAPSHOTS_MAX = 100;

export const createSnapshot = operation<CreateDBClusterSnapshotMessage>(
  ['DBClusterSnapshotIdentifier', 'DBClusterIdentifier', 'Tags'],
  (input, context) => {
    const { call, chance, here } = context;
    const id = identifier('DBClusterSnapshotIdentifier', input.DBClusterSnapshotIdentifier);
    const cluster = lookUp(here.clusters, input.DBClusterIdentifier ?? '', call.now);
    if (!cluster) throw clusterNotFound(`DBCluster ${input.DBClusterIdentifier} not found`);
    nameIsFree(here, id, call.now);
    const status = cluster.timeline.status(call.now);
    if (status !== 'available')
      throw invalidClusterState(`The DB cluster ${cluster.id} is not available: its status is ${status}.`);
    roomForOneMore(here, call.now);
    const rowsOf = snapshotTaken(call.now, chance);
    const ready = snapshotReady(rowsOf, chance);
    const inherited = cluster.copyTagsToSnapshot ? cluster.tags : [];
    const snapshot: Snapshot = {
      ...attributesOf(cluster),
      id,
      arn: arnOf(call, 'cluster-snapshot', id),
      history: cluster.history,
      rowsOf,
      timeline: settle(new Timeline('creating', call.now), ready, context.takeFate(here.region, id)),
      progress: { from: rowsOf, to: ready },
      sourceArn: undefined,
      tags: [...inherited, ...(input.Tags ?? [])],
    };
    here.snapshots.set(id, snapshot);
    return { DBClusterSnapshot: describe(snapshot, call.now) };
  },
);

const attributesOf = (cluster: Cluster) => ({
  clusterId: cluster.id,
  clusterResourceId: cluster.resourceId,
  clusterCreatedAt: cluster.createdAt,
  engine: cluster.engine,
  engineVersion: cluster.engineVersion,
  port: cluster.port,
  masterUsername: cluster.masterUsername,
  kmsKeyId: cluster.kmsKeyId,
  iamAuthentication: cluster.iamAuthentication,
  allocatedStorage: cluster.allocatedStorage,
  volumeGib: cluster.volumeGib,
  backupRetentionDays: cluster.backupRetentionDays,
});

/** How a snapshot that is under way ends. One that hangs does not, until fates end. */
export function settle(timeline: Timeline, ready: Instant, fate: Fate | undefined): Timeline {
  if (fate === 'hangs') return timeline;
  return timeline.next(fate === 'fails' ? 'failed' : fate === 'vanishes' ? GONE : 'available', ready);
}

/** Under way, with nothing that would end it. */
export const isHanging = ({ timeline }: Snapshot, now: Instant): boolean =>
  ['creating', 'copying'].includes(timeline.status(now)) && !timeline.goesOn(now);

export function nameIsFree(here: RegionStore, id: string, now: Instant): void {
  if (lookUp(here.snapshots, id, now))
    throw snapshotAlreadyExists(
      `Cannot create the cluster snapshot because one with the identifier ${id} already exists.`,
    );
}

export function roomForOneMore(here: RegionStore, now: Instant): void {
  if (present(here.snapshots, now).length >= MANUAL_SNAPSHOTS_MAX)
    throw snapshotQuotaExceeded(`Cannot create more than ${MANUAL_SNAPSHOTS_MAX} manual cluster snapshots`);
}

export const describeSnapshots = operation<DescribeDBClusterSnapshotsMessage>(
  ['DBClusterSnapshotIdentifier', 'DBClusterIdentifier', 'SnapshotType', 'Filters', 'MaxRecords', 'Marker'],
  (input, { call, here }) => {
    if (input.SnapshotType !== undefined && input.SnapshotType !== 'manual')
      throw new NotModelled('rds', `snapshots of type ${input.SnapshotType}`);
    if (input.DBClusterSnapshotIdentifier !== undefined) {
      const one = lookUp(here.snapshots, snapshotIdOf(input.DBClusterSnapshotIdentifier), call.now);
      if (!one) throw snapshotNotFound(`DBClusterSnapshot ${input.DBClusterSnapshotIdentifier} not found.`);
      return { DBClusterSnapshots: [describe(one, call.now)] };
    }
    const all = present(here.snapshots, call.now).filter(
      (snapshot) =>
        input.DBClusterIdentifier === undefined ||
        snapshot.clusterId === input.DBClusterIdentifier.toLowerCase(),
    );
    const kept = filtered('DescribeDBClusterSnapshots', all, input.Filters, {
      'db-cluster-id': (snapshot) => [snapshot.clusterId],
      'db-cluster-snapshot-id': (snapshot) => [snapshot.id],
      'snapshot-type': () => ['manual'],
      engine: (snapshot) => [snapshot.engine],
    });
    const { items, ...rest } = page(kept, input);
    return { DBClusterSnapshots: items.map((snapshot) => describe(snapshot, call.now)), ...rest };
  },
);

/** The name in a snapshot's ARN, or the text itself when it is no ARN. */
export const snapshotIdOf = (nameOrArn: string): string =>
  nameOrArn.startsWith('arn:') ? nameOrArn.split(':').slice(6).join(':') : nameOrArn;

export const deleteSnapshot = operation<DeleteDBClusterSnapshotMessage>(
  ['DBClusterSnapshotIdentifier'],
  (input, context) => {
    const { call, chance, here } = context;
    const snapshot = lookUp(here.snapshots, input.DBClusterSnapshotIdentifier ?? '', call.now);
    if (!snapshot)
      throw snapshotNotFound(`DBClusterSnapshot ${input.DBClusterSnapshotIdentifier} not found.`);
    const status = snapshot.timeline.status(call.now);
    // Deleting a copy that is under way cancels it (API reference, DeleteDBClusterSnapshot).
    if (!['available', 'failed', 'copying'].includes(status))
      throw invalidSnapshotState(`The snapshot ${snapshot.id} cannot be deleted: its status is ${status}.`);
    const gone = snapshotDeleted(call.now, chance);
    snapshot.timeline.interrupt(call.now).next('deleting', call.now).next(GONE, gone);
    failCopiesOf(snapshot.arn, context);
    return { DBClusterSnapshot: describe(snapshot, call.now) };
  },
);

/** A copy reads its source to the end: when that goes, the copy fails. */
function failCopiesOf(arn: string, { call, everyRegion }: Context): void {
  for (const region of everyRegion())
    for (const copy of present(region.snapshots, call.now))
      if (copy.sourceArn === arn && copy.timeline.status(call.now) === 'copying')
        copy.timeline.interrupt(call.now).next('failed', call.now);
}

export function percent({ progress }: Snapshot, status: string, now: Instant): number {
  if (status === 'available') return 100;
  const share = (now - progress.from) / (progress.to - progress.from);
  return Math.min(99, Math.max(0, Math.floor(share * 100)));
}

export function describe(snapshot: Snapshot, now: Instant): DBClusterSnapshot {
  const status = snapshot.timeline.status(now);
  return {
    DBClusterSnapshotIdentifier: snapshot.id,
    DBClusterSnapshotArn: snapshot.arn,
    DBClusterIdentifier: snapshot.clusterId,
    DbClusterResourceId: snapshot.clusterResourceId,
    ClusterCreateTime: new Date(snapshot.clusterCreatedAt),
    Engine: snapshot.engine,
    EngineMode: 'provisioned',
    EngineVersion: snapshot.engineVersion,
    AllocatedStorage: snapshot.allocatedStorage,
    BackupRetentionPeriod: snapshot.backupRetentionDays,
    Status: status,
    PercentProgress: percent(snapshot, status, now),
    Port: snapshot.port,
    MasterUsername: snapshot.masterUsername,
    SnapshotType: 'manual',
    StorageEncrypted: snapshot.kmsKeyId !== undefined,
    IAMDatabaseAuthenticationEnabled: snapshot.iamAuthentication,
    TagList: [...snapshot.tags],
    ...(status === 'available' || status === 'deleting'
      ? { SnapshotCreateTime: new Date(snapshot.rowsOf) }
      : {}),
    ...(snapshot.kmsKeyId === undefined ? {} : { KmsKeyId: snapshot.kmsKeyId }),
    ...(snapshot.sourceArn === undefined ? {} : { SourceDBClusterSnapshotArn: snapshot.sourceArn }),
  };
}
