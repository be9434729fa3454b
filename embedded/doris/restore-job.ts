import type { Instant } from '../../core/time/instant.ts';
import type { Database, Row, Table } from './contents.ts';
import { Job, type JobParts } from './job.ts';
import type { RestoreOptions } from './restore-options.ts';
import { type Part, type Plan, planRestore, release } from './restore-plan.ts';
import { rowsIn, type Snapshot } from './snapshot.ts';
import { type JobInfo, metaOf } from './snapshot-info.ts';
import { Failed } from './status.ts';
import { fetchTablet, rowsOfLocal } from './tablet-download.ts';
import { backendStore, runTask, tasksOf } from './transfer.ts';

type State =
  | 'PENDING'
  | 'CREATING'
  | 'SNAPSHOTING'
  | 'DOWNLOAD'
  | 'DOWNLOADING'
  | 'COMMIT'
  | 'COMMITTING'
  | 'FINISHED'
  | 'CANCELLED';

interface RestoreParts extends JobParts {
  /** Of the snapshot, with what was not asked for taken out. */
  readonly info: JobInfo;
  readonly aliases: ReadonlyMap<string, string>;
  readonly options: RestoreOptions;
  /** What another cluster's backends hold, instead of a repository. */
  readonly local: Snapshot | undefined;
}

/** RESTORE SNAPSHOT: made from the bytes that lie in the repository. */
export class RestoreJob extends Job<State> {
  readonly kind = 'restore';
  override readonly parts: RestoreParts;
  state: State = 'PENDING';
  metaPreparedAt: Instant | undefined;
  downloadFinishedAt: Instant | undefined;
  /** What it made or filled, by the name in the snapshot: known at the end, whatever it is called later. */
  readonly landed = new Map<string, Table>();
  #plan: Plan | undefined;
  #created = false;
  /** Rows by tablet of the snapshot. */
  readonly #fetched = new Map<number, readonly (readonly [string, Row])[]>();

  constructor(parts: RestoreParts) {
    super(parts);
    this.parts = parts;
  }

  protected async step(): Promise<void> {
    if (this.state !== 'PENDING' && this.state !== 'CREATING') this.#check();
    switch (this.state) {
      case 'PENDING':
        return this.#prepare();
      case 'CREATING':
        return this.#create();
      case 'SNAPSHOTING':
        if (this.unfinished.size > 0 || this.cluster.faults.snapshotHangs(this.cluster.name)) return;
        this.snapshotFinishedAt = this.cluster.now;
        this.state = 'DOWNLOAD';
        return;
      case 'DOWNLOAD':
        return this.#download();
      case 'DOWNLOADING':
        if (this.unfinished.size > 0) return;
        this.downloadFinishedAt = this.cluster.now;
        this.state = 'COMMIT';
        return;
      case 'COMMIT':
        this.soon(this.#plan!.parts.map(({ id }) => id));
        this.state = 'COMMITTING';
        return;
      case 'COMMITTING':
        if (this.unfinished.size === 0 && !this.cluster.faults.commitHangs(this.cluster.name)) this.#commit();
    }
  }

  protected back(): void {
    if (this.state === 'CREATING') {
      this.rollback();
      this.state = 'PENDING';
    }
    if (this.state === 'SNAPSHOTING') this.soon(this.#plan!.parts.map(({ id }) => id));
    if (this.state === 'DOWNLOADING') this.state = 'DOWNLOAD';
    if (this.state === 'COMMITTING') this.state = 'COMMIT';
  }

  /** What it made is gone again; what it was moving in when it was stopped may be half there. */
  protected rollback(): void {
    const plan = this.#plan;
    if (!plan) return;
    if (this.state === 'COMMITTING')
      plan.parts.filter((_, at) => at % 2 === 0).forEach((part) => void this.#fill(part, true));
    const database = this.#database;
    if (this.#created && database)
      for (const { table } of plan.made)
        if (database.tables.get(table.name) === table) database.tables.delete(table.name);
    for (const { table, partition } of plan.added)
      if (table.partitions.get(partition.name) === partition) table.partitions.delete(partition.name);
    release(plan);
    this.#plan = undefined;
    this.#created = false;
  }

  get #database(): Database | undefined {
    return this.cluster.catalog.databaseById(this.parts.databaseId);
  }

  /** Throws when something that is being restored was dropped meanwhile. */
  #check(): void {
    const database = this.#database;
    if (!database) throw new Failed('NOT_FOUND', `database ${this.parts.databaseId} has been dropped`);
    for (const { table, partition } of this.#plan!.parts) {
      if (database.tables.get(table.name) !== table)
        throw new Failed('NOT_FOUND', `table ${table.id} has been dropped`);
      if (table.partitions.get(partition.name) !== partition)
        throw new Failed('NOT_FOUND', `partition ${partition.id} has been dropped`);
    }
  }

  async #prepare(): Promise<void> {
    const { repository, label, local, info, aliases, options } = this.parts;
    const { cluster, round } = this;
    if (!this.#database) throw new Failed('NOT_FOUND', `database ${this.parts.databaseId} does not exist`);
    this.id = cluster.catalog.nextId();
    const meta = local ? metaOf(local) : await repository!.meta(label);
    if (round !== this.round) return;
    const database = this.#database;
    if (!database) throw new Failed('NOT_FOUND', `database ${this.parts.databaseId} does not exist`);
    this.#plan = planRestore({ cluster, database, info, meta, aliases, options });
    this.state = 'CREATING';
    // Before 3.0 there is no such state: the same step goes on.
    if (!cluster.isAtLeast(3, 0)) this.#create();
  }

  #create(): void {
    const database = this.#database;
    if (!database) throw new Failed('NOT_FOUND', `database ${this.parts.databaseId} has been dropped`);
    const plan = this.#plan!;
    const taken = plan.made.find(({ table }) => database.tables.has(table.name));
    if (taken)
      throw new Failed('COMMON_ERROR', `table ${taken.table.name} already exist in db: ${database.name}`);
    this.#created = true;
    for (const { table } of plan.made) database.tables.set(table.name, table);
    for (const { table, partition } of plan.added) {
      partition.restoring = true;
      table.partitions.set(partition.name, partition);
    }
    this.metaPreparedAt = this.cluster.now;
    this.soon(plan.parts.map(({ id }) => id));
    this.state = 'SNAPSHOTING';
  }

  #download(): void {
    const { repository, label, local, info } = this.parts;
    const { cluster, round } = this;
    this.unfinished.clear();
    const parts = info.content === 'ALL' ? this.#plan!.parts : [];
    for (const task of tasksOf(cluster, parts)) {
      const { signature, backend } = task;
      const store = repository && backendStore(cluster, backend, repository);
      const progress = { done: 0, total: task.items.length };
      this.unfinished.set(signature, backend);
      this.progress.set(signature, progress);
      const work = () =>
        runTask({
          cluster,
          task,
          going: () => round === this.round,
          // Its size is known only when it is there.
          bytesOf: () => 0,
          move: async (part) => {
            const rows = store ? rowsIn(await fetchTablet(store, label, part)) : rowsOfLocal(local!, part);
            this.#fetched.set(part.id, rows);
            await cluster.transferTime(rows.length);
          },
          stepped: (done) => {
            progress.done = done;
            this.taskErrors.delete(signature);
          },
          failing: (why) => this.taskErrors.set(signature, why),
        });
      cluster.begin(work, (failed) => {
        if (round !== this.round) return;
        if (failed) this.fatal = failed;
        else this.unfinished.delete(signature);
      });
    }
    this.state = 'DOWNLOADING';
  }

  /** The partition's rows become those of the snapshot. */
  #fill({ id, partition }: Part, first: boolean): void {
    if (first) {
      partition.rows = new Map();
      partition.version++;
    }
    for (const [key, row] of this.#fetched.get(id) ?? []) partition.rows.set(key, row);
  }

  #commit(): void {
    const database = this.#database!;
    const plan = this.#plan!;
    const begun = new Set<number>();
    for (const part of plan.parts) {
      this.#fill(part, !begun.has(part.partition.id));
      begun.add(part.partition.id);
    }
    release(plan);
    for (const { table, partition } of plan.added)
      if (table.partitions.has(partition.name)) partition.restoring = false;
    for (const { table, name } of plan.made) {
      table.state = 'NORMAL';
      // The one that had the name is erased, past the recycle bin.
      if (table.name !== name) database.rename(table, name);
    }
    for (const { table, from } of plan.parts) this.landed.set(from[0], table);
    this.#clean(database);
    for (const name of this.#names)
      this.cluster.catalog.record(database, { kind: 'other', table: name, what: 'RESTORE_INFO' });
    this.state = 'FINISHED';
    this.finishedAt = this.cluster.now;
    this.#fetched.clear();
  }

  get #names(): string[] {
    const { info, aliases } = this.parts;
    const views = info.new_backup_objects.views.map(({ name }) => name);
    return [...Object.keys(info.backup_objects), ...views].map((name) => aliases.get(name) ?? name);
  }

  /** What the snapshot does not have goes to the bin, if that was asked for. */
  #clean(database: Database): void {
    const { info, aliases, options } = this.parts;
    const { catalog } = this.cluster;
    const names = this.#names;
    if (options.cleanTables)
      for (const name of [...database.tables.keys()])
        if (!names.includes(name)) catalog.dropTable(database, name, true, false);
    if (!options.cleanPartitions) return;
    for (const [name, { partitions }] of Object.entries(info.backup_objects)) {
      const table = database.tables.get(aliases.get(name) ?? name);
      for (const partition of [...(table?.partitions.keys() ?? [])])
        if (!(partition in partitions)) catalog.dropPartition(database, table!, partition, true, false);
    }
  }
}
