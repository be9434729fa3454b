import type { DBCluster, DBInstance, RDSClient } from '@aws-sdk/client-rds';
import * as z from 'zod';
import { ManifestAltered } from '../../../core/errors/registry.ts';
import { workPrefix } from '../../../core/manifest/layout.ts';
import type { ManifestPlace } from '../shared/manifest-io.ts';
import { instancesOf } from './clusters.ts';
import { capturedParameterGroup } from './parameter-groups.ts';

const instanceShape = z.object({
  instanceClass: z.string(),
  promotionTier: z.number(),
  zone: z.string().optional(),
  parameterGroup: z.string().optional(),
  publiclyAccessible: z.boolean(),
  autoMinorVersionUpgrade: z.boolean(),
});

const shape = z.object({
  clusterId: z.string(),
  resourceId: z.string(),
  engine: z.string(),
  engineVersion: z.string(),
  engineMode: z.string(),
  port: z.number().optional(),
  masterUsername: z.string(),
  createdAt: z.string(),
  encrypted: z.boolean(),
  kmsKey: z.string().optional(),
  subnetGroup: z.string().optional(),
  securityGroups: z.array(z.string()),
  parameterGroup: z.object({
    name: z.string(),
    family: z.string().optional(),
    /** Only what a person set: the engine's own values follow from its version. */
    parameters: z.record(z.string(), z.object({ value: z.string(), applyMethod: z.string() })),
  }),
  iamAuthentication: z.boolean(),
  backupRetentionDays: z.number(),
  deletionProtection: z.boolean(),
  copyTagsToSnapshot: z.boolean(),
  logExports: z.array(z.string()),
  serverlessV2: z
    .object({
      MinCapacity: z.number().optional(),
      MaxCapacity: z.number().optional(),
      SecondsUntilAutoPause: z.number().optional(),
    })
    .optional(),
  lifecycleSupport: z.string().optional(),
  /** Set for a Multi-AZ DB cluster, whose instances come with it. */
  instanceClass: z.string().optional(),
  storageType: z.string().optional(),
  iops: z.number().optional(),
  tags: z.record(z.string(), z.string()),
  /** The writer first: the first instance of a restored cluster becomes its writer. */
  instances: z.array(instanceShape),
});

export type RdsConfiguration = z.infer<typeof shape>;
export type CapturedInstance = z.infer<typeof instanceShape>;

/** Everything that a snapshot does not hold and that a restore needs, as the cluster has it now. */
export async function readConfiguration(rds: RDSClient, cluster: DBCluster): Promise<RdsConfiguration> {
  const clusterId = cluster.DBClusterIdentifier ?? '';
  const multiAz = cluster.DBClusterInstanceClass !== undefined;
  const instances = multiAz ? [] : await instancesOf(rds, clusterId);
  const parameterGroup = await capturedParameterGroup(rds, cluster.DBClusterParameterGroup ?? '');
  return shape.parse({
    clusterId,
    resourceId: cluster.DbClusterResourceId,
    engine: cluster.Engine,
    engineVersion: cluster.EngineVersion,
    engineMode: cluster.EngineMode ?? 'provisioned',
    port: cluster.Port,
    masterUsername: cluster.MasterUsername ?? '',
    createdAt: cluster.ClusterCreateTime?.toISOString(),
    encrypted: cluster.StorageEncrypted ?? false,
    kmsKey: cluster.KmsKeyId,
    subnetGroup: cluster.DBSubnetGroup,
    securityGroups: (cluster.VpcSecurityGroups ?? []).flatMap((group) => group.VpcSecurityGroupId ?? []),
    parameterGroup,
    iamAuthentication: cluster.IAMDatabaseAuthenticationEnabled ?? false,
    backupRetentionDays: cluster.BackupRetentionPeriod ?? 1,
    deletionProtection: cluster.DeletionProtection ?? false,
    copyTagsToSnapshot: cluster.CopyTagsToSnapshot ?? false,
    logExports: [...(cluster.EnabledCloudwatchLogsExports ?? [])].sort(),
    serverlessV2: cluster.ServerlessV2ScalingConfiguration,
    lifecycleSupport: cluster.EngineLifecycleSupport,
    instanceClass: cluster.DBClusterInstanceClass,
    storageType: multiAz ? cluster.StorageType : undefined,
    iops: multiAz ? cluster.Iops : undefined,
    tags: Object.fromEntries((cluster.TagList ?? []).map((tag) => [tag.Key ?? '', tag.Value ?? ''])),
    instances: writerFirst(cluster, instances).map(capturedInstance),
  });
}

function writerFirst(cluster: DBCluster, instances: readonly DBInstance[]): DBInstance[] {
  const writer = cluster.DBClusterMembers?.find((member) => member.IsClusterWriter)?.DBInstanceIdentifier;
  const rank = (instance: DBInstance): string =>
    `${instance.DBInstanceIdentifier === writer ? 0 : 1}${instance.DBInstanceIdentifier}`;
  return [...instances].sort((a, b) => (rank(a) < rank(b) ? -1 : 1));
}

const capturedInstance = (instance: DBInstance) => ({
  instanceClass: instance.DBInstanceClass,
  promotionTier: instance.PromotionTier ?? 1,
  zone: instance.AvailabilityZone,
  parameterGroup: instance.DBParameterGroups?.[0]?.DBParameterGroupName,
  publiclyAccessible: instance.PubliclyAccessible ?? false,
  autoMinorVersionUpgrade: instance.AutoMinorVersionUpgrade ?? true,
});

/**
 * @throws ManifestAltered when a manifest's configuration is not one of an RDS cluster
 */
export function parseConfiguration(value: unknown, of: string): RdsConfiguration {
  const parsed = shape.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new ManifestAltered(
    `the configuration in the manifest of ${of} cannot be read: ${z.prettifyError(parsed.error)}; restore from another region or recovery point`,
  );
}

/** Where the configuration waits between the begin of a capture and its verification: the cluster may be gone by then. */
const waitingKey = (place: ManifestPlace): string =>
  `${workPrefix(place.cluster, place.id)}configuration.json`;

export async function keepConfiguration(
  place: ManifestPlace,
  configuration: RdsConfiguration,
): Promise<void> {
  await place.store.put(place.bucket, waitingKey(place), Buffer.from(JSON.stringify(configuration), 'utf8'));
}

export async function keptConfiguration(place: ManifestPlace): Promise<RdsConfiguration | undefined> {
  const body = await place.store.get(place.bucket, waitingKey(place));
  return body && parseConfiguration(JSON.parse(Buffer.from(body).toString('utf8')), place.id);
}
