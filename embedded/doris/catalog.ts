import type { Clock } from '../../core/time/instant.ts';
import type { Action, Change, CommitSeq } from './changes.ts';
import { Database, Partition, type PartitionSpec, type Row, Table, type TableSpec } from './contents.ts';
import { refuse, unknownDatabase, unknownTable } from './errors.ts';
import { RecycleBin } from './recycle-bin.ts';

const FIRST_ID = 10_000;

/** What a frontend knows: databases, tables, partitions with their rows, the bin, and all that ever happened. */
export class Catalog {
  readonly databases = new Map<string, Database>();
  readonly bin: RecycleBin;
  readonly changes: Change[] = [];
  readonly #clock: Clock;
  readonly #tabletsPerPartition: number;
  #lastId = FIRST_ID;

  constructor(clock: Clock, tabletsPerPartition: number) {
    this.#clock = clock;
    this.#tabletsPerPartition = tabletsPerPartition;
    this.bin = new RecycleBin(() => clock.now());
  }

  nextId(): number {
    return ++this.#lastId;
  }

  get seq(): CommitSeq {
    return BigInt(this.changes.length);
  }

  /** Throws Doris's own refusal when there is none. */
  database(name: string): Database {
    const found = this.databases.get(name);
    if (!found) throw unknownDatabase(name);
    return found;
  }

  databaseById(id: number): Database | undefined {
    return [...this.databases.values()].find((database) => database.id === id);
  }

  table(database: Database, name: string): Table {
    const found = database.tables.get(name);
    if (!found) throw unknownTable(name, database.name);
    return found;
  }

  /** Answers its number. */
  record(database: Database, action: Action): CommitSeq {
    const seq = this.seq + 1n;
    this.changes.push({ seq, at: this.#clock.now(), databaseId: database.id, action });
    return seq;
  }

  createDatabase(name: string, ifNotExists = false): Database {
    const there = this.databases.get(name);
    if (there) {
      if (!ifNotExists) refuse(`Can't create database '${name}'; database exists`, 'ER_DB_CREATE_EXISTS');
      return there;
    }
    const made = new Database(this.nextId(), name);
    this.databases.set(name, made);
    return made;
  }

  createTable(database: Database, spec: TableSpec): Table {
    if (database.tables.has(spec.name))
      refuse(`Table '${spec.name}' already exists`, 'ER_TABLE_EXISTS_ERROR');
    const table = this.makeTable(spec);
    database.tables.set(spec.name, table);
    this.record(database, { kind: 'create-table', table: spec });
    return table;
  }

  /** A table that no database has yet, with ids of its own. */
  makeTable(spec: TableSpec): Table {
    const table = new Table(this.nextId(), this.nextId(), spec);
    for (const partition of spec.partitions)
      table.partitions.set(partition.name, this.makePartition(partition));
    return table;
  }

  makePartition(spec: PartitionSpec): Partition {
    const tablets = Array.from({ length: this.#tabletsPerPartition }, () => this.nextId());
    return new Partition(this.nextId(), spec, tablets);
  }

  addPartition(database: Database, table: Table, spec: PartitionSpec): CommitSeq {
    table.partitions.set(spec.name, this.makePartition(spec));
    return this.record(database, { kind: 'add-partition', table: table.name, partition: spec });
  }

  /** Writes a row, or takes it away. Refuses as a load is refused: by the table's state, or for want of a partition. */
  write(database: Database, table: Table, key: string, row: Row | null): CommitSeq {
    if (table.state === 'RESTORE') refuse(`Table state is not NORMAL: 'RESTORING'`, 'ER_BAD_TABLE_STATE');
    const before = table.partitionOf(key);
    const after = row ? table.partitionFor(row) : undefined;
    if (row && !after) refuse(`no partition for this tuple. tuple=${key}`);
    if (before && before !== after) {
      before.rows.delete(key);
      before.version++;
    }
    if (row && after) {
      after.rows.set(key, row);
      after.version++;
    }
    return this.record(database, { kind: 'row', table: table.name, key, row });
  }

  dropDatabase(name: string, ifExists: boolean, force: boolean): void {
    const database = this.databases.get(name);
    if (!database) {
      if (!ifExists) refuse(`Can't drop database '${name}'; database doesn't exist`, 'ER_DB_DROP_EXISTS');
      return;
    }
    const busy = [...database.tables.values()].find(({ state }) => state !== 'NORMAL');
    if (busy && !force)
      refuse(
        `The table [${busy.name}]'s state is ${busy.state}, cannot be dropped. please cancel the operation on olap table firstly. If you want to forcibly drop(cannot be recovered), please use "DROP table FORCE".`,
      );
    const tables = [...database.tables.keys()];
    if (!force) {
      for (const table of database.tables.values())
        this.bin.put({ kind: 'Table', name: table.name, databaseId: database.id, table });
      this.bin.put({ kind: 'Database', name, databaseId: database.id, database, tables });
    }
    for (const table of tables) this.record(database, { kind: 'drop-table', table });
    database.tables.clear();
    this.databases.delete(name);
  }

  dropTable(database: Database, name: string, ifExists: boolean, force: boolean): CommitSeq {
    const table = database.tables.get(name);
    if (!table) {
      if (!ifExists) throw unknownTable(name, database.name);
      return this.seq;
    }
    if (table.state !== 'NORMAL' && !force)
      refuse(
        `The table [${name}]'s state is ${table.state}, cannot be dropped. please cancel the operation on olap table firstly. If you want to forcibly drop(cannot be recovered), please use "DROP table FORCE".`,
      );
    database.tables.delete(name);
    if (!force) this.bin.put({ kind: 'Table', name, databaseId: database.id, table });
    return this.record(database, { kind: 'drop-table', table: name });
  }

  dropPartition(
    database: Database,
    table: Table,
    name: string,
    ifExists: boolean,
    force: boolean,
  ): CommitSeq {
    mayAlter(table);
    const partition = table.partitions.get(name);
    if (!partition) {
      if (!ifExists)
        refuse(`Error in list of partitions to ${name}. table is ${database.name}.${table.name}`);
      return this.seq;
    }
    table.partitions.delete(name);
    if (!force)
      this.bin.put({ kind: 'Partition', name, databaseId: database.id, tableId: table.id, partition });
    return this.record(database, { kind: 'drop-partition', table: table.name, partition: name });
  }

  /** With `swap` both stay, under each other's name; without, what was replaced is gone for good. */
  replaceTable(database: Database, table: Table, other: Table, swap: boolean): CommitSeq {
    for (const one of [table, other]) {
      if (one.spec.kind !== 'olap') refuse(`The table [${one.name}] is not an OLAP table`);
      mayAlter(one);
    }
    const [mine, theirs] = [table.name, other.name];
    database.tables.delete(theirs);
    database.rename(other, mine);
    if (swap) {
      table.name = theirs;
      database.tables.set(theirs, table);
    }
    return this.record(database, { kind: 'other', table: mine, what: 'REPLACE_TABLE' });
  }

  renameTable(database: Database, table: Table, to: string): CommitSeq {
    mayAlter(table);
    if (database.tables.has(to)) refuse(`Table name[${to}] is already used`);
    const from = table.name;
    database.rename(table, to);
    return this.record(database, { kind: 'other', table: from, what: 'RENAME_TABLE' });
  }
}

function mayAlter(table: Table): void {
  if (table.inAtomicRestore)
    refuse(`Table[${table.name}] is in atomic restore state. Do not allow doing ALTER ops`);
  if (table.state !== 'NORMAL')
    refuse(`Table[${table.name}]'s state(${table.state}) is not NORMAL. Do not allow doing ALTER ops`);
}
