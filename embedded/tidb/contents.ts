import type { Tso } from './tso.ts';

export type Value = string | number;

/** A row without its key; columns that it does not name hold their defaults. */
export type Row = Readonly<Record<string, Value>>;

export interface Column {
  readonly name: string;
  /** What rows hold that were written before the column was there. */
  readonly default: Value;
  /** Whether it is the table's primary key, and its value a row's id. @default ids stand beside the columns */
  readonly key?: boolean;
}

export interface Table {
  /** Never given twice in a cluster: a table that was dropped and made again is another one. */
  readonly id: number;
  readonly database: string;
  readonly name: string;
  readonly columns: readonly Column[];
}

/** One thing that happened to a cluster's data. Tables are named by id in what comes after their creation. */
export type Action =
  | { readonly kind: 'create-database'; readonly database: string }
  | { readonly kind: 'drop-database'; readonly database: string }
  | { readonly kind: 'create-table'; readonly table: Table }
  | { readonly kind: 'drop-table'; readonly tableId: number }
  | {
      readonly kind: 'rename-table';
      readonly tableId: number;
      readonly database: string;
      readonly name: string;
    }
  | { readonly kind: 'set-columns'; readonly tableId: number; readonly columns: readonly Column[] }
  | { readonly kind: 'row'; readonly tableId: number; readonly id: string; readonly row: Row | null };

export type Change = Action & { readonly ts: Tso };

/** A cluster's databases, tables and rows at one timestamp. */
export class Contents {
  readonly databases = new Set<string>();
  readonly tables = new Map<number, Table>();
  /** By table id, then by the row's key, as they were written. */
  readonly written = new Map<number, Map<string, Row>>();

  apply(action: Action): void {
    switch (action.kind) {
      case 'create-database':
        this.databases.add(action.database);
        break;
      case 'drop-database':
        this.databases.delete(action.database);
        for (const table of [...this.tables.values()])
          if (table.database === action.database) this.#forget(table.id);
        break;
      case 'create-table':
        this.tables.set(action.table.id, action.table);
        this.written.set(action.table.id, new Map());
        break;
      case 'drop-table':
        this.#forget(action.tableId);
        break;
      case 'rename-table':
        this.#alter(action.tableId, { database: action.database, name: action.name });
        break;
      case 'set-columns':
        this.#alter(action.tableId, { columns: action.columns });
        break;
      case 'row': {
        const rows = this.written.get(action.tableId);
        if (action.row) rows?.set(action.id, action.row);
        else rows?.delete(action.id);
      }
    }
  }

  find(database: string, name: string): Table | undefined {
    return [...this.tables.values()].find((table) => table.database === database && table.name === name);
  }

  /** Tables by name, each with its columns' names. */
  tablesByName(): Map<string, readonly string[]> {
    return new Map(
      [...this.tables.values()].map((table) => [nameOf(table), table.columns.map(({ name }) => name)]),
    );
  }

  /** Rows as a reader gets them, `<database>.<table>/<key>`: of each column the value written or its default. */
  rows(): Map<string, Row> {
    const rows = new Map<string, Row>();
    for (const table of this.tables.values())
      for (const [id, row] of this.written.get(table.id) ?? [])
        rows.set(`${nameOf(table)}/${id}`, read(table.columns, row));
    return rows;
  }

  #alter(id: number, change: Partial<Table>): void {
    const table = this.tables.get(id);
    if (table) this.tables.set(id, { ...table, ...change });
  }

  #forget(id: number): void {
    this.tables.delete(id);
    this.written.delete(id);
  }
}

export const nameOf = (table: { readonly database: string; readonly name: string }): string =>
  `${table.database}.${table.name}`;

const read = (columns: readonly Column[], row: Row): Row =>
  Object.fromEntries(columns.map((column) => [column.name, row[column.name] ?? column.default]));

/** All that ever happened to a cluster's data, in order. Nothing is forgotten: what GC took is refused by PD. */
export class ChangeHistory {
  readonly #changes: Change[] = [];
  readonly current = new Contents();

  append(change: Change): void {
    const last = this.#changes.at(-1);
    if (last && change.ts < last.ts)
      throw new Error(`a change at ${change.ts} cannot come before ${last.ts}`);
    this.#changes.push(change);
    this.current.apply(change);
  }

  /** What happened after `after`, up to and with `upTo`. */
  between(after: Tso, upTo: Tso): readonly Change[] {
    return this.#changes.slice(this.#firstAfter(after), this.#firstAfter(upTo));
  }

  at(ts: Tso): Contents {
    const contents = new Contents();
    for (const change of this.between(-1n, ts)) contents.apply(change);
    return contents;
  }

  #firstAfter(ts: Tso): number {
    let low = 0;
    let high = this.#changes.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#changes[middle]!.ts <= ts) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
