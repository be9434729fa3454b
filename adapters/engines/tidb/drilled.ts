import { TargetNotEmpty, TargetNotUsable } from '../../../core/errors/registry.ts';
import type { TidbCluster } from '../../../core/plan/installation.ts';
import type { Place, SqlReply } from '../../../core/ports/reach.ts';
import type { TidbDriverPorts } from './ports.ts';

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

/** The cluster of a region that restores fill; a drill needs its SQL. */
export function drillPlace(cluster: TidbCluster, region: string): Place {
  if (cluster.restoreInto[region]?.reach?.sql) return { cluster: cluster.name, region, end: 'target' };
  throw new TargetNotUsable(
    `a drill of ${cluster.name} in ${region} has to see that the cluster which it fills is empty, and empties it again; name its sql in restoreInto.${region}.reach of ${cluster.name}`,
    { region },
  );
}

/** Statements, one after the other; the first that is refused ends it. */
export async function say(
  { reach }: Pick<TidbDriverPorts, 'reach'>,
  at: Place,
  statements: readonly string[],
): Promise<SqlReply> {
  const reply = await reach.sql(at, statements);
  const { refused } = reply;
  if (!refused) return reply;
  throw new TargetNotUsable(
    `${statements[refused.statement]} was refused by the cluster that drills of ${at.cluster} fill in ${at.region}: ${refused.message} (${refused.code}); its user needs SHOW DATABASES, DROP, SELECT and CONFIG`,
    { region: at.region },
  );
}

const firsts = ({ answers }: SqlReply, n = 0): readonly string[] =>
  (answers[n]?.rows ?? []).flatMap((row) => Object.values(row)[0] ?? []);

/** Everything in it that is no system's, notes of a restore that did not end among it. */
export async function databasesIn(
  ports: Pick<TidbDriverPorts, 'reach'>,
  at: Place,
): Promise<readonly string[]> {
  const all = firsts(await say(ports, at, ['SHOW DATABASES']));
  const found = all.filter((name) => !SYSTEM.has(name.toLowerCase()));
  if (!found.includes(BORN_EMPTY)) return found;
  const tables = firsts(await say(ports, at, [`SHOW TABLES FROM ${quoted(BORN_EMPTY)}`]));
  return tables.length > 0 ? found : found.filter((name) => name !== BORN_EMPTY);
}

/** A drill begins in an empty cluster or not at all. */
export async function requireNothingThere(
  ports: Pick<TidbDriverPorts, 'reach'>,
  cluster: TidbCluster,
  region: string,
): Promise<void> {
  const there = await databasesIn(ports, drillPlace(cluster, region));
  if (there.length === 0) return;
  throw new TargetNotEmpty(
    `the cluster that drills of ${cluster.name} fill in ${region} holds ${there.slice(0, 3).join(', ')}, and a drill empties it when it ends; drop what nobody needs, or leave it to what is there`,
    { region, databases: there.length },
  );
}

export const quoted = (name: string): string => `\`${name.replaceAll('`', '``')}\``;
