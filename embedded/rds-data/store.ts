import type { Instant } from '../../core/time/instant.ts';
import { CATALOG } from '../rds/catalog.ts';
import type { RowHistory } from '../rds/rows.ts';
import type { SqlStore, SqlTable } from '../sql/run.ts';

/** A cluster's schemas and tables as SQL finds them, in its history: what is written at an instant is of that instant. */
export function storeOf(history: RowHistory, now: Instant): SqlStore {
  const catalogued = (table: string, id: string) => history.table(table).get(id);
  return {
    has: (schema) => catalogued(CATALOG.schemas, schema) !== undefined,
    createDatabase: (schema) => history.write({ table: CATALOG.schemas, id: schema, values: {} }, now),
    find: (schema, table) => {
      const made = catalogued(CATALOG.tables, `${schema}.${table}`);
      return (
        made && tableOf(history, `${schema}.${table}`, String(made['columns']), String(made['key']), now)
      );
    },
    createTable: (schema, table, columns, key) =>
      history.write(
        { table: CATALOG.tables, id: `${schema}.${table}`, values: { columns: columns.join(), key } },
        now,
      ),
  };
}

const tableOf = (
  history: RowHistory,
  name: string,
  columns: string,
  key: string,
  now: Instant,
): SqlTable => ({
  columns: columns.split(','),
  key,
  *rows() {
    for (const row of history.table(name).values()) yield row as Readonly<Record<string, number>>;
  },
  has: (value) => history.table(name).has(String(value)),
  put: (value, row) => history.write({ table: name, id: String(value), values: row }, now),
  remove: (row) => history.write({ table: name, id: String(row[key]), values: null }, now),
});
