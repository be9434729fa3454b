import { later, milliseconds, seconds } from '../../../core/time/instant.ts';
import { uuid } from '../../random/uuid.ts';
import type { TidbCluster } from '../cluster.ts';
import type { Table } from '../contents.ts';
import type { TidbFleet } from '../fleet.ts';
import { isFromS3, type ObjectStore } from '../object-store.ts';
import { instantOf, parseTso, type Tso, tsoOf } from '../tso.ts';
import { type CommandLine, millisecondsOf } from './argv.ts';
import { connect, stillThere } from './connect.ts';
import { type Checkpoint, CheckpointWriter, checkDestination, configHash, LOCK_TEXT } from './destination.ts';
import { BrFailure, invalidArgument } from './failure.ts';
import { filterOf } from './filter.ts';
import { UNITS } from './flags.ts';
import type { BrProcess } from './process.ts';
import {
  type BackupMeta,
  changedPieces,
  checksumOfRows,
  encodeMeta,
  LOCK_FILE,
  META_FILE,
  type Piece,
  piecesOf,
  type SnapshotFile,
} from './snapshot-files.ts';
import { openStorage } from './storage.ts';
import { printBytes, printDuration, printSpeed } from './terminal.ts';
import { uploadPiece } from './upload.ts';

/** 50-100 MB/s and TiKV in the documentation; with checkpoints the hold on GC lasts 72 min, else 5. */
const RATE_PER_STORE = 75_000_000;
const GC_TTL = seconds(300);
const GC_TTL_CHECKPOINT = seconds(4_320);
const CHECKPOINT_EVERY = seconds(30);
const MIB = 1_048_576;

/** What one run works with. */
interface Backup {
  readonly process: BrProcess;
  readonly line: CommandLine;
  readonly cluster: TidbCluster;
  readonly store: ObjectStore;
  readonly backupTs: Tso;
  /** 0 for a full one. */
  readonly since: Tso;
  readonly notes: CheckpointWriter;
  readonly holdGc: () => void;
}

/** `backup full`, `db` and `table`. */
export async function runBackup(process: BrProcess, line: CommandLine, fleet: TidbFleet): Promise<void> {
  const unit = UNITS[line.command]!;
  const filter = filterOf(line);
  const since = readSince(line);
  const checkpointed = line.yes('use-checkpoint') && since === 0n;
  const cluster = await connect(process, line, fleet);
  const store = await openStorage(process, line, line.text('storage'));
  const left = await checkDestination(store, line);
  await store.put(LOCK_FILE, LOCK_TEXT);
  const backupTs = left?.backupTs ?? readBackupTs(line, cluster);
  if (since > 0n && since >= backupTs)
    throw invalidArgument('LastBackupTS is equal or larger than BackupTS, please choose other LastBackupTS');

  const gcServiceId = left?.gcServiceId ?? `br-${uuid(process.world.random(`tidb.${cluster.name}.br`))}`;
  const ttl = line.has('gcttl') ? seconds(line.int('gcttl')!) : checkpointed ? GC_TTL_CHECKPOINT : GC_TTL;
  const kept = since > 0n ? since : backupTs;
  const holdGc = () => {
    stillThere(line, cluster);
    if (!cluster.pd.keep(gcServiceId, kept, ttl))
      throw new BrFailure(
        `GC safepoint ${cluster.pd.gcSafepoint()} exceed TS ${kept}`,
        'BR:Backup:ErrBackupGCSafepointExceeded',
      );
  };
  holdGc();

  const tables = [...cluster.contentsAt(backupTs).tables.values()]
    .filter(({ database, name }) => filter.matches(database, name))
    .sort((a, b) => a.id - b.id);
  const notes = new CheckpointWriter(store, checkpointed);
  const backup: Backup = { process, line, cluster, store, backupTs, since, notes, holdGc };
  const files = tables.length === 0 ? [] : await copyTables(backup, tables, unit, left, gcServiceId);
  await store.put(META_FILE, encodeMeta(describe(backup, tables, files)));
  cluster.pd.release(gcServiceId);
  try {
    await notes.remove();
  } catch (error) {
    if (!isFromS3(error)) throw error;
    process.log('WARN', 'backup.go:505', 'failed to remove checkpoint data for backup', [
      ['error', String(error)],
    ]);
  }
  summarize(backup, unit, tables, files);
}

function readSince(line: CommandLine): Tso {
  const text = line.text('lastbackupts');
  return text === undefined ? 0n : BigInt(text);
}

function readBackupTs(line: CommandLine, cluster: TidbCluster): Tso {
  const now = cluster.pd.tso();
  const ago = line.text('timeago');
  if (ago !== undefined) return tsoOf(later(instantOf(now), milliseconds(-millisecondsOf(ago))));
  const text = line.text('backupts');
  if (text === undefined) return now;
  const ts = parseTso(text, false);
  if (typeof ts !== 'bigint') throw invalidArgument(`parse ts from ${text} failed`);
  if (ts > now) throw invalidArgument(`backup ts ${ts} lies after the current ts ${now}`);
  return ts;
}

/** Writes the tables' files, piece by piece, past what an earlier run had done. */
async function copyTables(
  backup: Backup,
  tables: readonly Table[],
  unit: string,
  left: Checkpoint | undefined,
  gcServiceId: string,
): Promise<SnapshotFile[]> {
  const { process, cluster, store, backupTs, since, notes, line } = backup;
  if (!left) await notes.begin({ configHash: configHash(line), backupTs, gcServiceId });
  const files = left ? await notes.done() : [];
  const done = new Set(files.map(({ tableId, storeId }) => `${tableId}/${storeId}`));
  const pieces = pieceList(backup, tables);
  const total = pieces.reduce((sum, piece) => sum + piece.rows.length, 0);
  const limit = line.int('ratelimit')! * MIB;
  const perStore = limit > 0 ? Math.min(limit, RATE_PER_STORE) : RATE_PER_STORE;
  let flushedAt = process.world.now();
  const note = async () => {
    backup.holdGc();
    if (process.world.now() - flushedAt < CHECKPOINT_EVERY) return;
    flushedAt = process.world.now();
    await notes.flush();
  };
  const work = {
    step: unit,
    bytes: total * cluster.bytesPerRow,
    rate: perStore * cluster.storeIds.length,
    meanwhile: note,
  };
  let behind = 0;
  try {
    for (const piece of pieces) {
      const from = behind / total;
      behind += piece.rows.length;
      if (done.has(`${piece.tableId}/${piece.storeId}`)) continue;
      await process.spend(work, from, behind / total);
      const file = await uploadPiece(process, cluster, store.location, piece, since > 0n);
      files.push(file);
      notes.add(file);
      await note();
    }
    process.progress(unit, 1);
  } catch (error) {
    // A failure leaves its notes, so that the same command can go on; a kill leaves the last ones.
    if (error instanceof BrFailure) await notes.flush();
    throw error;
  }
  return files.sort((a, b) => (a.name < b.name ? -1 : 1));
}

function pieceList({ cluster, backupTs, since }: Backup, tables: readonly Table[]): Piece[] {
  const storeOf = (tableId: number, id: string) => cluster.storeOfRow(tableId, id);
  return since > 0n
    ? changedPieces(cluster.changesBetween(since, backupTs), tables, storeOf)
    : piecesOf(cluster.contentsAt(backupTs), tables, storeOf);
}

function describe(backup: Backup, tables: readonly Table[], files: readonly SnapshotFile[]): BackupMeta {
  const { cluster, backupTs, since } = backup;
  const contents = cluster.contentsAt(backupTs);
  const full = since === 0n;
  return {
    ClusterId: cluster.id,
    ClusterVersion: cluster.version,
    BrVersion: cluster.version,
    StartVersion: since,
    EndVersion: backupTs,
    NewCollationsEnabled: cluster.options.newCollations ?? true,
    Databases: [...new Set(tables.map(({ database }) => database))],
    Schemas: tables.map((table) => {
      const rows = contents.written.get(table.id) ?? new Map();
      return { table, kvs: rows.size, ...(full && { checksum: checksumOfRows(rows) }) };
    }),
    Files: files,
    Ddls: full ? [] : cluster.changesBetween(since, backupTs).filter(({ kind }) => kind !== 'row'),
    BaseTables: full ? [] : [...cluster.contentsAt(since).tables.values()],
    BytesPerRow: cluster.bytesPerRow,
    BytesPerChange: cluster.bytesPerChange,
  };
}

function summarize(
  backup: Backup,
  unit: string,
  tables: readonly Table[],
  files: readonly SnapshotFile[],
): void {
  const { process, cluster, backupTs } = backup;
  const message = `${unit} success summary`;
  if (tables.length === 0) {
    process.summary(message, [['Result', 'Nothing to bakcup']]);
    return;
  }
  const kvs = files.reduce((sum, file) => sum + file.kvs, 0);
  const size = kvs * cluster.bytesPerRow;
  const stored = files.reduce((sum, file) => sum + file.bytes, 0);
  process.summary(message, [
    ['total-ranges', tables.length],
    ['ranges-succeed', tables.length],
    ['ranges-failed', 0],
    ['backup-total-ranges', tables.length],
    ['backup-total-regions', files.length],
    ['total-take', printDuration(process.took)],
    ['BackupTS', backupTs],
    ['total-kv', kvs],
    ['total-kv-size', printBytes(size)],
    ['average-speed', printSpeed(size, process.took)],
    ['backup-data-size(after-compressed)', printBytes(stored)],
    ['Size', stored],
  ]);
}
