import { byState, type Kin, nearestKin } from '../../../core/catalog/forks.ts';
import { IN_FLIGHT } from '../../../core/catalog/life-cycle.ts';
import type { CopyRecord, CopyState, RecoveryPoint } from '../../../core/catalog/recovery-point.ts';
import { type RecoveryPointId, scheduledAtOf } from '../../../core/ids/names.ts';
import type { Catalog } from '../../../core/ports/catalog.ts';
import { days, earlier, instant, later } from '../../../core/time/instant.ts';

/** What else there is of a cluster in this region: what a discard must not rob. */
export interface Surroundings {
  /** Copies that lie in this region, oldest state first. */
  readonly copies: readonly CopyRecord[];
  /** The points that sides of its group forked off from, also those that are gone; empty while there is one side. */
  readonly forks: ReadonlyMap<RecoveryPointId, Kin>;
  /** Captures under way, which name what their base names. */
  readonly inFlight: readonly RecoveryPoint[];
  /** The state of the copy that they were read for. Of what lies before an older one they say nothing. */
  readonly from: number;
}

const THERE: ReadonlySet<CopyState> = new Set(['copying', 'copied', 'proven', 'expiring']);

/**
 * The catalog lists by the time that points were due, and neighbours are neighbours in the order of the states they
 * hold. The two differ by as much as a trigger may be late, which is a day and two hours.
 */
const LATE = days(2);
/** Most neighbours are near. The oldest point has none on its older side, and then there is little to read anyway. */
const LOOK_BACK = [days(4), days(32)];

const thereOf = (copies: readonly CopyRecord[]): CopyRecord[] =>
  copies.filter(({ state }) => THERE.has(state)).sort((a, b) => byState(kinOf(a), kinOf(b)));

/**
 * A copy that failed goes into the bin with its point, and may have no manifest there that could be read. Nothing
 * restores from it, so what only it names need not stay. It has neighbours itself: what they name is not removed with it.
 */
const holdsItems = ({ state, provenAt }: CopyRecord): boolean =>
  state !== 'expiring' || provenAt !== undefined;
const stateOf = (copy: Pick<CopyRecord, 'id' | 'takenAt'>): number =>
  copy.takenAt ?? scheduledAtOf(copy.id) ?? 0;
const kinOf = (one: Pick<CopyRecord, 'id' | 'takenAt' | 'forkedFrom'>): Kin => ({
  ...{ id: one.id, at: stateOf(one), forkedFrom: one.forkedFrom },
});

/**
 * Reads what lies around a copy that is due, and not the cluster's whole history: everything from a little before it
 * on, and further back only until the nearest older one is found.
 */
export async function around(
  catalog: Pick<Catalog, 'copies' | 'point' | 'points'>,
  copy: CopyRecord,
): Promise<Surroundings> {
  const { cluster, region } = copy;
  const due = scheduledAtOf(copy.id) ?? instant(0);
  const from = earlier(due, LATE);
  const inFlight = (await catalog.points(cluster, from)).filter(({ state }) => IN_FLIGHT.has(state));
  const mine = stateOf(copy);
  for (const back of LOOK_BACK) {
    const start = earlier(due, back);
    const copies = thereOf(await catalog.copies(cluster, region, start));
    // What was not read is older than this: so a copy between it and mine is the nearest for certain.
    const unread = later(start, LATE);
    // A side may have forked off from a point that is much older.
    if (copies.some(({ forkedFrom }) => forkedFrom !== undefined)) break;
    if (copies.some((other) => holdsItems(other) && stateOf(other) >= unread && stateOf(other) < mine))
      return { copies, inFlight, from: mine, forks: new Map() };
  }
  const copies = thereOf(await catalog.copies(cluster, region));
  return { copies, inFlight, from: mine, forks: await forksOf(catalog, copies) };
}

async function forksOf(
  catalog: Pick<Catalog, 'point'>,
  copies: readonly CopyRecord[],
): Promise<ReadonlyMap<RecoveryPointId, Kin>> {
  const forks = new Map<RecoveryPointId, Kin>();
  const wanted = copies.flatMap(({ forkedFrom }) => forkedFrom ?? []);
  for (let id = wanted.pop(); id !== undefined; id = wanted.pop()) {
    if (forks.has(id)) continue;
    const point = await catalog.point(id);
    forks.set(id, kinOf(point ?? { id }));
    if (point?.forkedFrom !== undefined) wanted.push(point.forkedFrom);
  }
  return forks;
}

/**
 * Whether what was read for one copy serves another. What is due first need not be the oldest: a newer point may have
 * gone into the bin before it.
 */
export const reachesTo = (surroundings: Surroundings, copy: CopyRecord): boolean =>
  stateOf(copy) >= surroundings.from;

/** The nearest on both sides of a copy, and along the sides that forked off between them. */
export function neighboursOf(
  id: RecoveryPointId,
  { copies, forks }: Pick<Surroundings, 'copies' | 'forks'>,
): readonly CopyRecord[] {
  const copy = copies.find((one) => one.id === id);
  if (!copy) return [];
  const there = new Map(copies.filter(holdsItems).map((one) => [one.id, one]));
  return nearestKin(kinOf(copy), [...there.values()].map(kinOf), forks).map((kin) => there.get(kin.id)!);
}

export const withoutCopy = (surroundings: Surroundings, id: RecoveryPointId): Surroundings => ({
  ...surroundings,
  copies: surroundings.copies.filter((copy) => copy.id !== id),
});

export const provenNow = (copies: readonly CopyRecord[]): number =>
  copies.filter(({ state }) => state === 'proven').length;
