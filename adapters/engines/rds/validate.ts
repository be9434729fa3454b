import type { DBCluster, DBInstance } from '@aws-sdk/client-rds';
import type { RestoreSpec, Verdict } from '../../../core/engines/driver.ts';
import { RestoreFailed } from '../../../core/errors/registry.ts';
import { readIndex } from '../shared/manifest-io.ts';
import { findCluster, instancesOf } from './clusters.ts';
import { parseConfiguration, type RdsConfiguration } from './configuration.ts';
import { manifestIn, type RdsPorts } from './ports.ts';
import {
  instanceAt,
  instanceNames,
  isOursToRestore,
  isProtected,
  securityGroupsFor,
  subnetGroupFor,
  targetClusterId,
} from './target.ts';
import { unsound } from './verify.ts';

/** Compares the restored cluster with the captured configuration, setting by setting. Its rows it cannot see. */
export async function validateRestore(ports: RdsPorts, spec: RestoreSpec): Promise<Verdict> {
  const rds = ports.rds(spec.region);
  const id = targetClusterId(spec);
  const cluster = await findCluster(rds, id);
  if (!cluster || !(await isOursToRestore(rds, cluster, spec)))
    return unsound(new RestoreFailed(`there is no cluster ${id} of ${spec.restore.id} in ${spec.region}`));
  const index = await readIndex(manifestIn(ports, spec.region, spec.point), spec.point.content?.root);
  const captured = parseConfiguration(index.configuration, spec.point.id);
  const differences = [
    ...differing(settings(spec, cluster, captured)),
    ...differing(
      captured.instanceClass === undefined ? instances(id, await instancesOf(rds, id), captured) : [],
    ),
  ];
  if (differences.length === 0) return { sound: true, index };
  return unsound(
    new RestoreFailed(`the restored cluster ${id} differs from what was captured: ${differences.join('; ')}`),
  );
}

type Pair = readonly [what: string, found: unknown, expected: unknown];

function settings(spec: RestoreSpec, cluster: DBCluster, captured: RdsConfiguration): Pair[] {
  const groups = (cluster.VpcSecurityGroups ?? []).map((group) => group.VpcSecurityGroupId).sort();
  // A native restore runs the version that the source runs by now.
  const version: Pair[] = spec.nativePointInTime
    ? []
    : [['engine version', cluster.EngineVersion, captured.engineVersion]];
  // DocumentDB and Neptune take none in a restore: it follows the source.
  const retention: Pair[] = ['docdb', 'neptune'].includes(captured.engine)
    ? []
    : [['backup retention', cluster.BackupRetentionPeriod, captured.backupRetentionDays]];
  return [
    ['status', cluster.Status, 'available'],
    ['engine', cluster.Engine, captured.engine],
    ...version,
    ['port', cluster.Port, captured.port],
    ['subnet group', cluster.DBSubnetGroup, subnetGroupFor(spec, captured)],
    ['security groups', groups.join(), [...(securityGroupsFor(spec, captured) ?? [])].sort().join()],
    ['parameter group', cluster.DBClusterParameterGroup, captured.parameterGroup.name],
    ...retention,
    ['deletion protection', cluster.DeletionProtection ?? false, isProtected(spec, captured)],
    ['iam authentication', cluster.IAMDatabaseAuthenticationEnabled ?? false, captured.iamAuthentication],
    [
      'log exports',
      [...(cluster.EnabledCloudwatchLogsExports ?? [])].sort().join(),
      captured.logExports.join(),
    ],
    // A restore may encrypt what was not encrypted, never the other way round.
    ['encrypted', cluster.StorageEncrypted === true || !captured.encrypted, true],
  ];
}

function instances(id: string, found: readonly DBInstance[], captured: RdsConfiguration): Pair[] {
  return captured.instances.flatMap((wanted, index): Pair[] => {
    const count = captured.instances.length;
    const instance = instanceAt(found, id, index, count);
    const name = instance?.DBInstanceIdentifier ?? instanceNames(id, index, count)[0];
    return [
      [`status of ${name}`, instance?.DBInstanceStatus, 'available'],
      [`class of ${name}`, instance?.DBInstanceClass, wanted.instanceClass],
      [`promotion tier of ${name}`, instance?.PromotionTier, wanted.promotionTier],
    ];
  });
}

const differing = (pairs: readonly Pair[]): string[] =>
  pairs
    .filter(([, found, expected]) => found !== expected)
    .map(([what, found, expected]) => `${what} is ${found} and was to be ${expected}`);
