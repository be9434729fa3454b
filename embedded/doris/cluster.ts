import { type Duration, type Instant, later, milliseconds, seconds } from '../../core/time/instant.ts';
import type { World } from '../clock/world.ts';
import type { SqlServer } from '../network/server.ts';
import { BackupHandler } from './backup-handler.ts';
import { Catalog } from './catalog.ts';
import type { CommitSeq } from './changes.ts';
import type { Database, PartitionSpec, Row, TableSpec } from './contents.ts';
import type { Hosts } from './credentials.ts';
import { SqlRefused } from './errors.ts';
import { type DorisFaults, DorisSwitches } from './faults.ts';
import { Recovery } from './recovery.ts';
import { KEEP_ON_LOCAL } from './repository.ts';
import { connect } from './session.ts';
import type { Snapshot } from './snapshot.ts';

export interface DorisClusterOptions {
  readonly name: string;
  readonly region: string;
  /** @default 3.0.6 */
  readonly version?: string;
  /** Of the frontend's host, as the IANA names it. @default UTC */
  readonly timeZone?: string;
  /** How many backends there are. @default 3 */
  readonly backends?: number;
  /** Compute and storage are apart, and nothing can be backed up. @default false */
  readonly cloudMode?: boolean;
  /** Passwords by user. Only an admin may have to do with repositories and the bin. @default root, without a password */
  readonly users?: Readonly<Record<string, { readonly password: string; readonly admin: boolean }>>;
  readonly hosts: Hosts;
  /** @default 1 */
  readonly tabletsPerPartition?: number;
  /** How many bytes a row stands for where time follows from size. @default 1_000 */
  readonly bytesPerRow?: number;
  /** Of one task of one backend. @default 10_000_000 */
  readonly bytesPerSecond?: number;
  /** `enable_feature_binlog` of frontend and backends. @default true */
  readonly binlogs?: boolean;
  readonly faults?: DorisFaults;
  /** @default never */
  readonly isDark?: () => boolean;
}

/** What was fixed when a backup's snapshot was taken. */
export interface Moment {
  readonly at: Instant;
  readonly seq: CommitSeq;
}

const SHORT_TASK_MS: readonly [number, number] = [600, 2_400];

/**
 * A Doris cluster: a frontend with its catalog, jobs and recycle bin, and backends that write to and read from S3 as their
 * hosts' role lets them. The application writes through the methods here, everybody else through SQL.
 *
 * Does not model: queries but whole tables and their counts, loads and transactions, other indexes than the table, list
 * partitions, temporary partitions (but that they are in the way), colocation, dynamic partitions at work, resources,
 * users' grants but ADMIN, several frontends (a restart stands for the change of a master), BACKUP GLOBAL, a repository's
 * `delete_if_exists`.
 */
export class DorisCluster {
  readonly world: World;
  readonly options: DorisClusterOptions;
  readonly bornAt: Instant;
  readonly catalog: Catalog;
  readonly recovery: Recovery;
  readonly jobs: BackupHandler;
  readonly faults: DorisSwitches;
  readonly backends: readonly number[];
  /** Backends beyond that number are down. */
  aliveBackends: number;
  /** Snapshots that lie on the backends, by label: the frontend forgets them when it restarts. */
  readonly localSnapshots = new Map<string, Snapshot>();
  /** What clients connect to. */
  readonly sql: SqlServer;
  readonly #moments = new Map<string, Moment>();
  #epoch = 0;
  #downUntil: Instant | undefined;

  constructor(world: World, options: DorisClusterOptions) {
    this.world = world;
    this.options = options;
    this.bornAt = world.now();
    this.catalog = new Catalog(world, options.tabletsPerPartition ?? 1);
    this.recovery = new Recovery(this.catalog);
    this.faults = new DorisSwitches(options.faults);
    this.backends = Array.from({ length: options.backends ?? 3 }, () => this.catalog.nextId());
    this.aliveBackends = this.backends.length;
    this.jobs = new BackupHandler(this);
    this.sql = {
      version: '5.7.99',
      passwordOf: (user) => this.#users[user]?.password,
      connect: (user, database) => connect(this, this.#users[user]?.admin ?? false, database),
    };
  }

  get name(): string {
    return this.options.name;
  }

  get version(): string {
    return this.options.version ?? '3.0.6';
  }

  get timeZone(): string {
    return this.options.timeZone ?? 'UTC';
  }

  get cloudMode(): boolean {
    return this.options.cloudMode ?? false;
  }

  get hosts(): Hosts {
    return this.options.hosts;
  }

  get now(): Instant {
    return this.world.now();
  }

  get isDark(): boolean {
    return this.options.isDark?.() ?? false;
  }

  /** Nobody listens: the frontend is starting. */
  get isDown(): boolean {
    return this.#downUntil !== undefined && this.#downUntil > this.now;
  }

  /** Grows with every restart: connections of an earlier one are broken. */
  get epoch(): number {
    return this.#epoch;
  }

  isAtLeast(major: number, minor: number): boolean {
    const [mine = 0, ours = 0] = this.version.split('.').map(Number);
    return mine > major || (mine === major && ours >= minor);
  }

  /** The master frontend goes: connections drop, and jobs go on from where its log has them. */
  restartFrontend(downFor: Duration = seconds(20)): void {
    this.#epoch++;
    this.#downUntil = later(this.now, downFor);
    this.localSnapshots.clear();
    this.jobs.restart();
  }

  /** Somebody else's job, which a database has no second one beside: a full sync's backup. Throws `SqlRefused` when one runs. */
  async occupy(database: string): Promise<void> {
    await this.jobs.backup(
      {
        label: { database, name: `ccrs_${database}_${Math.floor(this.now / 1_000)}` },
        ...{ repository: KEEP_ON_LOCAL, exclude: false, tables: [], properties: new Map() },
      },
      undefined,
    );
  }

  createDatabase(name: string): Database {
    return this.catalog.createDatabase(name);
  }

  createTable(database: string, spec: TableSpec): CommitSeq {
    this.catalog.createTable(this.catalog.database(database), spec);
    return this.catalog.seq;
  }

  addPartition(database: string, table: string, spec: PartitionSpec): CommitSeq {
    const found = this.catalog.database(database);
    return this.catalog.addPartition(found, this.catalog.table(found, table), spec);
  }

  /** Writes a row, or deletes it when there is none. Throws `SqlRefused` while the table is being restored. */
  write(database: string, table: string, key: string, row: Row | undefined): CommitSeq {
    const found = this.catalog.database(database);
    return this.catalog.write(found, this.catalog.table(found, table), key, row ?? null);
  }

  /** `<database>.<table>/<key>` → row, of all tables or of one database's. */
  rowsNow(of?: string): Map<string, Row> {
    const rows = new Map<string, Row>();
    for (const database of this.catalog.databases.values()) {
      if (of !== undefined && database.name !== of) continue;
      for (const table of database.tables.values())
        for (const partition of table.partitions.values())
          for (const [key, row] of partition.rows) rows.set(`${database.name}.${table.name}/${key}`, row);
    }
    return rows;
  }

  /** When, and behind which commit, a backup's state was fixed; undefined when none ever got so far. */
  momentOf(repository: string | undefined, label: string): Moment | undefined {
    return this.#moments.get(`${repository ?? ''}/${label}`);
  }

  snapshotTaken(repository: string | undefined, { label, takenAt, seq }: Snapshot): void {
    this.#moments.set(`${repository ?? ''}/${label}`, { at: takenAt, seq });
  }

  databaseNamed(name: string | undefined): Database {
    if (name === undefined) throw new SqlRefused('No database selected', 'ER_NO_DB_ERROR');
    return this.catalog.database(name);
  }

  backendOf(tablet: number): number {
    return this.backends[tablet % Math.max(1, this.aliveBackends)]!;
  }

  hostOf(backend: number): string {
    return `10.0.1.${this.backends.indexOf(backend) + 11}`;
  }

  get bytesPerRow(): number {
    return this.options.bytesPerRow ?? 1_000;
  }

  get bytesPerSecond(): number {
    return this.options.bytesPerSecond ?? 10_000_000;
  }

  shortTask(): Duration {
    return milliseconds(this.world.random(`doris.${this.name}.tasks`).between(...SHORT_TASK_MS));
  }

  transferTime(rows: number): Promise<void> {
    return this.world.sleep(milliseconds(((rows * this.bytesPerRow) / this.bytesPerSecond) * 1_000));
  }

  /** Something that goes on by itself, and what is done with its outcome. An error in it ends the run. */
  begin<Outcome>(work: () => Promise<Outcome>, ended: (outcome: Outcome) => void): void {
    this.world.at(this.now, async () => ended(await work()));
  }

  get #users(): NonNullable<DorisClusterOptions['users']> {
    return this.options.users ?? { root: { password: '', admin: true } };
  }
}
