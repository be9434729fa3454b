import type { ServerlessV2ScalingConfigurationInfo } from '@aws-sdk/client-rds';
import type { Instant } from '../../core/time/instant.ts';
import { resourceId } from './api-restore.ts';
import { furnish } from './catalog.ts';
import { offeredVersion } from './engine-versions.ts';
import { arnOf, type Context, identifier } from './operation.ts';
import { RowHistory } from './rows.ts';
import { type Cluster, defaultSecurityGroup } from './store.ts';
import { Timeline } from './timeline.ts';

export interface InstanceSeed {
  readonly instanceClass: string;
  /** @default 1 */
  readonly promotionTier?: number;
  /** @default the region's zone a, b, c in turn */
  readonly availabilityZone?: string;
  /** @default the engine's default group */
  readonly parameterGroup?: string;
}

/** What the Data API finds in a cluster: a user, and a database besides `postgres`. */
export interface DataApiSeed {
  readonly username: string;
  readonly password: string;
  readonly database?: string;
}

export interface ClusterSeed {
  readonly region: string;
  readonly clusterId: string;
  /** `aurora-postgresql`, `aurora-mysql`, `docdb`, `neptune`; `postgres` and `mysql` are Multi-AZ DB clusters. */
  readonly engine: string;
  readonly createdAt: Instant;
  /** @default the region's default version */
  readonly engineVersion?: string;
  /** @default 5432 */
  readonly port?: number;
  /** @default admin */
  readonly masterUsername?: string;
  /** @default not encrypted */
  readonly kmsKeyId?: string;
  /** @default one db.r6g.large */
  readonly instances?: readonly InstanceSeed[];
  /** @default the group `default` */
  readonly subnetGroup?: string;
  /** @default the default security group */
  readonly securityGroups?: readonly string[];
  /** @default the engine's default group */
  readonly parameterGroup?: { readonly name: string; readonly parameters: Readonly<Record<string, string>> };
  readonly tags?: Readonly<Record<string, string>>;
  readonly iamAuthentication?: boolean;
  /** @default the Data API is off, and the database lets nobody in */
  readonly dataApi?: DataApiSeed;
  /** @default 7 */
  readonly backupRetentionDays?: number;
  readonly deletionProtection?: boolean;
  readonly logExports?: readonly string[];
  readonly serverlessV2?: ServerlessV2ScalingConfigurationInfo;
  readonly lifecycleSupport?: string;
  /** Set for a Multi-AZ DB cluster. */
  readonly multiAzInstanceClass?: string;
  /** Decides how long copies take. @default 20 */
  readonly volumeGib?: number;
}

/** Aurora, DocumentDB and Neptune volumes grow by themselves; RDS reports 1 GiB for them whatever they hold. */
const GROWING_VOLUME_GIB = 1;
const NO_LIFECYCLE = new Set(['docdb', 'neptune']);

export function seeded(seed: ClusterSeed, context: Context): void {
  const { call, here } = context;
  const id = identifier('DBClusterIdentifier', seed.clusterId);
  const { version, family } = offeredVersion(seed.engine, seed.engineVersion);
  const cluster: Cluster = {
    id,
    arn: arnOf(call, 'cluster', id),
    resourceId: resourceId(context),
    engine: seed.engine,
    engineVersion: version,
    createdAt: seed.createdAt,
    timeline: new Timeline('available', seed.createdAt),
    history: new RowHistory(),
    port: seed.port ?? 5432,
    masterUsername: seed.masterUsername ?? 'admin',
    kmsKeyId: seed.kmsKeyId,
    subnetGroup: seed.subnetGroup ?? 'default',
    securityGroups: seed.securityGroups ?? [defaultSecurityGroup(seed.region)],
    parameterGroup: seed.parameterGroup?.name ?? `default.${family}`,
    iamAuthentication: seed.iamAuthentication ?? false,
    httpEndpoint: seed.dataApi !== undefined,
    backupRetentionDays: seed.backupRetentionDays ?? 7,
    deletionProtection: seed.deletionProtection ?? false,
    copyTagsToSnapshot: false,
    logExports: seed.logExports ?? [],
    serverlessV2: seed.serverlessV2,
    lifecycleSupport: NO_LIFECYCLE.has(seed.engine)
      ? undefined
      : (seed.lifecycleSupport ?? 'open-source-rds-extended-support'),
    tags: Object.entries(seed.tags ?? {}).map(([Key, Value]) => ({ Key, Value })),
    instanceClass: seed.multiAzInstanceClass,
    allocatedStorage: seed.multiAzInstanceClass === undefined ? GROWING_VOLUME_GIB : (seed.volumeGib ?? 20),
    volumeGib: seed.volumeGib ?? 20,
    logSince: seed.createdAt,
  };
  if (seed.dataApi) furnish(cluster.history, seed.dataApi, seed.createdAt);
  here.subnetGroups.add(cluster.subnetGroup);
  for (const group of cluster.securityGroups) here.securityGroups.add(group);
  here.clusters.set(id, cluster);
  here.histories.set(id, cluster.history);
  seedParameterGroup(seed, family, context);
  if (seed.multiAzInstanceClass === undefined) seedInstances(seed, cluster, context);
}

function seedParameterGroup({ parameterGroup }: ClusterSeed, family: string, { call, here }: Context): void {
  if (!parameterGroup) return;
  const parameters = Object.entries(parameterGroup.parameters).map(
    ([ParameterName, ParameterValue]) =>
      [
        ParameterName,
        {
          ParameterName,
          ParameterValue,
          Source: 'user',
          IsModifiable: true,
          ApplyMethod: 'pending-reboot' as const,
        },
      ] as const,
  );
  here.parameterGroups.set(parameterGroup.name, {
    name: parameterGroup.name,
    arn: arnOf(call, 'cluster-pg', parameterGroup.name),
    family,
    description: 'of the application',
    parameters: new Map(parameters),
    tags: [],
  });
}

function seedInstances(seed: ClusterSeed, cluster: Cluster, { call, here }: Context): void {
  const instances = seed.instances ?? [{ instanceClass: 'db.r6g.large' }];
  for (const [index, instance] of instances.entries()) {
    const id = `${cluster.id}-${index + 1}`;
    here.instances.set(id, {
      id,
      arn: arnOf(call, 'db', id),
      clusterId: cluster.id,
      engine: cluster.engine,
      instanceClass: instance.instanceClass,
      promotionTier: instance.promotionTier ?? 1,
      availabilityZone: instance.availabilityZone ?? `${seed.region}${'abc'[index % 3]}`,
      parameterGroup: instance.parameterGroup ?? `default.${cluster.engine}`,
      publiclyAccessible: false,
      autoMinorVersionUpgrade: true,
      createdAt: seed.createdAt,
      timeline: new Timeline('available', seed.createdAt),
      tags: [],
    });
  }
}
