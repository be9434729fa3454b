import type { RestoreRecord } from '../../../core/catalog/recovery-point.ts';
import type { RestoreSpec } from '../../../core/engines/driver.ts';
import { TargetNotEmpty, TargetNotUsable } from '../../../core/errors/registry.ts';
import type { MilvusReach } from '../../../core/plan/installation.ts';
import { sha256 } from '../shared/sha256.ts';
import { fullName, type Held, wantedOf } from './held.ts';
import { type CapturedCollection, DEFAULT_DATABASE } from './meta.ts';
import { type MilvusPorts, milvusCluster } from './ports.ts';
import { MilvusRest, type Named } from './rest.ts';

type Where = Pick<RestoreSpec, 'region' | 'cluster'>;

/** Where the restore lands: a cluster that is there. At home that is the protected one itself, unless another is named. */
function endIn({ home }: MilvusPorts, { region, cluster }: Where) {
  const { restoreInto, reach: own } = milvusCluster(cluster);
  const { reach } = restoreInto[region] ?? {};
  if (reach) return { reach, end: 'target' } as const;
  return region === home ? ({ reach: own, end: 'source' } as const) : undefined;
}

export function reachOf(ports: MilvusPorts, where: Where): MilvusReach {
  const found = endIn(ports, where);
  if (found) return found.reach;
  const { name, version } = milvusCluster(where.cluster);
  throw new TargetNotUsable(
    `the restore of ${name} in ${where.region} names no cluster to fill; set up a Milvus of ${version} or later there, and name its reach in restoreInto for this region`,
    { region: where.region },
  );
}

export const restOf = (ports: MilvusPorts, where: Where): MilvusRest =>
  new MilvusRest(ports.reach, {
    cluster: where.cluster.name,
    region: where.region,
    end: endIn(ports, where)?.end ?? 'target',
  });

/**
 * Behind the name of every collection that an attempt makes, so that what it leaves is known for its own, whatever else is
 * in the cluster: the tool takes nothing back.
 */
export const suffixOf = ({ id, drill }: Pick<RestoreRecord, 'id' | 'drill'>, attempt: number): string =>
  drill ? `${drillSuffixOf(drill.id)}${attempt}` : `_r${sha256(`${id}/${attempt}`).slice(0, 8)}`;

/** The same of a drill, before the number of the attempt: they keep it, and go by it. */
export const drillSuffixOf = (drill: string): string => `_drill_${sha256(drill).slice(0, 8)}_`;

/** A collection of the point, and what it is called in the target for now and in the end. */
export interface Landing {
  readonly held: CapturedCollection;
  readonly made: Named;
  readonly wanted: Named;
}

export const landingsOf = (held: Held, spec: RestoreSpec, suffix: string): readonly Landing[] =>
  wantedOf(held, spec.scope).map((one) => ({
    held: one,
    made: { database: one.database, name: one.name + suffix },
    wanted: { database: one.database, name: one.name },
  }));

const databasesOf = (landings: readonly Landing[]): readonly string[] => [
  ...new Set(landings.map(({ wanted }) => wanted.database)),
];

/** Names that are in use in the target, aliases too: `database.name`. */
export async function takenNames(
  rest: MilvusRest,
  landings: readonly Landing[],
): Promise<ReadonlySet<string>> {
  const taken = new Set<string>();
  const there = await rest.databases();
  for (const database of databasesOf(landings).filter((name) => there.includes(name)))
    for (const name of [...(await rest.collections(database)), ...(await rest.aliases(database))])
      taken.add(fullName({ database, name }));
  return taken;
}

/** Takes back what an attempt made, and nothing else. */
export async function dropMade(rest: MilvusRest, landings: readonly Landing[]): Promise<void> {
  const taken = await takenNames(rest, landings);
  for (const { made } of landings) if (taken.has(fullName(made))) await rest.drop(made);
}

/** Gives the collections the names that they had. Called again it finds those that have them. */
export async function rename(rest: MilvusRest, landings: readonly Landing[]): Promise<void> {
  const taken = await takenNames(rest, landings);
  for (const { made, wanted } of landings) {
    if (!taken.has(fullName(made))) continue;
    if (taken.has(fullName(wanted)))
      throw new TargetNotEmpty(
        `${fullName(wanted)} has been made while ${fullName(made)} was restored, which keeps that name: a restore never overwrites; look at both, and rename by hand`,
      );
    await rest.rename(made, wanted.name);
  }
}

/** Loads what was loaded. Returns what is still on its way. */
export async function load(
  rest: MilvusRest,
  landings: readonly Landing[],
  kept: boolean,
): Promise<readonly string[]> {
  const loading: string[] = [];
  for (const landing of landings.filter(({ held }) => held.loaded)) {
    const of = endOf(landing, kept);
    const { loaded, progress } = await rest.loadState(of);
    if (loaded) continue;
    if (progress <= 0) await rest.load(of);
    loading.push(fullName(of));
  }
  return loading;
}

/** What a collection is called in the end: as it was, or with its suffix where that name is taken. */
export const endOf = ({ made, wanted }: Landing, kept: boolean): Named => (kept ? made : wanted);

/**
 * Puts aliases back. One that stands for another collection, or is another's name, stays what it is: somebody works with it.
 * Returns those.
 */
export async function putAliases(
  rest: MilvusRest,
  landings: readonly Landing[],
  kept: boolean,
): Promise<readonly string[]> {
  const elsewhere: string[] = [];
  const taken = await takenNames(rest, landings);
  for (const landing of landings) {
    const of = endOf(landing, kept);
    const { database } = of;
    for (const alias of landing.held.aliases) {
      if (!taken.has(fullName({ database, name: alias }))) await rest.createAlias(of, alias);
      else if (!(await isOurs(rest, of, alias))) elsewhere.push(fullName({ database, name: alias }));
    }
  }
  return elsewhere;
}

const isOurs = async (rest: MilvusRest, { database, name }: Named, alias: string): Promise<boolean> =>
  (await rest.aliases(database)).includes(alias) && (await rest.aliased(database, alias)) === name;

/** Databases that this restore made get the properties that they had; those that were there keep theirs. */
export async function putProperties(
  rest: MilvusRest,
  held: Held,
  landings: readonly Landing[],
  before: readonly string[],
): Promise<void> {
  const made = databasesOf(landings).filter((name) => name !== DEFAULT_DATABASE && !before.includes(name));
  for (const { name, properties } of held.databases)
    if (made.includes(name) && Object.keys(properties).length > 0) await rest.alterDatabase(name, properties);
}
