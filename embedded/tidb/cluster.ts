import { createHash } from 'node:crypto';
import type { Duration, Instant } from '../../core/time/instant.ts';
import type { World } from '../clock/world.ts';
import type { CallAws } from '../ecs/container.ts';
import { type Action, ChangeHistory, type Column, type Contents, type Row, type Table } from './contents.ts';
import { type TidbFaults, TidbSwitches } from './faults.ts';
import { LogBackup } from './log-backup.ts';
import { type Location, ObjectStore, s3Refusal } from './object-store.ts';
import { GC_RATIO_DEFAULT, PlacementDriver } from './pd.ts';
import type { RestoreState } from './restore-state.ts';
import type { Tso } from './tso.ts';

export interface TidbClusterOptions {
  readonly name: string;
  readonly region: string;
  /** Addresses of PD, `host:port`. */
  readonly pd: readonly string[];
  /** @default v8.5.3 */
  readonly version?: string;
  /** @default drawn from the seed */
  readonly clusterId?: bigint;
  /** How many TiKV stores there are; their ids count from 1. @default 3 */
  readonly stores?: number;
  /** How the TiKV nodes call AWS: as their own role. */
  readonly tikv: CallAws;
  /** Security groups whose members reach PD. @default everybody in the region */
  readonly reachableFrom?: readonly string[];
  /** What a client has to bring, as PEM texts. @default no TLS */
  readonly tls?: { readonly ca: string; readonly cert: string; readonly key: string };
  /** TiKV's `log-backup.enable`. @default true */
  readonly logBackupEnabled?: boolean;
  /** `new_collations_enabled_on_first_bootstrap`. @default true */
  readonly newCollations?: boolean;
  /** How many bytes a row stands for where time follows from size. @default 1_000 */
  readonly bytesPerRow?: number;
  /** How long a store takes at most from one flush of its log to the next; 60 % of it at least. @default 5 min */
  readonly flushMost?: Duration;
  /** How many bytes a change in the log stands for. @default 1_000 */
  readonly bytesPerChange?: number;
  readonly drift?: (now: Instant) => Duration;
  readonly gcLifeTime?: Duration;
  readonly faults?: TidbFaults;
  /** @default never */
  readonly isDark?: () => boolean;
  /** Told of every change, in order. */
  readonly onChange?: ChangeHistory['append'];
}

const UINT64_BITS = 62;

/**
 * A TiDB cluster: databases and tables, all versions of their rows, PD, and TiKV stores that write to and read from S3
 * by their own role.
 *
 * Does not model: SQL, transactions of more than one change, indexes, partitions, views, sequences, users and other
 * system tables (so nothing of them is backed up or restored), TiFlash, placement, regions that split or move (a row
 * stays on the store that its key falls on), changefeeds, physical imports.
 */
export class TidbCluster {
  readonly name: string;
  readonly region: string;
  readonly version: string;
  readonly id: bigint;
  readonly storeIds: readonly number[];
  readonly pd: PlacementDriver;
  readonly log: LogBackup;
  readonly faults: TidbSwitches;
  readonly options: TidbClusterOptions;
  /** What an unfinished restore into this cluster noted: what lies in its `__TiDB_BR_Temporary_*` databases. */
  restore: RestoreState | undefined;
  /** Up to where the last complete restore to a point came, and which table became which. */
  restoredTo: Pick<RestoreState, 'upstreamClusterId' | 'restoredTs' | 'tableIds'> | undefined;
  /** While this lies ahead, a restore is registered as running. */
  importingUntil: Instant | undefined;
  readonly #history = new ChangeHistory();
  #lastTableId = 100;

  constructor(world: World, options: TidbClusterOptions) {
    this.options = options;
    this.name = options.name;
    this.region = options.region;
    this.version = options.version ?? 'v8.5.3';
    this.id = options.clusterId ?? drawId(world, options.name);
    this.storeIds = Array.from({ length: options.stores ?? 3 }, (_, index) => index + 1);
    this.faults = new TidbSwitches(options.faults);
    this.pd = new PlacementDriver({
      clock: world,
      isDark: () => this.isDark,
      ...(options.drift && { drift: options.drift }),
      ...(options.gcLifeTime && { gcLifeTime: options.gcLifeTime }),
    });
    this.log = new LogBackup(world, this);
  }

  get isDark(): boolean {
    return this.options.isDark?.() ?? false;
  }

  get bytesPerRow(): number {
    return this.options.bytesPerRow ?? 1_000;
  }

  get bytesPerChange(): number {
    return this.options.bytesPerChange ?? 1_000;
  }

  createDatabase(database: string): Tso {
    if (this.#now.databases.has(database)) throw new Error(`${this.name} has a database ${database} already`);
    return this.#commit({ kind: 'create-database', database });
  }

  dropDatabase(database: string): Tso {
    return this.#commit({ kind: 'drop-database', database });
  }

  createTable(database: string, name: string, columns: readonly Column[]): Tso {
    if (!this.#now.databases.has(database)) throw new Error(`${this.name} has no database ${database}`);
    if (this.#now.find(database, name))
      throw new Error(`${this.name} has a table ${database}.${name} already`);
    return this.#commit({
      kind: 'create-table',
      table: { id: ++this.#lastTableId, database, name, columns },
    });
  }

  dropTable(database: string, name: string): Tso {
    return this.#commit({ kind: 'drop-table', tableId: this.table(database, name).id });
  }

  /** The table is another one afterwards, as in TiDB. */
  truncateTable(database: string, name: string): Tso {
    const { columns } = this.table(database, name);
    this.dropTable(database, name);
    return this.createTable(database, name, columns);
  }

  renameTable(from: readonly [database: string, name: string], database: string, name: string): Tso {
    return this.#commit({ kind: 'rename-table', tableId: this.table(...from).id, database, name });
  }

  addColumn(database: string, name: string, column: Column): Tso {
    const { id, columns } = this.table(database, name);
    return this.#commit({ kind: 'set-columns', tableId: id, columns: [...columns, column] });
  }

  dropColumn(database: string, name: string, column: string): Tso {
    const { id, columns } = this.table(database, name);
    const left = columns.filter((known) => known.name !== column);
    return this.#commit({ kind: 'set-columns', tableId: id, columns: left });
  }

  /** Writes a row, or deletes it when there is none. Returns its commit timestamp. */
  write(database: string, name: string, id: string, row: Row | undefined): Tso {
    const table = this.table(database, name);
    for (const column of Object.keys(row ?? {}))
      if (!table.columns.some((known) => known.name === column))
        throw new Error(`${database}.${name} has no column ${column}`);
    return this.#commit({ kind: 'row', tableId: table.id, id, row: row ?? null });
  }

  /** Throws when there is no such table now. */
  table(database: string, name: string): Table {
    const table = this.#now.find(database, name);
    if (!table) throw new Error(`${this.name} has no table ${database}.${name}`);
    return table;
  }

  /** What a restore does to the cluster, under a timestamp of its own. */
  ingest(action: Action): void {
    this.#commit(action);
  }

  /** Everything in it is gone, as if the cluster had been torn down and made anew. */
  empty(): void {
    this.log.stop();
    for (const database of this.#now.databases) this.dropDatabase(database);
    this.restore = undefined;
    this.restoredTo = undefined;
    this.importingUntil = undefined;
    this.pd.setGcRatio(GC_RATIO_DEFAULT);
  }

  nextTableId(): number {
    return ++this.#lastTableId;
  }

  contentsNow(): Contents {
    return this.#now;
  }

  /** Everything as it was at a timestamp, collected or not: who must respect GC asks PD. */
  contentsAt(ts: Tso): Contents {
    return this.#history.at(ts);
  }

  /** `<database>.<table>/<key>` → row. */
  rowsAt(ts: Tso): Map<string, Row> {
    return this.contentsAt(ts).rows();
  }

  rowsNow(): Map<string, Row> {
    return this.#now.rows();
  }

  /** `<database>.<table>` → names of its columns. */
  tablesNow(): Map<string, readonly string[]> {
    return this.#now.tablesByName();
  }

  changesBetween(after: Tso, upTo: Tso) {
    return this.#history.between(after, upTo);
  }

  /** The store that leads where this happened: schemas are on the first one. */
  storeOf(action: Action): number {
    return action.kind === 'row' ? this.storeOfRow(action.tableId, action.id) : this.storeIds[0]!;
  }

  storeOfRow(tableId: number, id: string): number {
    const hash = createHash('sha256').update(`${tableId}/${id}`).digest().readUInt32BE();
    return this.storeIds[hash % this.storeIds.length]!;
  }

  /** The place as one store sees it: reached by the stores' own role. */
  objectsOf(storeId: number, location: Location): ObjectStore {
    return new ObjectStore(location, (operation, input) => {
      if (this.faults.denied(this.name, storeId, operation))
        return Promise.reject(s3Refusal('AccessDenied', 'Access Denied'));
      return this.options.tikv('s3', location.region, operation, input);
    });
  }

  get #now(): Contents {
    return this.#history.current;
  }

  #commit(action: Action): Tso {
    const ts = this.pd.tso();
    this.#history.append({ ...action, ts });
    this.options.onChange?.({ ...action, ts });
    return ts;
  }
}

/** Cluster ids are 64-bit numbers with the time of their making in the upper half: beyond what a double holds. */
function drawId(world: World, name: string): bigint {
  const chance = world.random(`tidb.${name}.id`);
  const half = () => BigInt(Math.floor(chance.next() * 2 ** 31));
  return (1n << BigInt(UINT64_BITS)) | (half() << 31n) | half();
}
