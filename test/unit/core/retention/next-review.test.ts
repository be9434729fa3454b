import { describe, expect, it } from 'vitest';
import { decide } from '../../../../core/retention/decide.ts';
import { nextReview, REVIEW_EVERY } from '../../../../core/retention/next-review.ts';
import { type Keeping, rulesFor } from '../../../../core/retention/rules.ts';
import type { Instant } from '../../../../core/time/instant.ts';
import { days, hours, iso, later } from '../../../../core/time/instant.ts';
import { at, hold, point, retain } from './timeline.ts';

const now = at('2026-11-21T12:00:00Z');
const reviewOf = (when: string, keeping: Keeping, others: string[] = []): Instant => {
  const decisions = decide(
    [when, ...others].map((w) => point(w)),
    rulesFor(keeping),
    now,
  );
  return nextReview(decisions.find(({ point: p }) => p.scheduledAt === at(when))!, now);
};

describe('when a point is looked at again', () => {
  it('is when its age rule ends', () => {
    expect(iso(reviewOf('2026-11-21T00:00:00Z', retain({ keepWithin: hours(24) })))).toBe(
      '2026-11-22T00:00:00Z',
    );
  });

  it('is when the last of several reasons can end, not the first', () => {
    const keeping = { ...retain({ keepWithin: hours(13) }), lockedFor: hours(30) };
    expect(iso(reviewOf('2026-11-21T00:00:00Z', keeping))).toBe('2026-11-22T06:00:00Z');
  });

  it('is the next midnight of the plan for the oldest daily that still counts', () => {
    const berlin = retain({ daily: 2 }, 'Europe/Berlin');
    expect(iso(reviewOf('2026-11-20T03:00:00Z', berlin, ['2026-11-21T03:00:00Z']))).toBe(
      '2026-11-21T23:00:00Z',
    );
  });

  it('is never less than an hour away, so that one point cannot be read all day', () => {
    expect(reviewOf('2026-11-21T11:00:00Z', retain({ keepLast: 1 }))).toBe(later(now, hours(1)));
  });

  it('is the weekly look for what only a person can end', () => {
    for (const keeping of [
      { ...retain({}), holds: [hold('litigation-7')] },
      { plan: undefined, holds: [] },
    ]) {
      const review = reviewOf('2020-01-01T00:00:00Z', keeping);
      expect(review).toBeGreaterThanOrEqual(later(now, days(1)));
      expect(review).toBeLessThan(later(now, days(8)));
    }
  });

  it('is the same weekly look for all long-kept points of a cluster, and another one for another cluster', () => {
    const long = retain({ yearly: 50 });
    const years = ['2019-06-01T00:00:00Z', '2020-06-01T00:00:00Z', '2021-06-01T00:00:00Z'];
    const looks = years.map((year) =>
      reviewOf(
        year,
        long,
        years.filter((other) => other !== year),
      ),
    );
    expect(new Set(looks).size).toBe(1);
    const billing = {
      point: point('2020-01-01T00:00:00Z', { cluster: 'billing' }),
      keep: [{ kind: 'no-plan' } as const],
    };
    expect(nextReview(billing, now) % REVIEW_EVERY).not.toBe(looks[0]! % REVIEW_EVERY);
  });
});
