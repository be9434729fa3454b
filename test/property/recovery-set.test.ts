import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Restorable, recoverySet } from '../../core/groups/recovery-set.ts';
import { instant, minutes } from '../../core/time/instant.ts';

const at = (minute: number) => instant(minute * 60_000);

const member = fc.record({
  points: fc.array(fc.nat(60), { maxLength: 6 }),
  windows: fc.array(fc.tuple(fc.nat(60), fc.nat(20)), { maxLength: 2 }),
});
const members = fc.array(member, { minLength: 1, maxLength: 4 }).map((all) =>
  all.map(
    ({ points, windows }, n): Restorable => ({
      cluster: `c${n}`,
      points: points.map(at),
      windows: windows.map(([from, length]) => ({ earliest: at(from), latest: at(from + length) })),
    }),
  ),
);

const can = ({ points, windows }: Restorable, minute: number): boolean =>
  points.includes(at(minute)) ||
  windows.some(({ earliest, latest }) => earliest <= at(minute) && at(minute) <= latest);

/** Every minute is tried: the latest at which each member has one not before it and at most the skew behind. */
function byTrying(all: readonly Restorable[], skew: number): readonly number[] | undefined {
  for (let minute = 80; minute >= 0; minute--) {
    const chosen = all.map((one) => {
      for (let ahead = minute; ahead <= minute + skew; ahead++) if (can(one, ahead)) return ahead;
      return undefined;
    });
    if (chosen.every((one) => one !== undefined) && chosen.includes(minute)) return chosen as number[];
  }
  return undefined;
}

describe('a recovery set', () => {
  test('is the one that is found by trying every instant', () => {
    fc.assert(
      fc.property(members, fc.nat(15), (all, skew) => {
        const found = recoverySet(all, minutes(skew));
        const tried = byTrying(all, skew);
        expect(found?.members.map(({ instant: chosen }) => chosen)).toEqual(tried?.map(at));
      }),
      { numRuns: 500 },
    );
  });

  test('brings every member to an instant that it has, none before the set and none too far ahead', () => {
    fc.assert(
      fc.property(members, fc.nat(15), (all, skew) => {
        const found = recoverySet(all, minutes(skew));
        if (!found) return;
        for (const [n, { instant: chosen, skew: ahead }] of found.members.entries()) {
          expect(can(all[n]!, chosen / 60_000)).toBe(true);
          expect(chosen - found.at).toBe(ahead);
          expect(ahead).toBeGreaterThanOrEqual(0);
          expect(ahead).toBeLessThanOrEqual(minutes(skew));
        }
        expect(found.skew).toBe(Math.max(...found.members.map((each) => each.skew)));
        expect(found.members.some(({ skew: ahead }) => ahead === 0)).toBe(true);
      }),
      { numRuns: 300 },
    );
  });

  test('moves forward with every further point of one member, and never back', () => {
    fc.assert(
      fc.property(members, fc.nat(15), fc.nat(60), (all, skew, more) => {
        const before = recoverySet(all, minutes(skew));
        const [first, ...others] = all;
        const after = recoverySet(
          [{ ...first!, points: [...first!.points, at(more)] }, ...others],
          minutes(skew),
        );
        if (before) expect(after!.at).toBeGreaterThanOrEqual(before.at);
      }),
      { numRuns: 300 },
    );
  });

  test('of nobody, or of one that has nothing, there is none', () => {
    expect(recoverySet([], minutes(5))).toBeUndefined();
    const full = { cluster: 'a', points: [at(1)], windows: [] };
    expect(recoverySet([full, { cluster: 'b', points: [], windows: [] }], minutes(5))).toBeUndefined();
  });
});
