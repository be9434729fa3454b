import type { ClusterInput } from './cluster-input.ts';
import type { DurationText } from './quantities.ts';

export type * from './cluster-input.ts';

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

export interface DrillsInput {
  /** EventBridge Scheduler's six fields, read in the plan's time zone: `0 5 ? * SUN *` is every Sunday at five. */
  readonly cron: string;
  /**
   * The newest point, or one drawn from all that are kept and proven.
   * @default 'latest'
   */
  readonly pick?: 'latest' | 'random';
  /**
   * `region-lost`: it proves first that every call into the primary region is denied to what restores.
   * @default 'ordinary'
   */
  readonly mode?: 'ordinary' | 'region-lost';
  /** @default the first recovery region of `copyTo` */
  readonly in?: string;
  /**
   * From its start: what is left of it then is removed, whatever became of it.
   * @default '6h'
   */
  readonly deadline?: DurationText;
  /**
   * An alarm rings for a cluster of which no drill passed for this long.
   * @default '40d'
   */
  readonly within?: DurationText;
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
  /**
   * Restore the plan's clusters into isolation, compare, measure, and remove it all again.
   * @default none: a restore that was not rehearsed
   */
  readonly drills?: DrillsInput;
}

/** Clusters that fail over together. */
export interface GroupInput {
  /** Clusters in the order in which they are brought back: first the stores, then what needs them. */
  readonly layers: readonly (readonly string[])[];
  /**
   * The recovery region that takes over.
   * @default the only recovery region
   */
  readonly to?: string;
  /**
   * How far apart the instants of the members may lie.
   * @default '15m'
   */
  readonly maxSkew?: DurationText;
  /**
   * How long somebody may take to approve a failover before it is refused by itself.
   * @default '1h'
   */
  readonly approvalWithin?: DurationText;
}

/** Before a restore writes over what is there, a person says yes. */
export interface ApprovalsInput {
  /**
   * `four-eyes`: somebody else than who asked. `one`: anybody, also who asked. `none`: it is done at once.
   * @default 'four-eyes', because nothing else in Holdfast destroys data that no rule and no grace period has let go
   */
  readonly inPlace?: 'four-eyes' | 'one' | 'none';
  /**
   * How long somebody may take before it is refused by itself.
   * @default '1h'
   */
  readonly within?: DurationText;
}

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
   * What fails over together, by name. A cluster is in one of them at most.
   * @default no groups: clusters are restored one by one, and no region takes over from another
   */
  readonly groups?: Readonly<Record<string, GroupInput>>;
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
  /** What is asked of a person before it is done. A failover asks by itself: see `groups`. */
  readonly approvals?: ApprovalsInput;
  /**
   * Who gets the alerts.
   * @default nobody: alerts stay on the topic
   */
  readonly notify?: { readonly emails: readonly string[] };
}

/** Types a configuration; `validate` says what it means, or everything that is wrong with it. */
export const defineHoldfast = (input: HoldfastInput): HoldfastInput => input;
