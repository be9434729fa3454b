import type { Tso } from './tso.ts';

/** What BR notes in the target of a restore, so that the same command can go on after a kill. */
export interface RestoreState {
  readonly kind: 'snapshot' | 'point';
  /** Of the source, as its metadata names it. */
  readonly upstreamClusterId: bigint;
  /** BackupTS of the snapshot that is restored. */
  readonly snapshotTs: Tso;
  /** The instant of a restore to a point; the snapshot's own otherwise. */
  readonly restoredTs: Tso;
  /** Which tables and databases were asked for, printed. */
  readonly scope: string;
  /** Files of the snapshot that are in. */
  readonly doneFiles: Set<string>;
  /** Table ids of the source → ids here. */
  readonly tableIds: Map<number, number>;
  snapshotDone: boolean;
  /** What the GC setting was before; known once it is switched off. */
  gcRatioBefore: string | undefined;
}

/** Databases that BR keeps its notes in while a restore is unfinished. */
export const TEMPORARY_DATABASES = {
  snapshot: '__TiDB_BR_Temporary_Snapshot_Restore_Checkpoint',
  log: '__TiDB_BR_Temporary_Log_Restore_Checkpoint',
} as const;

export const isTemporary = (database: string): boolean => database.startsWith('__TiDB_BR_Temporary_');
