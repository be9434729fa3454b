import { createHash } from 'node:crypto';
import type { Change, Contents, Row, Table } from '../contents.ts';
import { printWithTso } from '../log-files.ts';
import type { ObjectStore } from '../object-store.ts';
import type { Tso } from '../tso.ts';
import { BrFailure } from './failure.ts';

export const META_FILE = 'backupmeta';
export const LOCK_FILE = 'backup.lock';
export const CHECKPOINT_FOLDER = 'checkpoints/backup/';
export const CHECKPOINT_META = `${CHECKPOINT_FOLDER}checkpoint.meta`;

export interface SnapshotFile {
  /** `store1/…sst`. */
  readonly name: string;
  readonly tableId: number;
  readonly storeId: number;
  readonly kvs: number;
  readonly bytes: number;
  readonly sha256: string;
}

export interface SnapshotTable {
  readonly table: Table;
  readonly kvs: number;
  /** Over the rows of the table, wherever they lie; absent in an incremental. */
  readonly checksum?: string;
}

/** What `backupmeta` says; the names are those of the tool's own message, which `debug decode --field` takes. */
export interface BackupMeta {
  readonly ClusterId: bigint;
  readonly ClusterVersion: string;
  readonly BrVersion: string;
  /** 0 for a full one; of a log, its start. */
  readonly StartVersion: Tso;
  /** 0 for a log. */
  readonly EndVersion: Tso;
  readonly NewCollationsEnabled: boolean;
  readonly Databases: readonly string[];
  readonly Schemas: readonly SnapshotTable[];
  readonly Files: readonly SnapshotFile[];
  /** What happened to schemas since StartVersion, and the tables of then. */
  readonly Ddls: readonly Change[];
  readonly BaseTables: readonly Table[];
  /** How many bytes a row and a change in the log stand for, where time follows from size. */
  readonly BytesPerRow: number;
  readonly BytesPerChange: number;
}

const BIG = ['ClusterId', 'StartVersion', 'EndVersion', 'ts'];

export const encodeMeta = (meta: BackupMeta): string => printWithTso(meta);

/** Throws the tool's failure when it is not there or cannot be read. */
export async function readMeta(store: ObjectStore): Promise<BackupMeta> {
  const bytes = await store.get(META_FILE);
  try {
    return JSON.parse(bytes.toString('utf8'), (key, value: unknown) =>
      BIG.includes(key) && typeof value === 'string' ? BigInt(value) : value,
    ) as BackupMeta;
  } catch {
    throw new BrFailure(
      `parse backupmeta failed because of wrong aes cipher or damage: ${store.uri}`,
      'BR:Common:ErrInvalidMetaFile',
    );
  }
}

export const sha256 = (bytes: Uint8Array | string): string =>
  createHash('sha256').update(bytes).digest('hex');

/** One row of a file; in an incremental it may be gone. */
export type StoredRow = readonly [id: string, row: Row | null];

export const encodeRows = (rows: readonly StoredRow[]): Buffer =>
  Buffer.from(rows.map((row) => `${JSON.stringify(row)}\n`).join(''), 'utf8');

export const decodeRows = (bytes: Buffer): StoredRow[] =>
  bytes
    .toString('utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as StoredRow);

/** The checksum of a table's rows as they are stored, in whatever order they come. */
export function checksumOfRows(rows: Iterable<StoredRow>): string {
  const lines = [...rows].map(([id, row]) => JSON.stringify([id, Object.entries(row ?? {}).sort()]));
  return sha256(lines.sort().join('\n'));
}

/** A piece of a snapshot: the rows of one table on one store. */
export interface Piece {
  readonly tableId: number;
  readonly storeId: number;
  readonly rows: readonly StoredRow[];
}

/** Cuts tables into pieces, in a fixed order. Tables without rows on a store have none there. */
export function piecesOf(
  contents: Contents,
  tables: readonly Table[],
  storeOf: (tableId: number, id: string) => number,
): Piece[] {
  return tables.flatMap(({ id }) => cut(id, [...(contents.written.get(id) ?? [])], storeOf));
}

/** As `piecesOf`, for what changed in rows since another timestamp: of each row what it became. */
export function changedPieces(
  changes: readonly Change[],
  tables: readonly Table[],
  storeOf: (tableId: number, id: string) => number,
): Piece[] {
  const last = new Map<number, Map<string, Row | null>>();
  for (const change of changes) {
    if (change.kind !== 'row') continue;
    const rows = last.get(change.tableId) ?? new Map<string, Row | null>();
    last.set(change.tableId, rows.set(change.id, change.row));
  }
  return tables.flatMap(({ id }) => cut(id, [...(last.get(id) ?? [])], storeOf));
}

function cut(tableId: number, rows: readonly StoredRow[], storeOf: (tableId: number, id: string) => number) {
  const byStore = Map.groupBy(rows, ([id]) => storeOf(tableId, id));
  return [...byStore]
    .sort(([a], [b]) => a - b)
    .map(([storeId, part]): Piece => ({ tableId, storeId, rows: part }));
}
