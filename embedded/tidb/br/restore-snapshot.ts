import { later } from '../../../core/time/instant.ts';
import type { TidbCluster } from '../cluster.ts';
import { nameOf, type Table } from '../contents.ts';
import { isFromS3, type Location, type ObjectStore, printS3Error } from '../object-store.ts';
import type { RestoreState } from '../restore-state.ts';
import type { CommandLine } from './argv.ts';
import { IMPORT_TTL, stillThere } from './connect.ts';
import { BrFailure } from './failure.ts';
import type { TableFilter } from './filter.ts';
import type { BrProcess } from './process.ts';
import {
  type BackupMeta,
  checksumOfRows,
  decodeRows,
  type SnapshotFile,
  type StoredRow,
  sha256,
} from './snapshot-files.ts';
import { addressOf, stubbornly } from './upload.ts';

/** What a restore works with. */
export interface Restore {
  readonly process: BrProcess;
  readonly line: CommandLine;
  readonly cluster: TidbCluster;
  readonly store: ObjectStore;
  readonly meta: BackupMeta;
  readonly filter: TableFilter;
  readonly state: RestoreState;
  readonly unit: string;
  /** Bytes per second, all stores together. */
  readonly rate: number;
}

/** As long as it works, a restore says so: log tasks are not started meanwhile. */
export const signOfLife = ({ process, line, cluster }: Pick<Restore, 'process' | 'line' | 'cluster'>) => {
  stillThere(line, cluster);
  cluster.importingUntil = later(process.world.now(), IMPORT_TTL);
};

/** Puts the tables of a full snapshot in, past the files that an earlier run had done. Returns how many rows. */
export async function restoreTables(restore: Restore): Promise<number> {
  const { meta, filter, state, process, unit } = restore;
  const wanted = meta.Schemas.filter(({ table }) => filter.matches(table.database, table.name));
  const files = Map.groupBy(meta.Files, ({ tableId }) => tableId);
  const total = wanted.reduce((sum, { kvs }) => sum + kvs, 0);
  const work = {
    step: unit,
    bytes: total * meta.BytesPerRow,
    rate: restore.rate,
    meanwhile: () => signOfLife(restore),
  };
  signOfLife(restore);
  if (wanted.length === 0)
    process.log('INFO', 'restore.go:1105', 'nothing to restore, all databases and tables are filtered out');
  let behind = 0;
  for (const { table, checksum } of wanted) {
    const id = place(restore, table);
    for (const file of files.get(table.id) ?? []) {
      const from = behind / total;
      behind += file.kvs;
      if (state.doneFiles.has(file.name)) continue;
      await process.spend(work, from, behind / total);
      putIn(restore.cluster, id, await readRows(restore, file));
      state.doneFiles.add(file.name);
    }
    if (checksum !== undefined && restore.line.text('checksum') !== 'false')
      compare(restore.cluster, id, table, checksum);
  }
  process.progress(unit, 1);
  return total;
}

/** The id that a table has here: it is made when there is none of its name. */
function place({ cluster, state }: Restore, table: Table): number {
  const known = state.tableIds.get(table.id);
  if (known !== undefined) return known;
  if (!cluster.contentsNow().databases.has(table.database))
    cluster.ingest({ kind: 'create-database', database: table.database });
  const there = cluster.contentsNow().find(table.database, table.name);
  const id = there?.id ?? cluster.nextTableId();
  if (!there) cluster.ingest({ kind: 'create-table', table: { ...table, id } });
  state.tableIds.set(table.id, id);
  return id;
}

export function putIn(cluster: TidbCluster, tableId: number, rows: readonly StoredRow[]): void {
  for (const [id, row] of rows) cluster.ingest({ kind: 'row', tableId, id, row });
}

/** A store of the target reads a file, by its own role; what was altered does not come in. */
export async function readRows(restore: Restore, file: SnapshotFile): Promise<StoredRow[]> {
  const bytes = await download(restore.process, restore.cluster, restore.store.location, file);
  return decodeRows(bytes);
}

export async function download(
  process: BrProcess,
  cluster: TidbCluster,
  location: Location,
  file: { readonly name: string; readonly storeId: number; readonly sha256: string },
): Promise<Buffer> {
  const storeId = cluster.storeIds[file.storeId % cluster.storeIds.length]!;
  const store = process.objectsOfStore(cluster, storeId, location);
  let bytes: Buffer;
  try {
    bytes = await stubbornly(process, () => store.get(file.name));
  } catch (error) {
    if (!isFromS3(error)) throw error;
    throw new BrFailure(
      `error happen in store ${storeId} at ${addressOf(cluster, storeId)}: failed to download ${file.name}: ${printS3Error(error)}`,
      'BR:KV:ErrKVDownloadFailed',
    );
  }
  if (sha256(bytes) !== file.sha256)
    throw new BrFailure(
      `${file.name} may be changed: sha256 is ${sha256(bytes)}, in the backup's metadata ${file.sha256}`,
      'BR:Restore:ErrRestoreChecksumMismatch',
    );
  return bytes;
}

/** What is in the table now has to be what was in it then. */
function compare(cluster: TidbCluster, id: number, table: Table, expected: string): void {
  const found = checksumOfRows(cluster.contentsNow().written.get(id) ?? []);
  if (found !== expected)
    throw new BrFailure(
      `failed in validate checksum, table ${nameOf(table)}: ${found} is not ${expected}`,
      'BR:Restore:ErrRestoreChecksumMismatch',
    );
}
