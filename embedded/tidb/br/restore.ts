import type { TidbCluster } from '../cluster.ts';
import type { TidbFleet } from '../fleet.ts';
import type { ObjectStore } from '../object-store.ts';
import { isTemporary, type RestoreState, TEMPORARY_DATABASES } from '../restore-state.ts';
import type { CommandLine } from './argv.ts';
import { connect } from './connect.ts';
import { BrFailure } from './failure.ts';
import { filterOf, type TableFilter } from './filter.ts';
import { UNITS } from './flags.ts';
import type { BrProcess } from './process.ts';
import { Replay } from './replay.ts';
import { checkFits, checkFresh, checkNoLogTask, checkScope, unfinished } from './restore-plan.ts';
import { putIn, type Restore, readRows, restoreTables, signOfLife } from './restore-snapshot.ts';
import { type BackupMeta, readMeta } from './snapshot-files.ts';
import { openStorage } from './storage.ts';
import { printBytes, printDuration, printSpeed } from './terminal.ts';

const MIB = 1_048_576;
/** 100 MiB/s and TiKV in the snapshot guide. */
const RATE_PER_STORE = 100 * MIB;

export function rateOf(line: CommandLine, cluster: TidbCluster, perStore: number): number {
  const limit = line.int('ratelimit')! * MIB;
  return (limit > 0 ? Math.min(limit, perStore) : perStore) * cluster.storeIds.length;
}

/** `restore full`, `db` and `table`. */
export async function runRestore(process: BrProcess, line: CommandLine, fleet: TidbFleet): Promise<void> {
  const unit = UNITS[line.command]!;
  const filter = filterOf(line);
  const cluster = await connect(process, line, fleet);
  const store = await openStorage(process, line, line.text('storage'));
  const meta = await readMeta(store);
  if (meta.EndVersion === 0n)
    throw new BrFailure(
      `the storage has been used for log backup: ${store.uri}`,
      'BR:Common:ErrInvalidMetaFile',
    );
  checkFits(cluster, meta);
  checkNoLogTask(cluster);
  checkScope(line, filter, meta);
  const incremental = meta.StartVersion > 0n;
  const state = begin(line, cluster, meta, filter, incremental);
  const rate = rateOf(line, cluster, RATE_PER_STORE);
  const restore: Restore = { process, line, cluster, store, meta, filter, state, unit, rate };
  try {
    const kvs = incremental ? await applyIncremental(restore) : await restoreTables(restore);
    clearNotes(cluster);
    summarize(process, unit, meta, kvs);
  } finally {
    // A kill never comes here: then the registration runs out by itself.
    cluster.importingUntil = undefined;
  }
}

/** Notes in the target what is restored; finds what an earlier run of the same command noted. */
function begin(
  line: CommandLine,
  cluster: TidbCluster,
  meta: BackupMeta,
  filter: TableFilter,
  incremental: boolean,
): RestoreState {
  const wanted = {
    kind: 'snapshot',
    upstreamClusterId: meta.ClusterId,
    snapshotTs: meta.EndVersion,
    restoredTs: meta.EndVersion,
    scope: `${line.command} ${filter.printed}`,
  } as const;
  const noted = unfinished(cluster, wanted);
  if (noted) return noted;
  const fresh: RestoreState = newState(wanted);
  if (incremental) return fresh;
  const withSystem = line.yes('with-sys-table') && !filter.explicit;
  if (withSystem && line.yes('check-requirements')) checkFresh(cluster);
  note(cluster, fresh, TEMPORARY_DATABASES.snapshot);
  return fresh;
}

export const newState = (
  wanted: Pick<RestoreState, 'kind' | 'upstreamClusterId' | 'snapshotTs' | 'restoredTs' | 'scope'>,
): RestoreState => ({
  ...wanted,
  doneFiles: new Set(),
  tableIds: new Map(),
  snapshotDone: false,
  gcRatioBefore: undefined,
});

/** Keeps notes in a database of the target. */
export function note(cluster: TidbCluster, state: RestoreState, database: string): void {
  cluster.restore = state;
  if (!cluster.contentsNow().databases.has(database)) cluster.ingest({ kind: 'create-database', database });
}

/** The restore is complete: its notes go. */
export function clearNotes(cluster: TidbCluster): void {
  cluster.restore = undefined;
  for (const database of [...cluster.contentsNow().databases])
    if (isTemporary(database)) cluster.ingest({ kind: 'drop-database', database });
}

/** What changed since the backup before goes onto tables that have to be there as they were then. */
async function applyIncremental(restore: Restore): Promise<number> {
  const { cluster, meta, filter, state, process, unit } = restore;
  const names = new Map(meta.Schemas.map(({ table }) => [table.id, table]));
  const wants = ({ database, name }: { database: string; name: string }) => filter.matches(database, name);
  for (const base of meta.BaseTables.filter(wants)) {
    const later = names.get(base.id);
    const here =
      cluster.contentsNow().find(base.database, base.name) ??
      (later && cluster.contentsNow().find(later.database, later.name));
    if (here) state.tableIds.set(base.id, here.id);
    else if (later)
      throw new BrFailure(
        `schema ${base.database}.${base.name} not exists: restore the backup before this one first`,
        'BR:Restore:ErrRestoreSchemaNotExists',
      );
  }
  const replay = new Replay(cluster, state.tableIds, wants);
  for (const ddl of meta.Ddls) replay.apply(ddl);
  const files = meta.Files.filter(({ tableId }) => state.tableIds.has(tableId));
  const total = files.reduce((sum, { kvs }) => sum + kvs, 0);
  const meanwhile = () => signOfLife(restore);
  const work = { step: unit, bytes: total * meta.BytesPerRow, rate: restore.rate, meanwhile };
  let behind = 0;
  for (const file of files) {
    const from = behind / total;
    behind += file.kvs;
    await process.spend(work, from, behind / total);
    putIn(cluster, state.tableIds.get(file.tableId)!, await readRows(restore, file));
  }
  process.progress(unit, 1);
  return total;
}

export function summarize(process: BrProcess, unit: string, meta: BackupMeta, kvs: number): void {
  const size = kvs * meta.BytesPerRow;
  process.summary(`${unit} success summary`, [
    ['total-ranges', meta.Files.length],
    ['ranges-succeed', meta.Files.length],
    ['ranges-failed', 0],
    ['restore-ranges', meta.Files.length],
    ['total-take', printDuration(process.took)],
    ['total-kv', kvs],
    ['total-kv-size', printBytes(size)],
    ['average-speed', printSpeed(size, process.took)],
    [
      'restore-data-size(after-compressed)',
      printBytes(meta.Files.reduce((sum, { bytes }) => sum + bytes, 0)),
    ],
    ['Size', meta.Files.reduce((sum, { bytes }) => sum + bytes, 0)],
    ['BackupTS', meta.EndVersion],
  ]);
}

export const openFull = (process: BrProcess, line: CommandLine): Promise<ObjectStore> =>
  openStorage(process, line, line.text('full-backup-storage'));
