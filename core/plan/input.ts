import type { DurationText, RateText, SizeText } from './quantities.ts';

/** When a rule runs. */
export interface RuleInput {
  /** At most 12 lowercase letters and digits; part of every recovery point's id. */
  readonly name: string;
  /** EventBridge Scheduler's six fields, read in the plan's time zone: `0 * * * ? *` is hourly. */
  readonly cron: string;
  /**
   * A run may start up to this much later, so that many clusters do not start in the same second.
   * @default '5m'
   */
  readonly flexibleWindow?: DurationText;
  /**
   * A capture that has not ended by then is overdue: it fails and alerts. Counts in the objectives' arithmetic.
   * @default '1h'
   */
  readonly deadline?: DurationText;
  /**
   * `incremental` stores what changed since the newest sealed point, and needs that one for every restore. Only for
   * engines that know it (tidb); objects store only what is new by themselves.
   * @default 'full'
   */
  readonly kind?: 'full' | 'incremental';
}

/** How many of each to keep. Keeps accumulate: a point stays while any of these gives it a reason. */
export interface RetentionInput {
  /** @default 0 */
  readonly keepLast?: number;
  /** @default none */
  readonly keepWithin?: DurationText;
  /** @default 0 */
  readonly hourly?: number;
  /** @default 0 */
  readonly daily?: number;
  /** @default 0 */
  readonly weekly?: number;
  /** @default 0 */
  readonly monthly?: number;
  /** @default 0 */
  readonly yearly?: number;
  /**
   * The floor: the newest this many proven points are kept whatever any rule says.
   * @default 1
   */
  readonly minimumKeep?: number;
}

export interface ObjectivesInput {
  /** The data that may be lost. */
  readonly rpo: DurationText;
  /** The outage that may be taken until data is back. */
  readonly rto: DurationText;
  /**
   * `region`: the objectives hold although the whole primary region is lost.
   * @default 'region' when the plan copies anywhere, else 'cluster'
   */
  readonly survives?: 'cluster' | 'region';
}

export interface PlanInput {
  /**
   * IANA name. Rules run and calendars of retention turn in it. Zones that change their clocks skip a run in spring.
   * @default 'UTC'
   */
  readonly timeZone?: string;
  readonly rules: readonly RuleInput[];
  readonly retention: RetentionInput;
  /**
   * Recovery regions that every recovery point is copied to.
   * @default every recovery region
   */
  readonly copyTo?: readonly string[];
  readonly objectives: ObjectivesInput;
  /**
   * Expired points stay in the bin this long before anything is removed.
   * @default '7d'
   */
  readonly grace?: DurationText;
  /**
   * One expiry run may expire at most this share of a cluster's points. Above it the run stops and alerts.
   * @default 0.5
   */
  readonly maxExpireShare?: number;
  /**
   * From the end of a capture to a proven copy in another region. Counts in the objectives' arithmetic.
   * @default '30m'
   */
  readonly copyAllowance?: DurationText;
  /**
   * Keep the engine's own log too, so that every instant between two recovery points restores. For engines that have
   * one to give (tidb).
   * @default false
   */
  readonly logBackup?: boolean;
}

/** Where a restore lands in one region when the request names nothing else. */
export interface RestoreIntoInput {
  /** @default the region's own landing bucket */
  readonly bucket?: string;
  /** @default the group of the captured cluster's name */
  readonly subnetGroup?: string;
  /**
   * A database cluster that is copied to this region needs them: those of the cluster belong to its own region.
   * @default those of the captured cluster, in its own region
   */
  readonly securityGroups?: readonly string[];
  /** @default the key of the recovery point */
  readonly kmsKey?: string;
  /** The cluster that a restore of a TiDB cluster fills: an empty one, of the same version or a later one. */
  readonly reach?: TidbReachInput;
  /** Zone of restored volumes. An ebs cluster needs one in each region that it is copied to; at home it is where they were. */
  readonly availabilityZone?: string;
  /** @default the type that each volume had */
  readonly volumeType?: 'gp2' | 'gp3';
}

/** How a TiDB cluster is reached in one region. */
export interface TidbReachInput {
  /** PD's client addresses as BR takes them: `pd.tidb.internal:2379`, several with commas. */
  readonly pd: string;
  /** Subnets for BR's tasks, with a way to PD, TiKV, S3, the image's registry and CloudWatch Logs. */
  readonly subnets: readonly string[];
  /** Security groups for BR's tasks: they reach PD on 2379 and TiKV on 20160. */
  readonly securityGroups: readonly string[];
  /**
   * ARN of a secret: JSON with `ca`, `cert` and `key` in PEM.
   * @default none: the cluster speaks plain
   */
  readonly tls?: string;
  /**
   * ARN of the role that TiKV's hosts work under: TiKV itself reads and writes the vault. It has to exist before
   * Holdfast is deployed. Named, the vault lets it in, and in the cluster's own region nobody else writes there.
   * @default unknown: give that role the rights yourself, as docs/engines/tidb.md lists them
   */
  readonly tikvRole?: string;
}

interface ClusterInputBase {
  /** Name of the plan that protects it. */
  readonly plan: string;
  /** Expected size, for the restore arithmetic before a drill has measured it. */
  readonly expectedSize: SizeText;
  /** @default '200 MB/s' for objects, '100 MB/s' for database and ebs clusters */
  readonly restoreRate?: RateText;
  /**
   * By region.
   * @default what RestoreIntoInput says
   */
  readonly restoreInto?: Readonly<Record<string, RestoreIntoInput>>;
}

/** The objects of an S3 bucket. Its versioning must be on: a recovery point pins exact versions. */
export interface ObjectsClusterInput extends ClusterInputBase {
  readonly engine: 'objects';
  readonly bucket: string;
  /**
   * Only keys that start with this; ends with a slash.
   * @default '' (the whole bucket)
   */
  readonly prefix?: string;
}

/** A DB cluster that RDS's control plane manages. */
export interface RdsClusterInput extends ClusterInputBase {
  readonly engine: 'aurora' | 'documentdb' | 'neptune';
  /** The DB cluster identifier. */
  readonly clusterId: string;
}

/** A self-run TiDB cluster, backed up with its own tool, BR. */
export interface TidbClusterInput extends ClusterInputBase {
  readonly engine: 'tidb';
  /** The cluster's version, such as `v8.5.1`: BR's image of the same tag is used. */
  readonly version: string;
  readonly reach: TidbReachInput;
  /**
   * How far the log's checkpoint is behind at most while all is well: TiKV's `log-backup.max-flush-interval` (3 minutes
   * by default), and the two minutes that the checkpoint takes to follow. Counts in the objectives' arithmetic.
   * @default '5m'
   */
  readonly logFlush?: DurationText;
  /**
   * BR's table filters, such as `shop.*` or `!shop.cache_*`.
   * @default everything
   */
  readonly filter?: readonly string[];
}

/** Any self-run cluster, protected as a whole by snapshots of its instances' EBS volumes. */
export interface EbsClusterInput extends ClusterInputBase {
  readonly engine: 'ebs';
  /** The tag that all its instances carry, and no other instance. */
  readonly instances: { readonly key: string; readonly value: string };
  /**
   * Leave out the volumes that instances boot from: a restored cluster boots from an image of its own.
   * @default true
   */
  readonly excludeBootVolume?: boolean;
}

export type ClusterInput = ObjectsClusterInput | RdsClusterInput | TidbClusterInput | EbsClusterInput;

export interface HoldfastInput {
  /**
   * What this installation is called in messages.
   * @default 'holdfast'
   */
  readonly name?: string;
  /**
   * The AWS account to deploy to, twelve digits.
   * @default the account of the credentials that CDK runs with
   */
  readonly account?: string;
  readonly regions: {
    /** Where the clusters are. */
    readonly primary: string;
    /** Where their recovery points are copied to, and where they are restored when the primary is gone. */
    readonly recovery: readonly string[];
  };
  readonly plans: Readonly<Record<string, PlanInput>>;
  readonly clusters: Readonly<Record<string, ClusterInput>>;
  /**
   * Makes every stored version undeletable for `retain`. `governance` can be lifted by a person with the permission to
   * bypass it, `compliance` by nobody.
   * @default no lock
   */
  readonly vaultLock?: { readonly mode: 'governance' | 'compliance'; readonly retain: DurationText };
  /**
   * What AWS grants this account, where it was asked for more than it grants everyone.
   */
  readonly quotas?: {
    /**
     * Manual DB cluster snapshots per region. Every recovery point of a database cluster is one.
     * @default 100
     */
    readonly clusterSnapshots?: number;
  };
  /**
   * Who gets the alerts.
   * @default nobody: alerts stay on the topic
   */
  readonly notify?: { readonly emails: readonly string[] };
}

/** Types a configuration; `validate` says what it means, or everything that is wrong with it. */
export const defineHoldfast = (input: HoldfastInput): HoldfastInput => input;
