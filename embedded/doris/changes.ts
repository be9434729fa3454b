import type { Instant } from '../../core/time/instant.ts';
import type { PartitionSpec, Row, TableSpec } from './contents.ts';

/** Counts the commits of one cluster; the first is 1. */
export type CommitSeq = bigint;

/** One thing that happened to a database, by names: what its binlog says, and what a standby repeats. */
export type Action =
  | { readonly kind: 'create-table'; readonly table: TableSpec }
  | { readonly kind: 'drop-table'; readonly table: string }
  | { readonly kind: 'add-partition'; readonly table: string; readonly partition: PartitionSpec }
  | { readonly kind: 'drop-partition'; readonly table: string; readonly partition: string }
  | { readonly kind: 'row'; readonly table: string; readonly key: string; readonly row: Row | null }
  /** What no binlog repeats: a table that was recovered, restored, replaced or renamed. */
  | { readonly kind: 'other'; readonly table: string; readonly what: string };

export interface Change {
  readonly seq: CommitSeq;
  readonly at: Instant;
  readonly databaseId: number;
  readonly action: Action;
}
