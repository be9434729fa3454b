import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Kin, nearestKin } from '../../core/catalog/forks.ts';

/** A capture: on which of the sides that there are, or of a new one behind which point; and which keys changed since. */
interface Step {
  readonly pick: number;
  readonly fork: boolean;
  readonly from: number;
  readonly changed: readonly number[];
}

interface Point extends Kin {
  /** Key → the point under which its item is stored. */
  readonly items: ReadonlyMap<number, string>;
}

const KEYS = 5;

/** Each point goes on from the last of its side, or forks off from any point that none has forked off from yet. */
function pointsOf(steps: readonly Step[]): readonly Point[] {
  const points: Point[] = [];
  const last = new Map<string, Point>();
  for (const [n, { pick, fork, from, changed }] of steps.entries()) {
    const id = `p${String(n).padStart(2, '0')}`;
    const sides = [...last.values()];
    const free = points.filter((one) => !points.some(({ forkedFrom }) => forkedFrom === one.id));
    const root = fork ? free[from % Math.max(1, free.length)] : undefined;
    const base = root ?? sides[pick % Math.max(1, sides.length)];
    const forkedFrom = root?.id ?? base?.forkedFrom;
    const items = new Map(base?.items);
    for (const key of base ? changed : [0, 1, 2, 3, 4]) items.set(key % KEYS, id);
    const point = { id, at: n, ...(forkedFrom !== undefined && { forkedFrom }), items };
    points.push(point);
    last.set(forkedFrom ?? '', point);
  }
  return points;
}

const steps = fc.array(
  fc.record({
    pick: fc.nat(4),
    fork: fc.integer({ min: 0, max: 4 }).map((n) => n === 0),
    from: fc.nat(20),
    changed: fc.array(fc.nat(KEYS - 1), { maxLength: 3 }),
  }),
  { minLength: 2, maxLength: 16 },
);

const itemsOf = ({ items }: Point): readonly string[] =>
  [...items].map(([key, since]) => `${key} of ${since}`);

describe('points of sides that forked off from each other', () => {
  test('whatever another point names of one, one of its nearest names too, whichever are gone already', () => {
    fc.assert(
      fc.property(steps, fc.array(fc.nat(15)), (taken, order) => {
        const all = pointsOf(taken);
        const forks = new Map(
          all.filter(({ id }) => all.some(({ forkedFrom }) => forkedFrom === id)).map((one) => [one.id, one]),
        );
        let there = [...all];
        for (const n of order) {
          const gone = there[n % Math.max(1, there.length)];
          if (!gone) return;
          there = there.filter((one) => one !== gone);
          const near = new Set(nearestKin(gone, there, forks).flatMap(itemsOf));
          const needed = new Set(there.flatMap(itemsOf));
          expect(itemsOf(gone).filter((item) => needed.has(item) && !near.has(item))).toEqual([]);
        }
      }),
      { numRuns: 2_000 },
    );
  });

  test('on one side they are the two beside it', () => {
    const side = [0, 1, 2, 3, 4].map((at): Kin => ({ id: `p${at}`, at }));
    expect(nearestKin(side[2]!, side, new Map()).map(({ id }) => id)).toEqual(['p1', 'p3']);
  });

  test('of a point that another side forked off from behind, they are of both sides', () => {
    const home = [0, 1, 2, 3].map((at): Kin => ({ id: `p${at}`, at }));
    const away = [4, 5].map((at): Kin => ({ id: `t${at}`, at, forkedFrom: 'p1' }));
    const forks = new Map([['p1', home[1]!]]);
    const near = (of: Kin, there: readonly Kin[]) => nearestKin(of, there, forks).map(({ id }) => id);
    expect(near(home[0]!, [...home, ...away])).toEqual(['p1']);
    expect(near(home[1]!, [...home, ...away])).toEqual(['p0', 'p2', 't4']);
    expect(near(home[0]!, [home[2]!, home[3]!, ...away])).toEqual(['p2', 't4']);
    expect(near(away[0]!, [home[0]!, home[2]!, away[1]!])).toEqual(['p0', 'p2', 't5']);
  });
});
