/** One end of a replication, as `/create_ccr` has it: ports are strings, and the password is plain. */
export interface End {
  readonly host: string;
  readonly port: string;
  readonly thrift_port: string;
  readonly user: string;
  readonly password: string;
  readonly database: string;
  /** Empty on both ends when the whole database is replicated. */
  readonly table: string;
}

export interface CcrSpec {
  readonly name: string;
  readonly src: End;
  readonly dest: End;
  readonly skip_error?: boolean;
  readonly allow_table_exists?: boolean;
  readonly reuse_binlog_label?: boolean;
}

/** What `progress_state` says, each with the number that `sync_state` of a progress has. */
export const SYNC_STATES = {
  DBFullSync: 0,
  DBTablesIncrementalSync: 1,
  DBSpecificTableFullSync: 2,
  DBIncrementalSync: 3,
  DBPartialSync: 4,
  TableFullSync: 500,
  TableIncrementalSync: 501,
  TablePartialSync: 502,
} as const;

/** A request that the syncer refuses: with status 200, and these words. */
export class CcrRefused extends Error {
  override readonly name = 'CcrRefused';
}
