import {
  type DBCluster,
  type RDSClient,
  RestoreDBClusterFromSnapshotCommand,
  type RestoreDBClusterFromSnapshotCommandInput,
  RestoreDBClusterToPointInTimeCommand,
} from '@aws-sdk/client-rds';
import type { Cursor, RestoreSpec, Step } from '../../../core/engines/driver.ts';
import { RecoveryPointNotRestorable, RestoreFailed, TargetNotEmpty } from '../../../core/errors/registry.ts';
import { snapshotName } from '../../../core/ids/names.ts';
import { findCluster } from './clusters.ts';
import type { RdsConfiguration } from './configuration.ts';
import { alreadyExists, failed, restoreFault } from './faults.ts';
import { parameterGroupFor } from './parameter-groups.ts';
import { type RdsPorts, rdsClusterOf } from './ports.ts';
import { capturedConfiguration } from './preflight.ts';
import { askAgain, isFailure, missedOnce, noteMissing, seen } from './progress.ts';
import { gaveUp, instancesStep } from './restored-instances.ts';
import { findSnapshot } from './snapshots.ts';
import {
  isOursToRestore,
  isProtected,
  securityGroupsFor,
  subnetGroupFor,
  tagsFor,
  targetClusterId,
} from './target.ts';

/** RDS restores into a new cluster only. Its name and its tag tell a retry that this restore has made it already. */
export async function beginRestore(ports: RdsPorts, spec: RestoreSpec): Promise<Step> {
  const rds = ports.rds(spec.region);
  if (!(await ownTarget(rds, spec))) {
    const captured = await capturedConfiguration(ports, spec);
    const group = await parameterGroupFor(rds, captured.parameterGroup);
    try {
      await startCluster(ports, spec, captured, group);
    } catch (error) {
      // The answer of an earlier attempt was lost, or someone else took the name meanwhile: `ownTarget` tells which.
      if (!alreadyExists(error)) throw restoreFault(error);
      await ownTarget(rds, spec);
    }
  }
  return askAgain('running', `cluster ${targetClusterId(spec)}: creating`, { stage: 'cluster' });
}

async function ownTarget(rds: RDSClient, spec: RestoreSpec): Promise<DBCluster | undefined> {
  const cluster = await findCluster(rds, targetClusterId(spec));
  if (!cluster || (await isOursToRestore(rds, cluster, spec))) return cluster;
  throw new TargetNotEmpty(
    `the cluster ${targetClusterId(spec)} exists in ${spec.region} and was not made by ${spec.restore.id}; name another clusterId`,
  );
}

async function startCluster(
  ports: RdsPorts,
  spec: RestoreSpec,
  captured: RdsConfiguration,
  parameterGroup: string | undefined,
): Promise<void> {
  const rds = ports.rds(spec.region);
  const settings = settingsFor(spec, captured, parameterGroup);
  if (spec.nativePointInTime) {
    const key = spec.target.kmsKey ?? captured.kmsKey;
    await rds.send(
      new RestoreDBClusterToPointInTimeCommand({
        ...settings,
        SourceDBClusterIdentifier: rdsClusterOf(spec.cluster).clusterId,
        RestoreToTime: new Date(spec.instant),
        ...(key === undefined ? {} : { KmsKeyId: key }),
      }),
    );
    return;
  }
  const snapshot = await findSnapshot(rds, snapshotName(spec.point.id));
  if (!snapshot)
    throw new RecoveryPointNotRestorable(
      `the snapshot ${snapshotName(spec.point.id)} is missing in ${spec.region}; restore another recovery point`,
    );
  const key = spec.target.kmsKey ?? snapshot.KmsKeyId;
  await rds.send(
    new RestoreDBClusterFromSnapshotCommand({
      ...settings,
      SnapshotIdentifier: snapshotName(spec.point.id),
      Engine: captured.engine,
      // Left out, RDS takes the region's default version and not the snapshot's.
      EngineVersion: captured.engineVersion,
      ...(key === undefined ? {} : { KmsKeyId: key }),
    }),
  );
}

type Settings = Omit<
  RestoreDBClusterFromSnapshotCommandInput,
  'SnapshotIdentifier' | 'Engine' | 'EngineVersion'
>;

/** What RDS fills with its defaults when it is left out, although the captured cluster had something else. */
function settingsFor(
  spec: RestoreSpec,
  captured: RdsConfiguration,
  parameterGroup: string | undefined,
): Settings {
  return {
    DBClusterIdentifier: targetClusterId(spec),
    DBSubnetGroupName: subnetGroupFor(spec, captured),
    VpcSecurityGroupIds: [...(securityGroupsFor(spec, captured) ?? [])],
    Tags: tagsFor(spec, captured),
    DeletionProtection: isProtected(spec, captured),
    EnableCloudwatchLogsExports: captured.logExports,
    ...(captured.port === undefined ? {} : { Port: captured.port }),
    ...(parameterGroup === undefined ? {} : { DBClusterParameterGroupName: parameterGroup }),
    ...(captured.serverlessV2 ? { ServerlessV2ScalingConfiguration: captured.serverlessV2 } : {}),
    ...(captured.instanceClass === undefined ? {} : { DBClusterInstanceClass: captured.instanceClass }),
    ...(captured.storageType === undefined ? {} : { StorageType: captured.storageType }),
    ...(captured.iops === undefined ? {} : { Iops: captured.iops }),
    ...onlyWhereKnown(captured),
  };
}

/**
 * DocumentDB has no IAM authentication, and neither it nor Neptune takes a life cycle or a retention: there the new
 * cluster keeps backups as long as its source does.
 */
function onlyWhereKnown(captured: RdsConfiguration): Partial<Settings> {
  if (captured.engine === 'docdb') return {};
  const common = {
    EnableIAMDatabaseAuthentication: captured.iamAuthentication,
    CopyTagsToSnapshot: captured.copyTagsToSnapshot,
  };
  if (captured.engine === 'neptune') return common;
  // Left out, it enrols the cluster in Extended Support, which is paid.
  const lifecycle = captured.lifecycleSupport ?? 'open-source-rds-extended-support-disabled';
  return {
    ...common,
    EngineLifecycleSupport: lifecycle,
    BackupRetentionPeriod: captured.backupRetentionDays,
  };
}

export async function pollRestore(ports: RdsPorts, spec: RestoreSpec, cursor: Cursor): Promise<Step> {
  const rds = ports.rds(spec.region);
  const id = targetClusterId(spec);
  const cluster = await ownTarget(rds, spec);
  if (!cluster) {
    if (!missedOnce(cursor)) return askAgain('running', `looking for ${id}`, noteMissing(cursor));
    return failed(
      new RestoreFailed(
        `the cluster ${id} is no longer in ${spec.region} although rds had begun to restore it`,
      ),
    );
  }
  const status = cluster.Status ?? 'creating';
  if (isFailure(status)) return gaveUp(spec, `the cluster ${id}`, status);
  if (status !== 'available') return askAgain('running', `cluster ${id}: ${status}`, seen(cursor));
  const captured = await capturedConfiguration(ports, spec);
  return instancesStep(rds, spec, captured, seen(cursor));
}
