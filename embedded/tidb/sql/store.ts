import type { Cells, SqlStore, SqlTable } from '../../sql/run.ts';
import type { TidbCluster } from '../cluster.ts';
import type { Column, Row, Table } from '../contents.ts';

/** A cluster's databases and tables as SQL finds them now. What is written is a change of the cluster's like any other. */
export const storeOf = (cluster: TidbCluster): SqlStore => ({
  has: (database) => cluster.contentsNow().databases.has(database),
  createDatabase: (database) => void cluster.createDatabase(database),
  find: (database, name) => {
    const table = cluster.contentsNow().find(database, name);
    return table && tableOf(cluster, table);
  },
  createTable: (database, name, columns, key) =>
    void cluster.createTable(
      database,
      name,
      columns.map((column) => ({ name: column, default: 0, ...(column === key && { key: true }) })),
    ),
});

/** A table that an application made by itself has its rows' ids beside its columns: they are read, and not written here. */
function tableOf(cluster: TidbCluster, { id, database, name, columns }: Table): SqlTable {
  const key = columns.find((column) => column.key)?.name;
  const written = cluster.contentsNow().written.get(id);
  return {
    columns: columns.map((column) => column.name),
    key,
    // What SQL wrote is whole: it is handed out as it lies there, because a heart's table has thousands of rows.
    rows: () => (key === undefined ? wholeRows(written, columns) : (written?.values() ?? [])),
    has: (value) => written?.has(String(value)) ?? false,
    put: (value, row) => void cluster.write(database, name, String(value), row),
    remove: (row) => void cluster.write(database, name, String(row[key!]), undefined),
  };
}

/** Rows that were written before a column was there hold its default. */
function* wholeRows(
  written: ReadonlyMap<string, Row> | undefined,
  columns: readonly Column[],
): Generator<Cells> {
  for (const row of written?.values() ?? [])
    yield Object.fromEntries(columns.map((column) => [column.name, row[column.name] ?? column.default]));
}
