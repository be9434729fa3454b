import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { RecoveryPoint } from '../../core/catalog/recovery-point.ts';
import { type Decision, decide } from '../../core/retention/decide.ts';
import { printKeepReason } from '../../core/retention/keep-reason.ts';
import { nextReview } from '../../core/retention/next-review.ts';
import { newestFirst, newestStateFirst } from '../../core/retention/order.ts';
import { planExpiry } from '../../core/retention/plan-expiry.ts';
import { type Keeping, rulesFor } from '../../core/retention/rules.ts';
import { days, hours, type Instant, instant, later, minutes } from '../../core/time/instant.ts';
import { NOW, retention, situation } from './arbitraries.ts';

const decided = (points: readonly RecoveryPoint[], keeping: Keeping, now: Instant = NOW) =>
  decide(points, rulesFor(keeping), now);
const keptIds = (points: readonly RecoveryPoint[], keeping: Keeping, now?: Instant) =>
  new Set(
    decided(points, keeping, now)
      .filter(({ keep }) => keep.length > 0)
      .map(({ point }) => point.id),
  );
const includes = (all: ReadonlySet<string>, some: ReadonlySet<string>) =>
  [...some].every((id) => all.has(id));
const withoutFloor = ({ point, keep }: Decision) => ({
  point,
  keep: keep.filter(({ kind }) => kind !== 'minimum-keep'),
});
const floorOf = (decisions: readonly Decision[]) =>
  new Set(
    decisions
      .filter(({ keep }) => keep.some(({ kind }) => kind === 'minimum-keep'))
      .map(({ point }) => point.id),
  );

describe('decide', () => {
  it('does not depend on the order in which the points come', () => {
    fc.assert(
      fc.property(
        situation.chain(({ points, keeping }) =>
          fc.record({
            points: fc.constant(points),
            keeping: fc.constant(keeping),
            shuffled: fc.shuffledSubarray(points, { minLength: points.length }),
          }),
        ),
        ({ points, keeping, shuffled }) => {
          expect(decided(shuffled, keeping)).toEqual(decided(points, keeping));
        },
      ),
    );
  });

  it('gives every sealed point one decision and no other point any, and changes none of them', () => {
    fc.assert(
      fc.property(situation, ({ points, keeping }) => {
        const before = JSON.stringify(points);
        const sealed = points.filter(({ state }) => state === 'sealed').sort(newestFirst);
        expect(decided(points, keeping).map(({ point }) => point)).toEqual(sealed);
        expect(JSON.stringify(points.sort((a, b) => newestFirst(b, a)))).toBe(before);
      }),
    );
  });

  it('never expires more when a rule is added or made longer', () => {
    fc.assert(
      fc.property(situation, retention, ({ points, keeping }, more) => {
        const less = keeping.plan!.retention;
        const sum = Object.fromEntries(
          (['keepLast', 'hourly', 'daily', 'weekly', 'monthly', 'yearly', 'minimumKeep'] as const).map(
            (rule) => [rule, less[rule] + more[rule]],
          ),
        );
        const longer = {
          ...less,
          ...sum,
          ...((less.keepWithin ?? more.keepWithin) && {
            keepWithin: ((less.keepWithin ?? 0) + (more.keepWithin ?? 0)) as ReturnType<typeof days>,
          }),
        };
        const plan = { timeZone: keeping.plan!.timeZone, retention: longer };
        expect(includes(keptIds(points, { ...keeping, plan }), keptIds(points, keeping))).toBe(true);
        const both = [
          ...rulesFor(keeping),
          ...rulesFor({ plan: { timeZone: 'UTC', retention: more }, holds: [] }),
        ];
        const kept = new Set(
          decide(points, both, NOW)
            .filter(({ keep }) => keep.length > 0)
            .map(({ point }) => point.id),
        );
        expect(includes(kept, keptIds(points, keeping))).toBe(true);
      }),
    );
  });

  it('never lets a manual point push out a scheduled one', () => {
    fc.assert(
      fc.property(situation, ({ points, keeping }) => {
        const floorless = {
          ...keeping,
          plan: { ...keeping.plan!, retention: { ...keeping.plan!.retention, minimumKeep: 0 } },
        };
        const scheduled = points.filter(({ manual }) => !manual);
        // A capture in flight holds on to what it is compared with, manual or not; that is not this law's subject.
        const quiet = (p: RecoveryPoint[]) => p.filter(({ state }) => state === 'sealed');
        expect(includes(keptIds(quiet(points), floorless), keptIds(quiet(scheduled), floorless))).toBe(true);
      }),
    );
  });

  it('lets the floor and every hold win, whatever the rules say', () => {
    fc.assert(
      fc.property(situation, fc.integer({ min: 0, max: 20_000 }), ({ points, keeping }, daysLater) => {
        const now = later(NOW, days(daysLater));
        const kept = keptIds(points, keeping, now);
        const sealed = points.filter(({ state }) => state === 'sealed').sort(newestStateFirst);
        for (const { id } of sealed.slice(0, keeping.plan!.retention.minimumKeep))
          expect(kept.has(id)).toBe(true);
        for (const { recoveryPoint } of keeping.holds) {
          if (sealed.some(({ id }) => id === recoveryPoint)) expect(kept.has(recoveryPoint!)).toBe(true);
        }
      }),
    );
  });

  it('expires nothing at all without a plan', () => {
    fc.assert(
      fc.property(situation, ({ points, keeping }) => {
        expect(decided(points, { ...keeping, plan: undefined }).every(({ keep }) => keep.length > 0)).toBe(
          true,
        );
      }),
    );
  });

  it('says the same of the newest points when the older ones are not given', () => {
    fc.assert(
      fc.property(situation, fc.nat(), ({ points, keeping }, n) => {
        const oldest = points[points.length === 0 ? 0 : n % points.length];
        const suffix = points.filter(({ scheduledAt }) => oldest && scheduledAt >= oldest.scheduledAt);
        const ofAll = decided(points, keeping).filter(({ point }) => suffix.includes(point));
        const ofPart = decided(suffix, keeping);
        expect(ofPart.map(withoutFloor)).toEqual(ofAll.map(withoutFloor));
        // A point that was due earlier and captured later takes a place in the floor; not to know of it keeps one more.
        expect(includes(floorOf(ofPart), floorOf(ofAll))).toBe(true);
      }),
      { numRuns: 300 },
    );
  });
});

describe('the next review', () => {
  it('is an hour to eight days away', () => {
    fc.assert(
      fc.property(situation, ({ points, keeping }) => {
        for (const decision of decided(points, keeping)) {
          const review = nextReview(decision, NOW);
          expect(review).toBeGreaterThanOrEqual(later(NOW, hours(1)));
          expect(review).toBeLessThanOrEqual(later(NOW, days(8)));
        }
      }),
    );
  });

  it('is not late for rules of the calendar: until then no bucket rule lets go, though points keep coming', () => {
    fc.assert(
      fc.property(
        situation,
        fc.constantFrom('hourly', 'daily', 'weekly', 'monthly'),
        ({ points, keeping }, kind) => {
          const zeroes = {
            keepLast: 0,
            hourly: 0,
            daily: 0,
            weekly: 0,
            monthly: 0,
            yearly: 0,
            minimumKeep: 0,
          };
          const only: Keeping = {
            plan: { timeZone: keeping.plan!.timeZone, retention: { ...zeroes, [kind]: 3 } },
            holds: [],
          };
          const sealed = points.filter(({ state, manual }) => state === 'sealed' && !manual);
          const template = sealed[0];
          if (!template) return;
          for (const { point, keep } of decided(sealed, only)) {
            const [reason] = keep;
            if (!reason || !('until' in reason) || reason.until === undefined) continue;
            const justBefore = instant(Math.min(reason.until, later(NOW, days(9))) - 1);
            const coming: RecoveryPoint[] = [];
            for (let at = later(NOW, minutes(15)); at <= justBefore; at = later(at, hours(1))) {
              coming.push({ ...template, id: `future-${at}`, scheduledAt: at });
            }
            expect(keptIds([...sealed, ...coming], only, justBefore).has(point.id)).toBe(true);
          }
        },
      ),
      { numRuns: 60 },
    );
  });
});

describe('an expire plan', () => {
  it('names each point once, only points without a reason, and leaves the floor', () => {
    const limits = fc.record({
      plan: fc.constant('gold'),
      minimumKeep: fc.integer({ min: 0, max: 5 }),
      maxExpireShare: fc.double({ min: 0, max: 1, noNaN: true }),
    });
    fc.assert(
      fc.property(situation, limits, ({ points, keeping }, limit) => {
        const decisions = decided(points, keeping);
        const plan = planExpiry('orders', decisions, limit, NOW);
        const reasons = new Map(decisions.map(({ point, keep }) => [point.id, keep.map(printKeepReason)]));
        for (const { id } of plan.expire) expect(reasons.get(id)).toEqual([]);
        expect(new Set(plan.expire.map(({ id }) => id)).size).toBe(plan.expire.length);
        expect(plan.kept + plan.expire.length).toBe(decisions.length);
        expect(plan.kept).toBeGreaterThanOrEqual(Math.min(limit.minimumKeep, decisions.length));
        expect(plan.expire.length).toBeLessThanOrEqual(Math.max(5, decisions.length * limit.maxExpireShare));
        expect(JSON.parse(JSON.stringify(plan))).toEqual(plan);
      }),
    );
  });
});
