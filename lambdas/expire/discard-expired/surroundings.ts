import { IN_FLIGHT } from '../../../core/catalog/life-cycle.ts';
import type { CopyRecord, CopyState, RecoveryPoint } from '../../../core/catalog/recovery-point.ts';
import { type RecoveryPointId, scheduledAtOf } from '../../../core/ids/names.ts';
import type { Catalog } from '../../../core/ports/catalog.ts';
import { days, earlier, instant, later } from '../../../core/time/instant.ts';

/** What else there is of a cluster in this region: what a discard must not rob. */
export interface Surroundings {
  /** Copies that lie in this region, oldest state first. */
  readonly copies: readonly CopyRecord[];
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

/** By the state that is held. Two captures of the same second are apart by their ids. */
const order = (a: CopyRecord, b: CopyRecord): number =>
  stateOf(a) - stateOf(b) || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0);
const thereOf = (copies: readonly CopyRecord[]): CopyRecord[] =>
  copies.filter(({ state }) => THERE.has(state)).sort(order);

/**
 * A copy that failed goes into the bin with its point, and may have no manifest there that could be read. Nothing
 * restores from it, so what only it names need not stay. It has neighbours itself: what they name is not removed with it.
 */
const holdsItems = ({ state, provenAt }: CopyRecord): boolean =>
  state !== 'expiring' || provenAt !== undefined;
const stateOf = (copy: CopyRecord): number => copy.takenAt ?? scheduledAtOf(copy.id) ?? 0;

/**
 * Reads what lies around a copy that is due, and not the cluster's whole history: everything from a little before it
 * on, and further back only until the nearest older one is found.
 */
export async function around(
  catalog: Pick<Catalog, 'copies' | 'points'>,
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
    if (copies.some((other) => holdsItems(other) && stateOf(other) >= unread && stateOf(other) < mine))
      return { copies, inFlight, from: mine };
  }
  return { copies: thereOf(await catalog.copies(cluster, region)), inFlight, from: mine };
}

/**
 * Whether what was read for one copy serves another. What is due first need not be the oldest: a newer point may have
 * gone into the bin before it.
 */
export const reachesTo = (surroundings: Surroundings, copy: CopyRecord): boolean =>
  stateOf(copy) >= surroundings.from;

/** The nearest on both sides of a copy. */
export function neighboursOf(id: RecoveryPointId, copies: readonly CopyRecord[]): readonly CopyRecord[] {
  const at = copies.findIndex((copy) => copy.id === id);
  if (at < 0) return [];
  const before = copies.slice(0, at).findLast(holdsItems);
  const after = copies.slice(at + 1).find(holdsItems);
  return [before, after].filter((copy) => copy !== undefined);
}

export const withoutCopy = (surroundings: Surroundings, id: RecoveryPointId): Surroundings => ({
  ...surroundings,
  copies: surroundings.copies.filter((copy) => copy.id !== id),
});

export const provenNow = (copies: readonly CopyRecord[]): number =>
  copies.filter(({ state }) => state === 'proven').length;
