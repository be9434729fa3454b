import type { Parameter, ServerlessV2ScalingConfigurationInfo, Tag } from '@aws-sdk/client-rds';
import { type Duration, days, earlier, type Instant, instant, minutes } from '../../core/time/instant.ts';
import type { RowHistory } from './rows.ts';
import { GONE, type Timeline } from './timeline.ts';

export interface Cluster {
  /** Lower case. It changes when the cluster is renamed, and its ARN with it; `resourceId` stays. */
  id: string;
  arn: string;
  readonly resourceId: string;
  readonly engine: string;
  engineVersion: string;
  readonly createdAt: Instant;
  readonly timeline: Timeline;
  readonly history: RowHistory;
  readonly port: number;
  readonly masterUsername: string;
  readonly kmsKeyId: string | undefined;
  readonly subnetGroup: string;
  securityGroups: readonly string[];
  parameterGroup: string;
  iamAuthentication: boolean;
  /** Whether the Data API speaks to it. */
  httpEndpoint: boolean;
  backupRetentionDays: number;
  deletionProtection: boolean;
  copyTagsToSnapshot: boolean;
  logExports: readonly string[];
  serverlessV2: ServerlessV2ScalingConfigurationInfo | undefined;
  readonly lifecycleSupport: string | undefined;
  tags: readonly Tag[];
  /** Set for a Multi-AZ DB cluster (mysql, postgres): its instances come with it. */
  readonly instanceClass: string | undefined;
  readonly allocatedStorage: number;
  /** What decides how long copies take. RDS does not tell it through this API. */
  readonly volumeGib: number;
  /** The log reaches back to here at most, whatever the retention says now. */
  logSince: Instant;
}

export interface Instance {
  readonly id: string;
  readonly arn: string;
  clusterId: string;
  readonly engine: string;
  readonly instanceClass: string;
  readonly promotionTier: number;
  readonly availabilityZone: string;
  readonly parameterGroup: string;
  readonly publiclyAccessible: boolean;
  readonly autoMinorVersionUpgrade: boolean;
  readonly createdAt: Instant;
  readonly timeline: Timeline;
  tags: readonly Tag[];
}

export interface Snapshot {
  readonly id: string;
  readonly arn: string;
  readonly clusterId: string;
  readonly clusterResourceId: string;
  readonly clusterCreatedAt: Instant;
  readonly engine: string;
  readonly engineVersion: string;
  readonly port: number;
  readonly masterUsername: string;
  readonly kmsKeyId: string | undefined;
  readonly iamAuthentication: boolean;
  readonly allocatedStorage: number;
  readonly volumeGib: number;
  readonly backupRetentionDays: number;
  readonly history: RowHistory;
  /** The instant whose rows it holds. */
  readonly rowsOf: Instant;
  readonly timeline: Timeline;
  /** Percent goes from 0 to 100 between these; before the first one a copy waits in RDS's queue. */
  readonly progress: { readonly from: Instant; readonly to: Instant };
  readonly sourceArn: string | undefined;
  tags: readonly Tag[];
}

export interface ParameterGroup {
  readonly name: string;
  readonly arn: string;
  readonly family: string;
  readonly description: string;
  readonly parameters: Map<string, Parameter>;
  tags: readonly Tag[];
}

export interface RegionStore {
  readonly region: string;
  readonly clusters: Map<string, Cluster>;
  readonly instances: Map<string, Instance>;
  readonly snapshots: Map<string, Snapshot>;
  readonly parameterGroups: Map<string, ParameterGroup>;
  readonly subnetGroups: Set<string>;
  readonly securityGroups: Set<string>;
  /** Kept when a cluster is gone, so that a restore can still be compared with what was true. */
  readonly histories: Map<string, RowHistory>;
  /** New names on their way: until then a cluster has its old one, and both are taken. */
  renames: readonly Rename[];
}

export interface Rename {
  readonly cluster: Cluster;
  readonly to: string;
  readonly at: Instant;
}

export const emptyRegion = (region: string): RegionStore => ({
  region,
  clusters: new Map(),
  instances: new Map(),
  snapshots: new Map(),
  parameterGroups: new Map(),
  // Every account starts with a default VPC in each region.
  subnetGroups: new Set(['default']),
  securityGroups: new Set([defaultSecurityGroup(region)]),
  histories: new Map(),
  renames: [],
});

export const defaultSecurityGroup = (region: string): string => `sg-default-${region}`;

/** Finds what is still there at `now`, by its lower-cased identifier. */
export function lookUp<Item extends { readonly timeline: Timeline }>(
  items: Map<string, Item>,
  id: string,
  now: Instant,
): Item | undefined {
  const found = items.get(id.toLowerCase());
  if (found?.timeline.status(now) !== GONE) return found;
  items.delete(id.toLowerCase());
  return undefined;
}

/** What is still there at `now`, in the order of identifiers; what is gone is forgotten. */
export function present<Item extends { readonly id: string; readonly timeline: Timeline }>(
  items: Map<string, Item>,
  now: Instant,
): Item[] {
  for (const [key, item] of items) if (item.timeline.status(now) === GONE) items.delete(key);
  return [...items.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
}

/** Aurora brings its latest restorable time forward every five minutes. */
const LATEST_EVERY = minutes(5);

/** Null until the cluster has been available once (Aurora guide, Overview of backing up and restoring). */
export function restorableWindow(
  cluster: Cluster,
  now: Instant,
): { readonly earliest: Instant; readonly latest: Instant } | undefined {
  const firstAvailable = cluster.timeline.when('available');
  if (firstAvailable === undefined || firstAvailable > now) return undefined;
  const earliest = instant(Math.max(cluster.logSince, firstAvailable, earlier(now, retention(cluster))));
  const latest = instant(Math.floor(now / LATEST_EVERY) * LATEST_EVERY);
  return latest > earliest ? { earliest, latest } : { earliest, latest: earliest };
}

const retention = (cluster: Cluster): Duration => days(cluster.backupRetentionDays);
