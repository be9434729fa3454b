import type { MilvusCluster } from '../../../core/plan/installation.ts';
import { fullName } from './held.ts';
import type { Landing } from './landing.ts';
import type { MilvusRest } from './rest.ts';

/**
 * Drops what a side that fell behind holds of the cluster, with its aliases, once all of the true state lies beside it. Called
 * again when some of that has its own names by then, it drops nothing more: what is there may be the true state itself.
 */
export async function clearBehind(
  rest: MilvusRest,
  { collections: selected }: Pick<MilvusCluster, 'collections'>,
  landings: readonly Landing[],
): Promise<void> {
  const made = new Set(landings.map((landing) => fullName(landing.made)));
  const there = await collectionsIn(rest);
  if (![...made].every((name) => there.some((one) => fullName(one) === name))) return;
  const behind = there.filter((one) => !made.has(fullName(one)) && isSelected(selected, one));
  const names = new Set(behind.map(fullName));
  for (const database of new Set(behind.map((one) => one.database)))
    for (const alias of await rest.aliases(database))
      if (names.has(fullName({ database, name: await rest.aliased(database, alias) })))
        await rest.dropAlias(database, alias);
  for (const one of behind) await rest.drop(one);
}

interface Named {
  readonly database: string;
  readonly name: string;
}

async function collectionsIn(rest: MilvusRest): Promise<readonly Named[]> {
  const all: Named[] = [];
  for (const database of await rest.databases())
    for (const name of await rest.collections(database)) all.push({ database, name });
  return all;
}

/** Of a cluster that is protected in part, the other part is nobody's to clear away. */
const isSelected = (selected: readonly string[], { database, name }: Named): boolean =>
  selected.length === 0 || selected.includes(`${database}.*`) || selected.includes(`${database}.${name}`);
