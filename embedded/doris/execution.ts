import type { ServerReply } from '../network/server.ts';
import type { DorisCluster } from './cluster.ts';
import type { Database, Table } from './contents.ts';
import { define } from './define.ts';
import { OK, refuse, SqlRefused, unknownTable } from './errors.ts';
import { isZone } from './local-time.ts';
import { alterRepository, createRepository, dropRepository } from './repository-statements.ts';
import {
  showBackends,
  showBin,
  showDatabases,
  showFrontends,
  showNamed,
  showPartitions,
  showTables,
} from './show-catalog.ts';
import { showBackup, showRestore } from './show-jobs.ts';
import { showRepositories, showSnapshot } from './show-repositories.ts';
import type { Qualified, Statement } from './sql/statement.ts';
import { selectValues, showVariables } from './variables.ts';

/** What only an administrator may. */
const ADMINS = new Set<Statement['kind']>([
  ...([
    'create-repository',
    'alter-repository',
    'drop-repository',
    'show-repositories',
    'show-snapshot',
  ] as const),
  ...(['show-recycle-bin', 'purge', 'show-frontends', 'show-backends'] as const),
  ...(['show-database-id', 'show-table-id'] as const),
]);

/** Runs statements for one connection. Throws `SqlRefused`. */
export class Execution {
  readonly #cluster: DorisCluster;
  readonly #admin: boolean;
  #database: string | undefined;
  #zone: string | undefined;

  constructor(cluster: DorisCluster, admin: boolean, database: string | undefined) {
    this.#cluster = cluster;
    this.#admin = admin;
    this.#database = database;
  }

  async run(s: Statement): Promise<ServerReply> {
    const cluster = this.#cluster;
    if (!this.#admin && ADMINS.has(s.kind))
      refuse(
        'Access denied; you need (at least one of) the (ADMIN) privilege(s) for this operation',
        'ER_SPECIFIC_ACCESS_DENIED_ERROR',
      );
    switch (s.kind) {
      case 'create-repository':
        return createRepository(cluster, s);
      case 'alter-repository':
        return alterRepository(cluster, s.name, s.properties);
      case 'drop-repository':
        return dropRepository(cluster, s.name);
      case 'show-repositories':
        return showRepositories(cluster);
      case 'show-snapshot':
        return showSnapshot(cluster, s.repository, s.filters);
      case 'backup':
        await cluster.jobs.backup(s, this.#database);
        return OK;
      case 'restore':
        await cluster.jobs.restore(s, this.#database);
        return OK;
      case 'show-backup':
        checkColumn(s.filter, 'SnapshotName');
        return showBackup(cluster, this.#databaseOf(s.database), s.filter, this.#timeZone);
      case 'show-restore':
        checkColumn(s.filter, 'Label');
        return showRestore(cluster, this.#databaseOf(s.database), s.filter, this.#timeZone, s.brief);
      case 'cancel-backup':
      case 'cancel-restore':
        cluster.jobs.cancel(s.kind === 'cancel-backup' ? 'backup' : 'restore', this.#databaseOf(s.database));
        return OK;
      case 'show-recycle-bin':
        return showBin(cluster, s.filter, this.#timeZone);
      case 'show-databases':
        return showDatabases(cluster, s.filter);
      case 'show-tables':
        return showTables(cluster, this.#databaseOf(s.database), s.filter);
      case 'show-partitions':
        return showPartitions(cluster, this.#table(s.table)[1]);
      case 'show-database-id':
      case 'show-table-id':
        return showNamed(cluster, s.kind === 'show-database-id' ? 'database' : 'table', s.id);
      case 'show-frontends':
        return showFrontends(cluster);
      case 'show-backends':
        return showBackends(cluster);
      case 'show-variables':
        return showVariables(cluster, this.#timeZone, s.filter);
      case 'select-values':
        return selectValues(cluster, this.#timeZone, s.values);
      case 'use':
        this.#database = cluster.catalog.database(s.database).name;
        return OK;
      case 'set':
        return this.#set(s.variable, s.value);
      case 'count': {
        const count = String(readable(this.#table(s.table)[1]).rowCount);
        return { columns: [s.as ?? 'count(*)'], rows: [[count]] };
      }
      case 'select':
        return rowsOf(readable(this.#table(s.table)[1]));
      default:
        return define(
          cluster,
          s,
          (name) => this.#databaseOf(name),
          (name) => this.#table(name),
        );
    }
  }

  get #timeZone(): string {
    return this.#zone ?? this.#cluster.timeZone;
  }

  #set(variable: string, value: string): ServerReply {
    if (variable !== 'time_zone') return OK;
    if (!isZone(value)) throw new SqlRefused(`Unknown or incorrect time zone: '${value}'`);
    this.#zone = value;
    return OK;
  }

  #databaseOf(name: string | undefined): Database {
    return this.#cluster.databaseNamed(name ?? this.#database);
  }

  #table({ database, name }: Qualified): [Database, Table] {
    const found = this.#databaseOf(database);
    const table = found.tables.get(name);
    if (!table) throw unknownTable(name, found.name);
    return [found, table];
  }
}

function checkColumn(filter: { readonly column: string } | undefined, column: string): void {
  if (filter && filter.column !== '' && filter.column.toLowerCase() !== column.toLowerCase())
    refuse(`Where clause should looks like: ${column} = "your_label", or ${column} LIKE "matcher"`);
}

function readable(table: Table): Table {
  if (table.state !== 'NORMAL') refuse(`Table state is not NORMAL: 'RESTORING'`, 'ER_BAD_TABLE_STATE');
  return table;
}

function rowsOf(table: Table): ServerReply {
  const { columns } = table.spec;
  const rows = [...table.partitions.values()].flatMap((partition) =>
    [...partition.rows].map(([key, row]) => [
      key,
      ...columns.map((column) => (row[column] === undefined ? null : String(row[column]))),
    ]),
  );
  return { columns: ['id', ...columns], rows };
}
