import { NotModelled } from '../service.ts';
import { SqlFailure } from './failure.ts';
import type { Comparator, Condition, Expression, Selection, Statement, TableName } from './statement.ts';

/** What a column of a row holds. */
export type Cell = string | number | null;
export type Cells = Readonly<Record<string, Cell>>;

export interface SqlTable {
  readonly columns: readonly string[];
  /** The column whose value no two rows share. */
  readonly key: string | undefined;
  /** In no order that a statement may rely on. */
  rows(): Iterable<Cells>;
  has(key: number): boolean;
  put(key: number, row: Readonly<Record<string, number>>): void;
  remove(row: Cells): void;
}

/** A database's rooms and tables, as its double keeps them. */
export interface SqlStore {
  has(database: string): boolean;
  createDatabase(database: string): void;
  find(database: string, table: string): SqlTable | undefined;
  createTable(database: string, table: string, columns: readonly string[], key: string): void;
}

export type Result =
  | { readonly columns: readonly string[]; readonly rows: readonly (readonly Cell[])[] }
  | { readonly affectedRows: number };

/** How a statement meets the store. */
export interface Session {
  readonly store: SqlStore;
  /** The database in use. */
  readonly database: string | undefined;
  /** Throws when there is no such parameter. */
  readonly parameter: (name: string) => number;
}

type Work = Pick<Session, 'parameter'> & { readonly rows: readonly Cells[] };

/** Takes effect whole or not at all. Throws `SqlFailure` as the reason for the latter. */
export function run(statement: Statement, session: Session): Result {
  const { store } = session;
  switch (statement.kind) {
    case 'create-database': {
      const { database, ifNotExists } = statement;
      if (!store.has(database)) store.createDatabase(database);
      else if (!ifNotExists) throw new SqlFailure({ kind: 'database exists', database });
      return { affectedRows: 0 };
    }
    case 'create-table': {
      const { database, table } = placed(statement.name, session);
      if (!store.has(database)) throw new SqlFailure({ kind: 'no database', database });
      const names = statement.columns.map(({ name }) => name);
      if (!store.find(database, table))
        store.createTable(database, table, names, statement.columns.find(({ key }) => key)!.name);
      else if (!statement.ifNotExists) throw new SqlFailure({ kind: 'table exists', database, table });
      return { affectedRows: 0 };
    }
    case 'select':
      return select(statement, session);
    case 'delete': {
      const table = found(statement.from, session);
      if (table.key === undefined) throw keyless(statement.from);
      const going = [...table.rows()].filter(holding(statement.where, table.columns, session));
      for (const row of going) table.remove(row);
      return { affectedRows: going.length };
    }
    case 'insert':
      return insert(statement, session);
  }
}

function insert(statement: Extract<Statement, { kind: 'insert' }>, session: Session): Result {
  const { into, columns, from } = statement;
  const table = found(into, session);
  const { key } = table;
  if (key === undefined) throw keyless(into);
  for (const column of columns)
    if (!table.columns.includes(column))
      throw new SqlFailure({ kind: 'no column', column, within: 'field list' });
  const missing = table.columns.find((column) => !columns.includes(column));
  if (missing !== undefined) throw new NotModelled('sql', `an INSERT without the column ${missing}`);
  const given =
    'kind' in from
      ? rowsOf(from, session)
      : from.map((row) => row.map((value) => evaluate(value, undefined, { ...session, rows: [] })));
  const taken = new Set<number>();
  const added = given.map((values) => {
    if (values.length !== columns.length) throw new SqlFailure({ kind: 'columns differ' });
    const row = Object.fromEntries(columns.map((column, at) => [column, whole(column, values[at]!)]));
    const value = row[key]!;
    if (taken.has(value) || table.has(value))
      throw new SqlFailure({ kind: 'duplicate key', table: into.table, key, value: String(value) });
    taken.add(value);
    return row;
  });
  for (const row of added) table.put(row[key]!, row);
  return { affectedRows: added.length };
}

const keyless = ({ table }: TableName): NotModelled =>
  new NotModelled('sql', `writes to ${table}, whose rows are told apart by no column`);

function whole(column: string, cell: Cell): number {
  if (typeof cell !== 'number' || !Number.isSafeInteger(cell))
    throw new NotModelled('sql', `the value ${cell} of the column ${column}`);
  return cell;
}

const select = (selection: Selection, session: Session): Result => ({
  columns: selection.items.map(({ name }) => name),
  rows: rowsOf(selection, session),
});

function rowsOf(selection: Selection, session: Session): readonly (readonly Cell[])[] {
  const { items, where, orderBy, limit, from } = selection;
  const table = from && found(from, session);
  const columns = table?.columns ?? [];
  for (const { value } of items) known(value, columns, 'field list');
  for (const { column } of orderBy) known({ kind: 'column', name: column }, columns, 'order clause');
  const all = [...(table?.rows() ?? [{}])];
  const holds = holding(where, columns, session);
  const rows = where.length === 0 ? all : all.filter(holds);
  if (orderBy.length > 0) rows.sort(by(orderBy));
  const work = { ...session, rows };
  if (items.some(({ value }) => aggregates(value)))
    return [items.map(({ value }) => evaluate(value, rows[0], work))];
  return rows.slice(0, limit).map((row) => items.map(({ value }) => evaluate(value, row, work)));
}

const by =
  (orderBy: Selection['orderBy']) =>
  (a: Cells, b: Cells): number => {
    for (const { column, descending } of orderBy) {
      const order = compared(a[column]!, b[column]!);
      if (order !== 0) return descending ? -order : order;
    }
    return 0;
  };

const compared = (a: Cell, b: Cell): number => (a! < b! ? -1 : a! > b! ? 1 : 0);

const HOLDS: Readonly<Record<Comparator, (order: number) => boolean>> = {
  '=': (order) => order === 0,
  '<>': (order) => order !== 0,
  '<': (order) => order < 0,
  '<=': (order) => order <= 0,
  '>': (order) => order > 0,
  '>=': (order) => order >= 0,
};

function holding(where: Condition, columns: readonly string[], session: Session): (row: Cells) => boolean {
  for (const { left, right } of where) for (const side of [left, right]) known(side, columns, 'where clause');
  const work = { ...session, rows: [] };
  const tests = where.map(({ left, comparator, right }) => ({
    left: reader(left, work),
    right: reader(right, work),
    comparator,
  }));
  return (row) =>
    tests.every(({ left, comparator, right }) => {
      const a = left(row);
      const b = right(row);
      if (a === null || b === null) return false;
      if (typeof a !== typeof b) throw new NotModelled('sql', `comparing ${a} with ${b}`);
      return HOLDS[comparator](compared(a, b));
    });
}

function evaluate(expression: Expression, row: Cells | undefined, work: Work): Cell {
  switch (expression.kind) {
    case 'number':
      return expression.value;
    case 'parameter':
      return work.parameter(expression.name);
    case 'column':
      return row?.[expression.name] ?? null;
    case 'count':
      return work.rows.length;
    case 'coalesce':
      return expression.of.map((each) => evaluate(each, row, work)).find((cell) => cell !== null) ?? null;
    case 'sum': {
      const [a, b] = expression.of.map((each) => evaluate(each, row, work)) as [Cell, Cell];
      if (a === null || b === null) return null;
      if (typeof a === 'string' || typeof b === 'string') throw new NotModelled('sql', 'adding texts');
      return a + b;
    }
    case 'max':
    case 'min': {
      const sign = expression.kind === 'max' ? 1 : -1;
      const read = reader(expression.of, work);
      let found: Cell = null;
      for (const each of work.rows) {
        const cell = read(each);
        if (cell !== null && (found === null || sign * compared(cell, found) > 0)) found = cell;
      }
      return found;
    }
  }
}

/** Of thousands of rows, what stands in a column is read without asking what kind of expression it is. */
function reader(expression: Expression, work: Work): (row: Cells) => Cell {
  if (expression.kind === 'column') {
    const { name } = expression;
    return (row) => row[name] ?? null;
  }
  if (expression.kind !== 'number' && expression.kind !== 'parameter')
    return (row) => evaluate(expression, row, work);
  const value = evaluate(expression, undefined, work);
  return () => value;
}

const parts = (expression: Expression): readonly Expression[] =>
  'of' in expression ? [expression.of].flat() : [];

const aggregates = (expression: Expression): boolean =>
  ['max', 'min', 'count'].includes(expression.kind) || parts(expression).some(aggregates);

function known(
  expression: Expression,
  columns: readonly string[],
  within: 'field list' | 'where clause' | 'order clause',
): void {
  if (expression.kind === 'column' && !columns.includes(expression.name))
    throw new SqlFailure({ kind: 'no column', column: expression.name, within });
  for (const part of parts(expression)) known(part, columns, within);
}

function placed({ database, table }: TableName, session: Session): { database: string; table: string } {
  const named = database ?? session.database;
  if (named === undefined) throw new SqlFailure({ kind: 'no database selected' });
  return { database: named, table };
}

function found(name: TableName, session: Session): SqlTable {
  const { database, table } = placed(name, session);
  const there = session.store.find(database, table);
  if (!there) throw new SqlFailure({ kind: 'no table', database, table });
  return there;
}
