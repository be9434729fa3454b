import type { RecoveryPointId } from '../ids/names.ts';

/*
 * Points that share stored items form an unbroken run while captures of a cluster take turns. When another region takes
 * over, its first capture is compared with a point that may not be the last one of the old side:
 *
 *     home    P1 ─ P2 ─ P3 ─ P4
 *                   └─ T1 ─ T2          T1 was compared with P2, the newest that had come there
 *                            └─ P5      and after the way home P5 with T2
 *
 * T1 may name an item that P2 names and P3 does not. The points that name one item are connected along this tree and no
 * longer along time, so neighbours are found along the tree. From one point one side forks off: the captures of a side take
 * turns, and the seal refuses a second first one.
 */

/** What lies in one region of a cluster. */
export interface Kin {
  readonly id: RecoveryPointId;
  /** The state that it holds. */
  readonly at: number;
  /** Where its side forked off; absent on the first. */
  readonly forkedFrom?: RecoveryPointId | undefined;
}

const sideOf = ({ forkedFrom }: Pick<Kin, 'forkedFrom'>): string => forkedFrom ?? '';

/** In the order of the states they hold. Two captures of the same second are apart by their ids. */
export const byState = (a: Kin, b: Kin): number => a.at - b.at || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0);

/**
 * The nearest of those that lie there along every way that leads away from a point: whatever else names an item of it, one
 * of these names it too.
 *
 * @param there what lies there and may name items
 * @param forks the points that sides forked off from, also those that are gone
 */
export function nearestKin<T extends Kin>(
  of: Kin,
  there: readonly T[],
  forks: ReadonlyMap<RecoveryPointId, Kin>,
): readonly T[] {
  const others = there.filter(({ id }) => id !== of.id).sort(byState);
  const sides = Map.groupBy(others, sideOf);
  const found = new Set<T>();
  const seen = new Set<string>();

  /** Looks from a place of a side to both ends of it, and into the sides that fork off before somebody is met. */
  const look = (side: string, from: Kin | undefined): void => {
    const members = sides.get(side) ?? [];
    const before = from && members.findLast((one) => byState(one, from) <= 0);
    const after = from ? members.find((one) => byState(one, from) > 0) : members[0];
    if (before) found.add(before);
    if (before && before.id === from?.id) return;
    if (after) found.add(after);
    const stretch = `${side} ${before?.id} ${after?.id}`;
    if (seen.has(stretch)) return;
    seen.add(stretch);
    const between = (fork: Kin): boolean =>
      sideOf(fork) === side && (!before || byState(before, fork) < 0) && (!after || byState(fork, after) < 0);
    for (const fork of forks.values()) if (between(fork)) look(fork.id, undefined);
    const root = before ? undefined : forks.get(side);
    if (root) look(sideOf(root), root);
  };
  look(sideOf(of), of);
  return others.filter((one) => found.has(one));
}
