import type { ServerReply } from '../network/server.ts';
import type { DorisCluster } from './cluster.ts';
import type { Database, Table } from './contents.ts';
import { OK, refuse, unknownTable } from './errors.ts';
import type { Qualified, Statement } from './sql/statement.ts';

type Definition = Extract<
  Statement,
  {
    kind:
      | 'create-database'
      | 'drop-database'
      | 'drop-table'
      | 'drop-partition'
      | 'replace-table'
      | 'rename-table'
      | 'set-properties'
      | 'purge'
      | 'recover-database'
      | 'recover-table'
      | 'recover-partition';
  }
>;

const DATABASE = /^[a-zA-Z][a-zA-Z0-9-_]{0,63}$/;
const TABLE = /^[a-zA-Z][a-zA-Z0-9-_]*$/;

/** Statements that change what there is. */
export function define(
  cluster: DorisCluster,
  s: Definition,
  databaseOf: (name: string | undefined) => Database,
  tableOf: (name: Qualified) => [Database, Table],
): ServerReply {
  const { catalog, recovery } = cluster;
  switch (s.kind) {
    case 'create-database':
      checkDatabase(s.name);
      catalog.createDatabase(s.name, s.ifNotExists);
      return OK;
    case 'drop-database':
      catalog.dropDatabase(s.name, s.ifExists, s.force);
      return OK;
    case 'drop-table':
      catalog.dropTable(databaseOf(s.table.database), s.table.name, s.ifExists, s.force);
      return OK;
    case 'drop-partition':
      catalog.dropPartition(...tableOf(s.table), s.name, s.ifExists, s.force);
      return OK;
    case 'replace-table': {
      const [database, table] = tableOf(s.table);
      const other = database.tables.get(s.with);
      if (!other) throw unknownTable(s.with, database.name);
      const swap = s.properties.get('swap') ?? 'true';
      if (!/^(true|false)$/i.test(swap)) refuse(`Invalid swap value: ${swap}`);
      catalog.replaceTable(database, table, other, swap.toLowerCase() === 'true');
      return OK;
    }
    case 'rename-table':
      checkTable(s.to);
      catalog.renameTable(...tableOf(s.table), s.to);
      return OK;
    case 'set-properties': {
      const target = s.on === 'database' ? databaseOf(s.target.name) : tableOf(s.target)[1];
      for (const [name, value] of s.properties) target.properties.set(name, value);
      return OK;
    }
    case 'purge':
      catalog.bin.purge(s.column, s.id);
      return OK;
    case 'recover-database':
      if (s.as !== undefined) checkDatabase(s.as);
      recovery.database(s.name, s.id, s.as);
      return OK;
    case 'recover-table':
      if (s.as !== undefined) checkTable(s.as);
      recovery.table(databaseOf(s.table.database), s.table.name, s.id, s.as);
      return OK;
    case 'recover-partition':
      recovery.partition(...tableOf(s.table), s.name, s.id, s.as);
      return OK;
  }
}

function checkDatabase(name: string): void {
  if (!DATABASE.test(name)) refuse(`Incorrect database name '${name}'`, 'ER_WRONG_DB_NAME');
}

function checkTable(name: string): void {
  if (!TABLE.test(name))
    refuse(`Incorrect table name '${name}'. Table name regex is '${TABLE.source}'`, 'ER_WRONG_TABLE_NAME');
}
