import type { DrillMode, DrillPick } from '../drills/drill.ts';
import { type Group, membersOf } from '../groups/group.ts';
import type { DataApi } from '../heartbeat/heart.ts';
import type { Switch } from '../switch/switch.ts';
import type { Duration } from '../time/instant.ts';
import type { DorisCluster, DorisStandby, MilvusCluster, SelfRunReach, TidbCluster } from './self-run.ts';

export type {
  DorisCluster,
  DorisReach,
  DorisStandby,
  MilvusCluster,
  MilvusReach,
  SqlEndpoint,
  TidbCluster,
  TidbReach,
} from './self-run.ts';

/** The engines that this version drives. documentdb and neptune ride on Aurora's control plane. */
export type EngineName =
  | 'objects'
  | 'aurora'
  | 'documentdb'
  | 'neptune'
  | 'tidb'
  | 'ebs'
  | 'doris'
  | 'milvus';

/**
 * When a rule runs. `cron` is EventBridge Scheduler's six fields (minute hour day-of-month month day-of-week year),
 * read in the plan's time zone.
 */
export interface Rule {
  readonly name: string;
  readonly cron: string;
  /** A run may start up to this much later, so that many clusters do not start in the same second. */
  readonly flexibleWindow: Duration;
  /** A capture that has not ended by then is overdue: it fails and alerts. */
  readonly deadline: Duration;
  /** `incremental` stores what changed since the newest sealed point, and needs that one for every restore. */
  readonly kind: 'full' | 'incremental';
}

/** How many of each to keep. Keeps accumulate: a point stays while any of these gives it a reason. */
export interface Retention {
  readonly keepLast: number;
  readonly keepWithin?: Duration;
  readonly hourly: number;
  readonly daily: number;
  readonly weekly: number;
  readonly monthly: number;
  readonly yearly: number;
  /** The floor: the newest this many proven points are kept whatever any rule says. At least 1. */
  readonly minimumKeep: number;
}

export interface Objectives {
  /** The data that may be lost, as a duration. */
  readonly rpo: Duration;
  /** The outage that may be taken until data is back. */
  readonly rto: Duration;
  /** `region`: the objectives hold although the whole primary region is lost. */
  readonly survives: 'cluster' | 'region';
}

export interface Plan {
  readonly name: string;
  readonly timeZone: string;
  readonly rules: readonly Rule[];
  readonly retention: Retention;
  readonly copyTo: readonly string[];
  readonly objectives: Objectives;
  /** Expired points stay in the bin this long before anything is removed. */
  readonly grace: Duration;
  /** One expiry run may expire at most this share of a cluster's points. Above it the run stops and alerts. */
  readonly maxExpireShare: number;
  /** Allowance from capture to proven copy in another region, used by the objectives' arithmetic. */
  readonly copyAllowance: Duration;
  /** Keep the engine's log as well, for restores to any instant. */
  readonly logBackup: boolean;
  readonly drills?: DrillRule;
}

/** When the clusters of a plan are restored into isolation, compared and removed again. */
export interface DrillRule {
  readonly cron: string;
  readonly pick: DrillPick;
  readonly mode: DrillMode;
  /** Where. */
  readonly region: string;
  /** From its start: nothing of it may be left then. */
  readonly deadline: Duration;
  /** A cluster of which no drill passed for this long is alarmed. */
  readonly within: Duration;
}

/** Where what a drill restores is kept apart from everything else, where Holdfast cannot make such a place itself. */
export interface DrillDefaults {
  /** Of objects; absent, the landing bucket. */
  readonly bucket?: string;
  /** Of a database cluster: groups that let nothing out and only those in who look at the drill. */
  readonly securityGroups?: readonly string[];
  readonly subnetGroup?: string;
}

/** Where and with what a restore lands, per region, when the request names nothing else. */
export interface RestoreDefaults<Reach extends SelfRunReach = SelfRunReach> {
  readonly bucket?: string;
  readonly subnetGroup?: string;
  readonly securityGroups?: readonly string[];
  readonly kmsKey?: string;
  /** Of a self-run cluster that a restore fills: how it is reached. */
  readonly reach?: Reach;
  /** Where restored volumes come to be. A volume is of one zone for ever. */
  readonly availabilityZone?: string;
  readonly volumeType?: RestoredVolumeType;
  /** Of a restored Aurora cluster: how its heartbeat is read. */
  readonly dataApi?: DataApi;
}

/** Those of EBS's volume types that take nothing but a size. */
export type RestoredVolumeType = 'gp2' | 'gp3';

export interface ClusterBase<Reach extends SelfRunReach = SelfRunReach> {
  readonly name: string;
  readonly plan: string;
  /** Expected size, for the restore arithmetic before a drill has measured it. */
  readonly expectedBytes: number;
  /** Restore speed, bytes per second, for the same arithmetic. */
  readonly restoreBytesPerSecond: number;
  readonly restoreInto: Readonly<Record<string, RestoreDefaults<Reach>>>;
  /** By region; what it does not say, `restoreInto` does. */
  readonly drillInto?: Readonly<Record<string, DrillDefaults>>;
  /** What is switched when its group changes sides. Absent: nothing. */
  readonly switch?: readonly Switch[];
}

export interface ObjectsCluster extends ClusterBase {
  readonly engine: 'objects';
  readonly bucket: string;
  /** Only keys that start with this; empty for the whole bucket. */
  readonly prefix: string;
  /** Write an object of Holdfast's own beside the others, so that a restore proves what it lost. */
  readonly heartbeat?: boolean;
}

export interface RdsCluster extends ClusterBase {
  readonly engine: 'aurora' | 'documentdb' | 'neptune';
  /** The DB cluster identifier. */
  readonly clusterId: string;
  /** Aurora's only: how the heartbeat gets in. Absent, the cluster has none. */
  readonly dataApi?: DataApi;
}

/** Any self-run cluster, as the EBS volumes of its instances. */
export interface EbsCluster extends ClusterBase {
  readonly engine: 'ebs';
  /** The instances are those in the primary region that carry this tag, whichever they are at the moment of a capture. */
  readonly instances: { readonly key: string; readonly value: string };
  /** Whether the volume that an instance boots from is left out. */
  readonly excludeBootVolume: boolean;
}

export type Cluster = ObjectsCluster | RdsCluster | TidbCluster | EbsCluster | DorisCluster | MilvusCluster;

const RDS_ENGINES: ReadonlySet<EngineName> = new Set<RdsCluster['engine']>([
  'aurora',
  'documentdb',
  'neptune',
]);
/** The cluster that is kept in step with this one, if there is one. */
export const standbyOf = (cluster: Cluster): DorisStandby | undefined =>
  cluster.engine === 'doris' ? cluster.standby : undefined;

export const isRds = (cluster: Cluster): cluster is RdsCluster => RDS_ENGINES.has(cluster.engine);

export interface Regions {
  readonly primary: string;
  readonly recovery: readonly string[];
}

/** Before a restore writes over what is there, a person says yes: another one than who asked, anybody, or nobody has to. */
export interface ApprovalRules {
  readonly inPlace: 'four-eyes' | 'one' | 'none';
  readonly within: Duration;
}

/** The validated configuration: what `holdfast.config.ts` means once every default is filled in. */
export interface Installation {
  readonly name: string;
  /** The AWS account to deploy to; absent when it is that of the credentials CDK runs with. */
  readonly account?: string;
  readonly regions: Regions;
  readonly plans: readonly Plan[];
  readonly clusters: readonly Cluster[];
  readonly groups: readonly Group[];
  /** Only of an installation that is seen from the region that took over: where its groups are active at first. */
  readonly turnedFrom?: string;
  readonly approvals: ApprovalRules;
  readonly vaultLock: { readonly mode: 'governance' | 'compliance'; readonly retain: Duration } | undefined;
  readonly notify: { readonly emails: readonly string[] };
}

export const clusterOf = (installation: Installation, name: string): Cluster | undefined =>
  installation.clusters.find((cluster) => cluster.name === name);

export const planOf = (installation: Installation, cluster: Cluster): Plan | undefined =>
  installation.plans.find((plan) => plan.name === cluster.plan);

/** The group that a cluster fails over with; undefined when it has no sides. */
export const groupOf = (installation: Pick<Installation, 'groups'>, cluster: string): Group | undefined =>
  installation.groups.find((group) => membersOf(group).includes(cluster));

/** Where groups are active in their first epoch, from whichever side they are looked at. */
export const homeOf = ({ turnedFrom, regions }: Pick<Installation, 'turnedFrom' | 'regions'>): string =>
  turnedFrom ?? regions.primary;
