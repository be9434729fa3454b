import { TargetNotUsable } from '../../../core/errors/registry.ts';
import type { Place, SqlReply } from '../../../core/ports/reach.ts';
import type { TidbDriverPorts } from './ports.ts';

type Speaking = Pick<TidbDriverPorts, 'reach'>;

/** What a cluster of TiDB has from its first day on. `sys` came with 8.0. */
const SYSTEM: ReadonlySet<string> = new Set([
  'information_schema',
  'metrics_schema',
  'mysql',
  'performance_schema',
  'sys',
]);
/** A cluster is born with it, empty. Tables in it are somebody's. */
const BORN_EMPTY = 'test';

/** Statements, one after the other; the first that is refused ends it. */
export async function say({ reach }: Speaking, at: Place, statements: readonly string[]): Promise<SqlReply> {
  const reply = await reach.sql(at, statements);
  const { refused } = reply;
  if (!refused) return reply;
  throw new TargetNotUsable(
    `${statements[refused.statement]} was refused by ${calledAt(at)}: ${refused.message} (${refused.code}); its user needs SHOW DATABASES, DROP, SELECT and CONFIG`,
    { region: at.region },
  );
}

const calledAt = ({ cluster, region, end }: Place): string =>
  end === 'source' ? `${cluster} in ${region}` : `the cluster that restores of ${cluster} fill in ${region}`;

const firsts = ({ answers }: SqlReply, n = 0): readonly string[] =>
  (answers[n]?.rows ?? []).flatMap((row) => Object.values(row)[0] ?? []);

/** Everything in it that is no system's, notes of a restore that did not end among it. */
export async function databasesIn(ports: Speaking, at: Place): Promise<readonly string[]> {
  const all = firsts(await say(ports, at, ['SHOW DATABASES']));
  const found = all.filter((name) => !SYSTEM.has(name.toLowerCase()));
  if (!found.includes(BORN_EMPTY)) return found;
  const tables = firsts(await say(ports, at, [`SHOW TABLES FROM ${quoted(BORN_EMPTY)}`]));
  return tables.length > 0 ? found : found.filter((name) => name !== BORN_EMPTY);
}

/** Said again after a lost answer, it is no error. */
export const dropped = (database: string): string => `DROP DATABASE IF EXISTS ${quoted(database)}`;

const quoted = (name: string): string => `\`${name.replaceAll('`', '``')}\``;
