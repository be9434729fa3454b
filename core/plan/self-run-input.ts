import type { ClusterInputBase } from './cluster-input.ts';
import type { DurationText, RateText, SizeText } from './quantities.ts';

/** An endpoint that speaks MySQL's protocol. */
export interface SqlEndpointInput {
  readonly host: string;
  /** @default 4000 for TiDB, 9030 for Doris */
  readonly port?: number;
  /** ARN of a secret: JSON with `username` and `password`. */
  readonly secret: string;
  /**
   * Encrypt the connection, and check the server's certificate.
   * @default true
   */
  readonly tls?: boolean;
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
  /**
   * The SQL endpoint of the cluster, for the heartbeat: its user may create and write the database `holdfast`. Drills, and
   * a group's way home, empty a cluster by it: docs/engines/tidb.md says what else its user needs for that.
   * @default none: the true loss of a restore stays unmeasured, and a group with this cluster comes home by hand
   */
  readonly sql?: SqlEndpointInput;
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
   * How much the log grows in a day, for the restore arithmetic: a restore to an instant replays what followed the newest
   * full. The folder `<cluster>/log/` of the vault shows it.
   * @default unknown: the replay is not counted, and the printed sum says so
   */
  readonly logPerDay?: SizeText;
  /**
   * How much of the log a restore replays in a second.
   * @default '25 MB/s': 30 GB an hour and TiKV node, of three
   */
  readonly replayRate?: RateText;
  /**
   * BR's table filters, such as `shop.*` or `!shop.cache_*`.
   * @default everything
   */
  readonly filter?: readonly string[];
  /**
   * Recovery points are snapshots of the EBS volumes of TiKV's hosts, taken while BR keeps the cluster still. The tag is
   * that of TiKV's hosts in the primary region: one TiKV on each, and no other instance. Not with `filter`, and not in a
   * plan that says logBackup: true.
   * @default files that TiKV writes into the vault
   */
  readonly volumes?: { readonly instances: { readonly key: string; readonly value: string } };
}

/** How a Doris cluster is reached in one region. */
export interface DorisReachInput {
  /** A frontend, or what stands before several. */
  readonly sql: SqlEndpointInput;
  /** Subnets with a way to the frontend. */
  readonly subnets: readonly string[];
  /** Security groups that reach the frontend. */
  readonly securityGroups: readonly string[];
  /**
   * ARN of the role that the hosts of frontends and backends work under: Doris itself reads and writes the vault, in a role
   * that Holdfast makes and that this one may assume. Doris 3.0 and later.
   */
  readonly hostRole?: string;
  /** ARN of a secret with `access_key` and `secret_key`, for Doris before 3.0, which knows no role. */
  readonly keys?: string;
}

/** Which part of a database is protected: these tables or partitions, or all but these tables. */
export interface DorisSelectionInput {
  readonly on?: readonly (string | { readonly table: string; readonly partitions: readonly string[] })[];
  readonly exclude?: readonly string[];
}

/** A standby: a cluster that CCR keeps in step, whole databases at a time. What it needs: docs/engines/doris-standby.md. */
export interface DorisStandbyInput {
  /** Where it and its syncer are: another region than the primary, if it is to survive that one. */
  readonly region: string;
  readonly reach: Pick<DorisReachInput, 'sql' | 'subnets' | 'securityGroups'>;
  /**
   * Port of its frontend for thrift.
   * @default 9020
   */
  readonly thriftPort?: number;
  /** The CCR syncer, which asks nobody for a login: only the security groups of `reach` may get to it. */
  readonly syncer: {
    readonly host: string;
    /** @default 9190 */
    readonly port?: number;
    /**
     * Other syncers on the same database, as `host:port`: a job of theirs is asked for there.
     * @default none
     */
    readonly others?: readonly string[];
  };
  /** How the syncer gets to the protected cluster. */
  readonly source: {
    /** @default the host of reach.sql */
    readonly host?: string;
    /** @default the port of reach.sql */
    readonly port?: number;
    /** @default 9020 */
    readonly thriftPort?: number;
    /** ARN of a secret in the region of the standby, such as a replica of that of reach.sql: JSON with `username` and `password`. */
    readonly secret: string;
  };
  /**
   * Binlogs that may wait to be repeated before somebody is told.
   * @default 1000
   */
  readonly lagBinlogs?: number;
}

/** A self-run Apache Doris cluster, backed up by its own BACKUP SNAPSHOT. */
export interface DorisClusterInput extends ClusterInputBase {
  readonly engine: 'doris';
  /** The cluster's version, such as `3.0.6`. */
  readonly version: string;
  readonly reach: DorisReachInput;
  /** Databases to protect, `{}` for all of one: `{ shop: {}, logs: { on: ['events'] } }`. */
  readonly databases: Readonly<Record<string, DorisSelectionInput>>;
  /** @default none */
  readonly standby?: DorisStandbyInput;
}

/** How a Milvus cluster is reached in one region. */
export interface MilvusReachInput {
  readonly host: string;
  /** @default 19530 */
  readonly port?: number;
  /** @default false */
  readonly tls?: boolean;
  /** ARN of a secret with `username` and `password`. @default Milvus asks for none */
  readonly secret?: string;
  /** `host:port` of the management endpoint: garbage collection pauses while a backup runs. */
  readonly management: string;
  /** The bucket that Milvus keeps its data in. */
  readonly bucket: string;
  /** Milvus's own prefix in that bucket: `file` for Helm and the operator, `files` for compose. */
  readonly rootPath: string;
  /** Subnets for the tool's tasks, with a way to Milvus, S3 and the image's registry. */
  readonly subnets: readonly string[];
  readonly securityGroups: readonly string[];
}

/** A self-run Milvus cluster, backed up with milvus-backup. */
export interface MilvusClusterInput extends ClusterInputBase {
  readonly engine: 'milvus';
  /** The cluster's version, such as `v2.6.12`. */
  readonly version: string;
  /** @default 'v0.5.16', a tag of the image milvusdb/milvus-backup */
  readonly tool?: string;
  readonly reach: MilvusReachInput;
  /**
   * Collections to protect, as `database.collection` or `database.*`.
   * @default everything
   */
  readonly collections?: readonly string[];
}
