import type { Duration } from '../time/instant.ts';
import type { ClusterBase } from './installation.ts';

/** Where a function or a task has to stand to get at a cluster. */
interface Network {
  readonly subnets: readonly string[];
  readonly securityGroups: readonly string[];
}

/** An endpoint that speaks MySQL's protocol. */
export interface SqlEndpoint {
  readonly host: string;
  readonly port: number;
  /** ARN of a secret of Secrets Manager: JSON with `username` and `password`. */
  readonly secret: string;
  readonly tls: boolean;
}

/** How a TiDB cluster is reached in one region: BR talks to PD. */
export interface TidbReach extends Network {
  /** PD's client addresses as BR takes them: `host:2379`, several with commas. */
  readonly pd: string;
  /** ARN of a secret of Secrets Manager: JSON with `ca`, `cert` and `key` in PEM. Absent when the cluster speaks plain. */
  readonly tls?: string;
  /**
   * ARN of the role that TiKV's hosts work under: TiKV itself reads and writes the vault. Named, the vault lets it in, and
   * in the cluster's own region nobody else writes there; absent, whoever runs TiKV gives its role the rights.
   */
  readonly tikvRole?: string;
  /** Where the heartbeat writes, and is read again after a restore; what a drill and a way home empty it by. Absent: nothing does. */
  readonly sql?: SqlEndpoint;
}

export interface TidbCluster extends ClusterBase<TidbReach> {
  readonly engine: 'tidb';
  /** The cluster's version, which is BR's image tag too: `v8.5.1`. */
  readonly version: string;
  readonly reach: TidbReach;
  /** How far the log's checkpoint is behind at most while all is well. */
  readonly logFlush: Duration;
  /** Bytes that the log grows by in a day, for the restore arithmetic. Absent: nobody said. */
  readonly logPerDay?: number;
  /** Bytes of log per second that a restore replays. Absent: what the engine is allowed. */
  readonly replayRate?: number;
  /** BR's table filters; empty for everything. */
  readonly filter: readonly string[];
  /** Present: its recovery points are snapshots of the volumes of TiKV's hosts, not files that TiKV writes. */
  readonly volumes?: TidbVolumes;
}

export interface TidbVolumes {
  /** TiKV's hosts are the instances in the primary region that carry this tag: one TiKV on each, and nothing else. */
  readonly instances: { readonly key: string; readonly value: string };
}

/** How a Doris cluster is reached in one region: statements go to a frontend, and its hosts read and write the vault. */
export interface DorisReach extends Network {
  readonly sql: SqlEndpoint;
  /**
   * ARN of the role that the hosts of frontends and backends work under: it may assume the role that Holdfast makes for
   * them in the vault. Known to Doris 3.0 and later.
   */
  readonly hostRole?: string;
  /** ARN of a secret with `access_key` and `secret_key`, for versions that know no role. */
  readonly keys?: string;
}

/** Which part of a database a recovery point takes: these tables, all but these, or everything. */
export type DorisSelection =
  | { readonly all: true }
  | { readonly on: readonly DorisTable[] }
  | { readonly exclude: readonly string[] };

export interface DorisTable {
  readonly table: string;
  /** Empty for the whole table. */
  readonly partitions: readonly string[];
}

/** A second cluster that follows the protected one by CCR. */
export interface DorisStandby {
  readonly region: string;
  /** Of the standby's own frontend. */
  readonly reach: Network & { readonly sql: SqlEndpoint };
  /** Port of the standby's frontend for thrift. */
  readonly thriftPort: number;
  readonly syncer: {
    readonly host: string;
    readonly port: number;
    /** `host:port` of syncers that share jobs with it: what it redirects to goes to these and nowhere else. */
    readonly others: readonly string[];
  };
  /** The protected cluster as the syncer reaches it. */
  readonly source: {
    readonly host: string;
    readonly port: number;
    readonly thriftPort: number;
    /** ARN of a secret in the standby's region: the login of the protected cluster. */
    readonly secret: string;
  };
  /** Binlogs that may wait while it still counts as in step. */
  readonly lagBinlogs: number;
}

export interface DorisCluster extends ClusterBase<DorisReach> {
  readonly engine: 'doris';
  /** Such as `3.0.6`. */
  readonly version: string;
  readonly reach: DorisReach;
  /** Each is a job of its own, with an instant of its own. */
  readonly databases: Readonly<Record<string, DorisSelection>>;
  readonly standby?: DorisStandby;
}

/** How a Milvus cluster is reached in one region: the tool talks to it, and copies from its bucket. */
export interface MilvusReach extends Network {
  readonly host: string;
  /** Of gRPC, and of the RESTful API beside it. */
  readonly port: number;
  readonly tls: boolean;
  /** ARN of a secret with `username` and `password`; absent where Milvus asks for none. */
  readonly secret?: string;
  /** `host:port` of the management endpoint, which pauses garbage collection during a backup. */
  readonly management: string;
  /** Where Milvus keeps its own data: the tool copies from there, and restores through it. */
  readonly bucket: string;
  readonly rootPath: string;
}

export interface MilvusCluster extends ClusterBase<MilvusReach> {
  readonly engine: 'milvus';
  /** Milvus's version, such as `v2.6.12`: backups restore into the same or a later one. */
  readonly version: string;
  /** Tag of the image milvusdb/milvus-backup, such as `v0.5.16`. */
  readonly tool: string;
  readonly reach: MilvusReach;
  /** `database.collection`, or `database.*`; empty for everything. */
  readonly collections: readonly string[];
}

export type SelfRunReach = TidbReach | DorisReach | MilvusReach;
