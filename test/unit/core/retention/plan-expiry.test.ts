import { describe, expect, it } from 'vitest';
import type { RecoveryPoint } from '../../../../core/catalog/recovery-point.ts';
import { decide, type ParentsOf } from '../../../../core/retention/decide.ts';
import { ALWAYS_ALLOWED, planExpiry } from '../../../../core/retention/plan-expiry.ts';
import { type Keeping, rulesFor } from '../../../../core/retention/rules.ts';
import { days, hours, later } from '../../../../core/time/instant.ts';
import { at, hold, point, retain } from './timeline.ts';

const now = at('2026-11-21T12:00:00Z');
const start = at('2026-11-01T00:00:00Z');
const history = (count: number): RecoveryPoint[] =>
  Array.from({ length: count }, (_, n) => point(later(start, hours(n))));

const planOf = (
  points: readonly RecoveryPoint[],
  keeping: Keeping,
  { share = 0.5, floor = 0, parentsOf }: { share?: number; floor?: number; parentsOf?: ParentsOf } = {},
) =>
  planExpiry(
    'orders',
    decide(points, rulesFor(keeping), now, parentsOf),
    { plan: 'gold', minimumKeep: floor, maxExpireShare: share },
    now,
    parentsOf,
  );

describe('an expire plan', () => {
  it('lists what lost its last reason, oldest first, and counts the rest', () => {
    const points = history(6);
    const plan = planOf([...points].reverse(), retain({ keepLast: 4 }));
    expect(plan.expire.map(({ id }) => id)).toEqual([points[0]!.id, points[1]!.id]);
    expect(plan).toMatchObject({ cluster: 'orders', considered: 6, kept: 4, refusals: [] });
    expect(plan.expire[0]!.reason).toEqual({
      name: 'NoReasonToKeep',
      message: `no rule of plan gold, no hold and no other recovery point keeps ${points[0]!.id} any longer`,
    });
  });

  it('reads the same after a trip through JSON', () => {
    const plan = planOf(history(9), { ...retain({ keepLast: 2 }), holds: [hold('x', history(1)[0]!.id)] });
    expect(JSON.parse(JSON.stringify(plan))).toEqual(plan);
  });

  it('is empty when nothing is there', () => {
    expect(planOf([], retain({ keepLast: 1 }))).toMatchObject({ considered: 0, kept: 0, expire: [] });
  });

  it('lets dependents go before what they need: F1 I1 I2 goes as I2, I1, F1', () => {
    const [full, first, second, next] = history(4) as [
      RecoveryPoint,
      RecoveryPoint,
      RecoveryPoint,
      RecoveryPoint,
    ];
    const parents = new Map([
      [first.id, [full.id]],
      [second.id, [first.id]],
    ]);
    const plan = planOf([full, first, second, next], retain({ keepLast: 1 }), {
      parentsOf: (p) => parents.get(p.id) ?? [],
    });
    expect(plan.expire.map(({ id }) => id)).toEqual([second.id, first.id, full.id]);
  });
});

describe('an expire plan refuses', () => {
  it('what only a legal hold keeps, and says by which name', () => {
    const points = history(3);
    const plan = planOf(points, { ...retain({ keepLast: 2 }), holds: [hold('litigation-7', points[0]!.id)] });
    expect(plan.expire).toEqual([]);
    expect(plan.refusals).toEqual([
      {
        id: points[0]!.id,
        reason: {
          name: 'LegalHoldActive',
          message: expect.stringContaining('legal-hold:litigation-7'),
        },
      },
    ]);
  });

  it('what only the floor keeps, because then no newer point was sealed for long', () => {
    const plan = planOf(history(3), retain({ keepWithin: days(1), minimumKeep: 2 }), { floor: 2 });
    expect(plan.refusals.map(({ reason }) => reason.name)).toEqual(['BelowMinimumKeep', 'BelowMinimumKeep']);
    expect(plan.kept).toBe(2);
  });

  it('to go below the floor, though the rules that it was given forgot the floor', () => {
    const points = history(4);
    const plan = planExpiry(
      'orders',
      points.map((p) => ({ point: p, keep: [] })),
      { plan: 'gold', minimumKeep: 3, maxExpireShare: 1 },
      now,
    );
    expect(plan.expire.map(({ id }) => id)).toEqual([points[0]!.id]);
    expect(plan.refusals.map(({ id }) => id)).toEqual([points[3]!.id, points[2]!.id, points[1]!.id]);
  });

  it('a run that would expire more than the share, as a whole, with the numbers', () => {
    const plan = planOf(history(100), retain({ keepLast: 60 }), { share: 0.25 });
    expect(plan.expire).toEqual([]);
    expect(plan.kept).toBe(100);
    expect(plan.halted?.name).toBe('ExpiryTooLarge');
    expect(plan.halted?.message).toContain(
      '40 of 100 recovery points of orders would expire in one run and 25 may',
    );
  });

  it('nothing of a run that stays within the share', () => {
    expect(planOf(history(100), retain({ keepLast: 75 }), { share: 0.25 }).expire).toHaveLength(25);
  });

  it('nothing of a few points of a small cluster, whatever their share', () => {
    const plan = planOf(history(ALWAYS_ALLOWED + 1), retain({ keepLast: 1 }), { share: 0.01 });
    expect(plan.expire).toHaveLength(ALWAYS_ALLOWED);
  });
});
