import type {
  RestoreDBClusterFromSnapshotMessage,
  RestoreDBClusterToPointInTimeMessage,
} from '@aws-sdk/client-rds';
import { type Instant, instant } from '../../core/time/instant.ts';
import { NotModelled } from '../service.ts';
import { checkRetention, clusterNamed, describe } from './api-clusters.ts';
import { snapshotIdOf } from './api-snapshots.ts';
import { clusterReady } from './durations.ts';
import { isOlder, offeredVersion } from './engine-versions.ts';
import {
  clusterAlreadyExists,
  clusterQuotaExceeded,
  invalidParameterCombination,
  invalidParameterValue,
  invalidRestore,
  invalidSnapshotState,
  snapshotNotFound,
} from './errors.ts';
import { arnOf, type Context, identifier, operation, usableKey } from './operation.ts';
import { RowHistory, type Rows } from './rows.ts';
import { requireNetwork, requireParameterGroup } from './settings.ts';
import {
  type Cluster,
  defaultSecurityGroup,
  lookUp,
  present,
  restorableWindow,
  type Snapshot,
} from './store.ts';
import { Timeline } from './timeline.ts';

const CLUSTERS_MAX = 40;

const SETTINGS = [
  'DBClusterIdentifier',
  'Port',
  'DBSubnetGroupName',
  'VpcSecurityGroupIds',
  'Tags',
  'KmsKeyId',
  'EnableIAMDatabaseAuthentication',
  'EnableCloudwatchLogsExports',
  'EngineMode',
  'DBClusterParameterGroupName',
  'DeletionProtection',
  'CopyTagsToSnapshot',
  'DBClusterInstanceClass',
  'ServerlessV2ScalingConfiguration',
  'EngineLifecycleSupport',
  'BackupRetentionPeriod',
] as const;

type Settings = Pick<RestoreDBClusterFromSnapshotMessage, (typeof SETTINGS)[number]>;

/** What the new cluster takes over from where its data comes. */
type Origin = Pick<
  Cluster & Snapshot,
  | 'engine'
  | 'engineVersion'
  | 'port'
  | 'masterUsername'
  | 'kmsKeyId'
  | 'allocatedStorage'
  | 'volumeGib'
  | 'backupRetentionDays'
>;

export const restoreFromSnapshot = operation<RestoreDBClusterFromSnapshotMessage>(
  [...SETTINGS, 'SnapshotIdentifier', 'Engine', 'EngineVersion'],
  (input, context) => {
    const { call, here } = context;
    const id = freeClusterName(input.DBClusterIdentifier, context);
    const snapshot = lookUp(here.snapshots, snapshotIdOf(input.SnapshotIdentifier ?? ''), call.now);
    if (!snapshot) throw snapshotNotFound(`DBClusterSnapshot ${input.SnapshotIdentifier} not found.`);
    const status = snapshot.timeline.status(call.now);
    if (status !== 'available')
      throw invalidSnapshotState(`The snapshot ${snapshot.id} cannot be restored: its status is ${status}.`);
    if (input.Engine !== snapshot.engine)
      throw invalidRestore(`Cannot restore a snapshot of ${snapshot.engine} to ${input.Engine}.`);
    const { version } = offeredVersion(snapshot.engine, input.EngineVersion);
    if (isOlder(snapshot.engine, version, snapshot.engineVersion))
      throw invalidParameterCombination(
        `Cannot restore a snapshot of version ${snapshot.engineVersion} to the older version ${version}.`,
      );
    const rows = snapshot.history.at(snapshot.rowsOf);
    return restored(id, { ...snapshot, engineVersion: version }, rows, input, context);
  },
);

export const restoreToPointInTime = operation<RestoreDBClusterToPointInTimeMessage>(
  [...SETTINGS, 'SourceDBClusterIdentifier', 'RestoreToTime', 'UseLatestRestorableTime', 'RestoreType'],
  (input, context) => {
    if (input.RestoreType !== undefined && input.RestoreType !== 'full-copy')
      throw new NotModelled('rds', `RestoreType ${input.RestoreType}`);
    const id = freeClusterName(input.DBClusterIdentifier, context);
    const source = clusterNamed(input.SourceDBClusterIdentifier, context);
    const rows = source.history.at(pointInTime(source, input, context.call.now));
    return restored(id, source, rows, input, context);
  },
);

function pointInTime(source: Cluster, input: RestoreDBClusterToPointInTimeMessage, now: Instant): Instant {
  const window = restorableWindow(source, now);
  if (!window) throw invalidRestore(`The cluster ${source.id} has no restorable time yet.`);
  if ((input.RestoreToTime === undefined) === (input.UseLatestRestorableTime !== true))
    throw invalidParameterCombination('Specify either RestoreToTime or UseLatestRestorableTime.');
  if (input.RestoreToTime === undefined) return window.latest;
  const at = instant(input.RestoreToTime.getTime());
  if (at < window.earliest || at > window.latest)
    throw invalidParameterValue(
      `The specified time ${input.RestoreToTime.toISOString()} is outside of the restorable window ${new Date(window.earliest).toISOString()} to ${new Date(window.latest).toISOString()}.`,
    );
  return at;
}

function freeClusterName(value: string | undefined, { call, here }: Context): string {
  const id = identifier('DBClusterIdentifier', value);
  if (lookUp(here.clusters, id, call.now)) throw clusterAlreadyExists(`DB Cluster ${id} already exists`);
  if (present(here.clusters, call.now).length >= CLUSTERS_MAX)
    throw clusterQuotaExceeded(`Cannot create more than ${CLUSTERS_MAX} DB clusters`);
  return id;
}

/** Only the cluster: instances come with CreateDBInstance, but for a Multi-AZ DB cluster. */
function restored(id: string, origin: Origin, rows: Rows, input: Settings, context: Context): object {
  const { call, chance, here } = context;
  requireNetwork(context, input.DBSubnetGroupName, input.VpcSecurityGroupIds);
  requireParameterGroup(context, input.DBClusterParameterGroupName);
  checkRetention(input.BackupRetentionPeriod);
  if (
    (origin.engine === 'mysql' || origin.engine === 'postgres') &&
    input.DBClusterInstanceClass === undefined
  )
    throw invalidParameterCombination('A Multi-AZ DB cluster needs a DBClusterInstanceClass.');
  const kmsKeyId = input.KmsKeyId ?? origin.kmsKeyId;
  if (origin.kmsKeyId !== undefined) usableKey(context, origin.kmsKeyId);
  if (kmsKeyId !== undefined) usableKey(context, kmsKeyId);
  const { family } = offeredVersion(origin.engine, origin.engineVersion);
  const cluster: Cluster = {
    id,
    arn: arnOf(call, 'cluster', id),
    resourceId: resourceId(context),
    engine: origin.engine,
    engineVersion: origin.engineVersion,
    createdAt: call.now,
    timeline: new Timeline('creating', call.now).next('available', clusterReady(call.now, chance)),
    history: RowHistory.startingWith(rows, call.now),
    port: input.Port ?? origin.port,
    masterUsername: origin.masterUsername,
    kmsKeyId,
    subnetGroup: input.DBSubnetGroupName ?? 'default',
    securityGroups: input.VpcSecurityGroupIds ?? [defaultSecurityGroup(here.region)],
    parameterGroup: input.DBClusterParameterGroupName ?? `default.${family}`,
    iamAuthentication: input.EnableIAMDatabaseAuthentication ?? false,
    // No restore asks for it: EnableHttpEndpoint does, when the cluster is there.
    httpEndpoint: false,
    backupRetentionDays: input.BackupRetentionPeriod ?? origin.backupRetentionDays,
    deletionProtection: input.DeletionProtection ?? false,
    copyTagsToSnapshot: input.CopyTagsToSnapshot ?? false,
    logExports: input.EnableCloudwatchLogsExports ?? [],
    serverlessV2: input.ServerlessV2ScalingConfiguration,
    lifecycleSupport: lifecycleSupport(origin.engine, input),
    tags: [...(input.Tags ?? [])],
    instanceClass: input.DBClusterInstanceClass,
    allocatedStorage: origin.allocatedStorage,
    volumeGib: origin.volumeGib,
    logSince: call.now,
  };
  here.clusters.set(id, cluster);
  here.histories.set(id, cluster.history);
  return { DBCluster: describe(cluster, here, call.now) };
}

/** Left out, it enrols the cluster in paid Extended Support. DocumentDB and Neptune know neither it nor a retention here. */
function lifecycleSupport(engine: string, input: Settings): string | undefined {
  const { EngineLifecycleSupport: requested, BackupRetentionPeriod: retention } = input;
  const known = engine !== 'docdb' && engine !== 'neptune';
  if (!known && (requested !== undefined || retention !== undefined))
    throw invalidParameterCombination(
      `EngineLifecycleSupport and BackupRetentionPeriod are not supported for ${engine}.`,
    );
  return known ? (requested ?? 'open-source-rds-extended-support') : undefined;
}

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

export const resourceId = ({ chance }: Pick<Context, 'chance'>): string =>
  `cluster-${Array.from({ length: 26 }, () => chance.pick([...LETTERS])).join('')}`;
