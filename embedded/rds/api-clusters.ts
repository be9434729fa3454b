import type {
  DBCluster,
  DeleteDBClusterMessage,
  DescribeDBClustersMessage,
  ModifyDBClusterMessage,
} from '@aws-sdk/client-rds';
import type { Instant } from '../../core/time/instant.ts';
import { NotModelled } from '../service.ts';
import { deleted, modified } from './durations.ts';
import { offeredVersion } from './engine-versions.ts';
import {
  clusterNotFound,
  invalidClusterState,
  invalidParameterCombination,
  invalidParameterValue,
} from './errors.ts';
import { type Context, filtered, operation, page } from './operation.ts';
import { rename } from './rename.ts';
import { requireNetwork, requireParameterGroup } from './settings.ts';
import { type Cluster, lookUp, present, type RegionStore, restorableWindow } from './store.ts';
import { GONE } from './timeline.ts';

const RETENTION_DAYS = { least: 1, most: 35 };

export function clusterNamed(id: string | undefined, { call, here }: Context): Cluster {
  const cluster = lookUp(here.clusters, id ?? '', call.now);
  if (!cluster) throw clusterNotFound(`DBCluster ${id} not found.`);
  return cluster;
}

export const describeClusters = operation<DescribeDBClustersMessage>(
  ['DBClusterIdentifier', 'Filters', 'MaxRecords', 'Marker'],
  (input, context) => {
    const { call, here } = context;
    if (input.DBClusterIdentifier !== undefined)
      return { DBClusters: [describe(clusterNamed(input.DBClusterIdentifier, context), here, call.now)] };
    const all = filtered('DescribeDBClusters', present(here.clusters, call.now), input.Filters, {
      'db-cluster-id': (cluster) => [cluster.id],
      'db-cluster-resource-id': (cluster) => [cluster.resourceId],
      engine: (cluster) => [cluster.engine],
    });
    const { items, ...rest } = page(all, input);
    return { DBClusters: items.map((cluster) => describe(cluster, here, call.now)), ...rest };
  },
);

export const modifyCluster = operation<ModifyDBClusterMessage>(
  [
    'DBClusterIdentifier',
    'ApplyImmediately',
    'NewDBClusterIdentifier',
    'BackupRetentionPeriod',
    'DBClusterParameterGroupName',
    'VpcSecurityGroupIds',
    'DeletionProtection',
    'EnableIAMDatabaseAuthentication',
    'CopyTagsToSnapshot',
    'EngineVersion',
    'ServerlessV2ScalingConfiguration',
  ],
  (input, context) => {
    const { call, chance, here } = context;
    const cluster = clusterNamed(input.DBClusterIdentifier, context);
    if (input.ApplyImmediately !== true)
      throw new NotModelled('rds', 'ModifyDBCluster without ApplyImmediately');
    if (input.NewDBClusterIdentifier !== undefined && Object.keys(input).length > 3)
      throw new NotModelled('rds', 'ModifyDBCluster of a name and something else');
    const status = cluster.timeline.status(call.now);
    if (status !== 'available')
      throw invalidClusterState(`The DB cluster ${cluster.id} cannot be modified: its status is ${status}.`);
    checkRetention(input.BackupRetentionPeriod);
    requireNetwork(context, undefined, input.VpcSecurityGroupIds);
    requireParameterGroup(context, input.DBClusterParameterGroupName);
    if (input.EngineVersion !== undefined) offeredVersion(cluster.engine, input.EngineVersion);
    if (input.NewDBClusterIdentifier !== undefined) {
      rename(cluster, input.NewDBClusterIdentifier, context);
      return { DBCluster: describe(cluster, here, call.now) };
    }
    apply(cluster, input, call.now);
    cluster.timeline.next('modifying', call.now).next('available', modified(call.now, chance));
    return { DBCluster: describe(cluster, here, call.now) };
  },
);

/** RDS applies settings while the status is `modifying`; here they show at once and the status lags. */
function apply(cluster: Cluster, input: ModifyDBClusterMessage, now: Instant): void {
  if (input.BackupRetentionPeriod !== undefined) {
    cluster.logSince = restorableWindow(cluster, now)?.earliest ?? cluster.logSince;
    cluster.backupRetentionDays = input.BackupRetentionPeriod;
  }
  cluster.parameterGroup = input.DBClusterParameterGroupName ?? cluster.parameterGroup;
  cluster.securityGroups = input.VpcSecurityGroupIds ?? cluster.securityGroups;
  cluster.deletionProtection = input.DeletionProtection ?? cluster.deletionProtection;
  cluster.iamAuthentication = input.EnableIAMDatabaseAuthentication ?? cluster.iamAuthentication;
  cluster.copyTagsToSnapshot = input.CopyTagsToSnapshot ?? cluster.copyTagsToSnapshot;
  cluster.engineVersion = input.EngineVersion ?? cluster.engineVersion;
  cluster.serverlessV2 = input.ServerlessV2ScalingConfiguration ?? cluster.serverlessV2;
}

export function checkRetention(days: number | undefined): void {
  if (days !== undefined && (days < RETENTION_DAYS.least || days > RETENTION_DAYS.most))
    throw invalidParameterValue(
      `Invalid backup retention period: ${days}. It must be between ${RETENTION_DAYS.least} and ${RETENTION_DAYS.most}.`,
    );
}

export const deleteCluster = operation<DeleteDBClusterMessage>(
  ['DBClusterIdentifier', 'SkipFinalSnapshot', 'DeleteAutomatedBackups'],
  (input, context) => {
    const { call, chance, here } = context;
    const cluster = clusterNamed(input.DBClusterIdentifier, context);
    if (input.SkipFinalSnapshot !== true) throw new NotModelled('rds', 'a final snapshot of a cluster');
    if (input.DeleteAutomatedBackups === false) throw new NotModelled('rds', 'retained automated backups');
    if (cluster.deletionProtection)
      throw invalidParameterCombination(
        'Cannot delete protected Cluster, please disable deletion protection and try again.',
      );
    const staying = present(here.instances, call.now).filter(
      (instance) => instance.clusterId === cluster.id && instance.timeline.status(call.now) !== 'deleting',
    );
    if (staying.length > 0 || cluster.timeline.status(call.now) === 'deleting')
      throw invalidClusterState(
        'Cluster cannot be deleted, it still contains DB instances in non-deleting state.',
      );
    cluster.timeline.interrupt(call.now).next('deleting', call.now).next(GONE, deleted(call.now, chance));
    return { DBCluster: describe(cluster, here, call.now) };
  },
);

export function describe(cluster: Cluster, here: RegionStore, now: Instant): DBCluster {
  const window = restorableWindow(cluster, now);
  const members = present(here.instances, now).filter((instance) => instance.clusterId === cluster.id);
  const writer = [...members].sort((a, b) => a.createdAt - b.createdAt)[0];
  return {
    DBClusterIdentifier: cluster.id,
    DBClusterArn: cluster.arn,
    DbClusterResourceId: cluster.resourceId,
    ClusterCreateTime: new Date(cluster.createdAt),
    Status: cluster.timeline.status(now),
    Engine: cluster.engine,
    EngineVersion: cluster.engineVersion,
    EngineMode: 'provisioned',
    Port: cluster.port,
    Endpoint: `${cluster.id}.cluster.${here.region}.rds.amazonaws.com`,
    MasterUsername: cluster.masterUsername,
    AllocatedStorage: cluster.allocatedStorage,
    StorageEncrypted: cluster.kmsKeyId !== undefined,
    DBSubnetGroup: cluster.subnetGroup,
    DBClusterParameterGroup: cluster.parameterGroup,
    BackupRetentionPeriod: cluster.backupRetentionDays,
    DeletionProtection: cluster.deletionProtection,
    CopyTagsToSnapshot: cluster.copyTagsToSnapshot,
    IAMDatabaseAuthenticationEnabled: cluster.iamAuthentication,
    HttpEndpointEnabled: cluster.httpEndpoint,
    EnabledCloudwatchLogsExports: [...cluster.logExports],
    MultiAZ: cluster.instanceClass !== undefined || members.length > 1,
    TagList: [...cluster.tags],
    VpcSecurityGroups: cluster.securityGroups.map((id) => ({ VpcSecurityGroupId: id, Status: 'active' })),
    DBClusterMembers: members.map((instance) => ({
      DBInstanceIdentifier: instance.id,
      IsClusterWriter: instance === writer,
      PromotionTier: instance.promotionTier,
      DBClusterParameterGroupStatus: 'in-sync',
    })),
    ...(cluster.kmsKeyId === undefined ? {} : { KmsKeyId: cluster.kmsKeyId }),
    ...(cluster.instanceClass === undefined ? {} : { DBClusterInstanceClass: cluster.instanceClass }),
    ...(cluster.serverlessV2 === undefined
      ? {}
      : { ServerlessV2ScalingConfiguration: { ...cluster.serverlessV2 } }),
    ...(cluster.lifecycleSupport === undefined ? {} : { EngineLifecycleSupport: cluster.lifecycleSupport }),
    ...(window
      ? {
          EarliestRestorableTime: new Date(window.earliest),
          LatestRestorableTime: new Date(window.latest),
        }
      : {}),
  };
}

/** Something else has the cluster in hand (a backup, an upgrade): operations on it are refused until then. */
export const keepBusy = (cluster: Cluster, status: string, now: Instant, until: Instant): void => {
  cluster.timeline.next(status, now).next('available', until);
};
