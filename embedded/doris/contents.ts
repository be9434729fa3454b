export type Value = string | number;

/** A row without its key, which is the column `id`. */
export type Row = Readonly<Record<string, Value>>;

/** A range partition: from and with `from`, up to `to`, compared as the texts or numbers that the column holds. */
export interface Range {
  readonly from: Value;
  readonly to: Value;
}

export interface PartitionSpec {
  readonly name: string;
  /** Absent for the one partition of a table that is not partitioned. */
  readonly range?: Range;
}

/**
 * `olap`: rows; `view`: a query; `materialized-view`: an asynchronous one, filled by its own jobs; `external`: a table of
 * another system.
 */
export type TableKind = 'olap' | 'view' | 'materialized-view' | 'external';

/** What a table is but for its ids and its rows. */
export interface TableSpec {
  readonly name: string;
  readonly kind: TableKind;
  /** Names of its columns besides `id`. */
  readonly columns: readonly string[];
  readonly partitionColumn?: string;
  readonly partitions: readonly PartitionSpec[];
  readonly replicationNum: number;
  /** Of a view. */
  readonly query?: string;
  readonly properties?: Readonly<Record<string, string>>;
}

export class Partition {
  readonly id: number;
  name: string;
  readonly range: Range | undefined;
  /** Ids of its tablets, over which its rows are spread by their key. */
  readonly tablets: readonly number[];
  rows: Map<string, Row>;
  version = 1;
  restoring = false;

  constructor(
    id: number,
    { name, range }: PartitionSpec,
    tablets: readonly number[],
    rows = new Map<string, Row>(),
  ) {
    this.id = id;
    this.name = name;
    this.range = range;
    this.tablets = tablets;
    this.rows = rows;
  }

  get spec(): PartitionSpec {
    return { name: this.name, ...(this.range && { range: this.range }) };
  }

  holds(value: Value | undefined): boolean {
    if (!this.range) return true;
    return value !== undefined && value >= this.range.from && value < this.range.to;
  }
}

export class Table {
  readonly id: number;
  /** Of its one index, the table itself. */
  readonly indexId: number;
  readonly spec: TableSpec;
  name: string;
  state: 'NORMAL' | 'RESTORE' | 'RESTORE_WITH_LOAD' = 'NORMAL';
  inAtomicRestore = false;
  /** Somebody made temporary partitions, which BACKUP and RESTORE refuse. */
  temporaryPartitions = false;
  replicationNum: number;
  readonly properties: Map<string, string>;
  readonly partitions = new Map<string, Partition>();

  constructor(id: number, indexId: number, spec: TableSpec) {
    this.id = id;
    this.indexId = indexId;
    this.spec = spec;
    this.name = spec.name;
    this.replicationNum = spec.replicationNum;
    this.properties = new Map(Object.entries(spec.properties ?? {}));
  }

  /** As it is now: its name and partitions may have changed since. */
  get specNow(): TableSpec {
    return {
      ...this.spec,
      name: this.name,
      replicationNum: this.replicationNum,
      partitions: [...this.partitions.values()].map(({ spec }) => spec),
      properties: Object.fromEntries(this.properties),
    };
  }

  /** What has to be equal for a restore into it: columns and how it is partitioned. */
  get signature(): string {
    const { kind, columns, partitionColumn, query } = this.spec;
    return JSON.stringify([kind, columns, partitionColumn, query]);
  }

  partitionFor(row: Row): Partition | undefined {
    const { partitionColumn } = this.spec;
    const value = partitionColumn === undefined ? undefined : row[partitionColumn];
    return [...this.partitions.values()].find((partition) => partition.holds(value));
  }

  partitionOf(key: string): Partition | undefined {
    return [...this.partitions.values()].find(({ rows }) => rows.has(key));
  }

  get rowCount(): number {
    let count = 0;
    for (const { rows } of this.partitions.values()) count += rows.size;
    return count;
  }
}

export class Database {
  readonly id: number;
  name: string;
  readonly tables = new Map<string, Table>();
  readonly properties = new Map<string, string>();

  constructor(id: number, name: string) {
    this.id = id;
    this.name = name;
  }

  /** Puts a table under another name; whatever had it is gone. */
  rename(table: Table, name: string): void {
    if (this.tables.get(table.name) === table) this.tables.delete(table.name);
    table.name = name;
    this.tables.set(name, table);
  }
}

/** Ranges that have something in common. */
export const overlap = (a: Range | undefined, b: Range | undefined): boolean =>
  !a || !b || (a.from < b.to && b.from < a.to);

export const sameRange = (a: Range | undefined, b: Range | undefined): boolean =>
  a?.from === b?.from && a?.to === b?.to;
