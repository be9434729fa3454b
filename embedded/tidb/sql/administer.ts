import type { ServerReply } from '../../network/server.ts';
import type { TidbCluster } from '../cluster.ts';
import { GC_RATIO_THRESHOLD } from '../pd.ts';
import { isTemporary } from '../restore-state.ts';

/** A cluster has them from its first day on; `test` is empty then. */
const BORN_WITH = ['INFORMATION_SCHEMA', 'METRICS_SCHEMA', 'PERFORMANCE_SCHEMA', 'mysql', 'sys', 'test'];

const NAME = '`((?:[^`]|``)+)`';
const DROP = new RegExp(`^DROP DATABASE (IF EXISTS )?${NAME}$`);
const TABLES = new RegExp(`^SHOW TABLES FROM ${NAME}$`);
const CONFIG = /^SET CONFIG tikv `([^`]+)` = ([\d.]+)$/;

const unquoted = (name: string): string => name.replaceAll('``', '`');
const listed = (column: string, names: Iterable<string>): ServerReply => ({
  columns: [column],
  rows: [...names].sort().map((name) => [name]),
});

/** What an administrator says to a cluster; undefined for any other statement. */
export function administer(cluster: TidbCluster, statement: string): ServerReply | undefined {
  const contents = cluster.contentsNow();
  if (statement === 'SHOW DATABASES')
    return listed('Database', new Set([...BORN_WITH, ...contents.databases]));
  const [, shown] = TABLES.exec(statement) ?? [];
  if (shown !== undefined) {
    const tables = [...contents.tables.values()].filter(({ database }) => database === unquoted(shown));
    return listed(
      `Tables_in_${shown}`,
      tables.map(({ name }) => name),
    );
  }
  const [, ifExists, dropped] = DROP.exec(statement) ?? [];
  if (dropped !== undefined)
    return drop(cluster, unquoted(dropped)) ?? (ifExists === undefined ? undefined : { affectedRows: 0 });
  const [, setting, value] = CONFIG.exec(statement) ?? [];
  if (setting !== GC_RATIO_THRESHOLD) return undefined;
  cluster.pd.setGcRatio(value!);
  return { affectedRows: 0 };
}

/** With BR's notes goes what it knew of a restore that did not end. */
function drop(cluster: TidbCluster, database: string): ServerReply | undefined {
  if (!cluster.contentsNow().databases.has(database)) return undefined;
  cluster.dropDatabase(database);
  if (isTemporary(database)) cluster.restore = undefined;
  return { affectedRows: 0 };
}
