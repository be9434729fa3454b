import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fitLine, type Line, secondsOf, TIMINGS_MAX, type Timing } from '../../core/objectives/fit.ts';
import { growthOf } from '../../core/objectives/forecast.ts';
import { days, earlier, instant } from '../../core/time/instant.ts';
import { NOW } from './arbitraries.ts';

const GB = 1e9;
const bytes = fc.integer({ min: 0, max: 50_000 }).map((n) => n * GB);
const seconds = fc.integer({ min: 0, max: 200_000 });
const at = fc.integer({ min: 0, max: 1_000 }).map((n) => instant(NOW - n * 3_600_000));
const timing: fc.Arbitrary<Timing> = fc.record({ at, bytes, seconds });
const configured: fc.Arbitrary<Line> = fc
  .record({ fixed: fc.integer({ min: 60, max: 3_600 }), rate: fc.integer({ min: 1, max: 2_000 }) })
  .map(({ fixed, rate }) => ({ fixedSeconds: fixed, secondsPerByte: 1 / (rate * 1e6) }));

/** Measurements that lie on a line but for a percent, at sizes well apart. */
const onLine = fc
  .record({
    line: configured,
    sizes: fc.uniqueArray(fc.integer({ min: 1, max: 30 }), { minLength: 5, maxLength: TIMINGS_MAX }),
    noise: fc.array(fc.integer({ min: -10, max: 10 }), { minLength: TIMINGS_MAX, maxLength: TIMINGS_MAX }),
  })
  .filter(({ sizes }) => Math.max(...sizes) >= 2 * Math.min(...sizes))
  .map(({ line, sizes, noise }) => ({
    line,
    timings: sizes.map((n, i) => ({
      at: instant(NOW - i * 1_000),
      bytes: n * 100 * GB,
      seconds: secondsOf(line, n * 100 * GB) * (1 + noise[i]! / 1_000),
    })),
  }));

describe('the forecast of a restore', () => {
  test('is never negative, and never less for more data', () => {
    fc.assert(
      fc.property(fc.array(timing, { maxLength: 20 }), configured, bytes, bytes, (timings, line, a, b) => {
        const fitted = fitLine(timings, line);
        const [less, more] = [secondsOf(fitted, Math.min(a, b)), secondsOf(fitted, Math.max(a, b))];
        expect(fitted.fixedSeconds).toBeGreaterThanOrEqual(0);
        expect(fitted.secondsPerByte).toBeGreaterThanOrEqual(0);
        expect(Number.isFinite(more)).toBe(true);
        expect(more).toBeGreaterThanOrEqual(less);
      }),
    );
  });

  test('does not depend on the order in which measurements are given', () => {
    const distinct = fc.uniqueArray(timing, { maxLength: 20, selector: (each) => each.at });
    fc.assert(
      fc.property(distinct, configured, (timings, line) => {
        const [one, other] = [fitLine(timings, line), fitLine(timings.toReversed(), line)];
        expect(other).toEqual(one);
      }),
    );
  });

  test('is what was configured before the first measurement', () => {
    fc.assert(
      fc.property(configured, (line) => {
        expect(fitLine([], line)).toMatchObject({ ...line, by: 'configured' });
      }),
    );
  });

  test('of the size that was measured once is what it took', () => {
    fc.assert(
      fc.property(timing, configured, (once, line) => {
        expect(secondsOf(fitLine([once], line), once.bytes)).toBeCloseTo(once.seconds, 3);
      }),
    );
  });

  test('of one size that was measured often is the middle of what it took', () => {
    const times = fc.array(seconds, { minLength: 1, maxLength: 3 });
    fc.assert(
      fc.property(times, bytes, configured, (took, size, line) => {
        const fitted = fitLine(
          took.map((each, n) => ({ at: instant(NOW - n), bytes: size, seconds: each })),
          line,
        );
        expect(fitted.by).toBe('scaled');
        const forecast = secondsOf(fitted, size);
        expect(forecast).toBeGreaterThanOrEqual(Math.min(...took) - 0.001);
        expect(forecast).toBeLessThanOrEqual(Math.max(...took) + 0.001);
      }),
    );
  });

  test('finds the steps and the rate behind measurements of several sizes', () => {
    fc.assert(
      fc.property(onLine, configured, ({ line, timings }, other) => {
        const fitted = fitLine(timings, other);
        const largest = Math.max(...timings.map((each) => each.bytes));
        expect(Math.abs(secondsOf(fitted, largest) / secondsOf(line, largest) - 1)).toBeLessThan(0.05);
      }),
    );
  });

  test('is hardly moved by one restore that took ten times as long, or none at all', () => {
    const wild = fc.constantFrom(0, 10);
    fc.assert(
      fc.property(onLine, fc.nat(), wild, ({ line, timings }, which, factor) => {
        const n = which % timings.length;
        const struck = timings.map((each, i) =>
          i === n ? { ...each, seconds: factor * each.seconds } : each,
        );
        const fitted = fitLine(struck, line);
        expect(fitted.leftOut).toHaveLength(1);
        const kept = Math.max(...fitted.used.map((each) => each.bytes));
        expect(Math.abs(secondsOf(fitted, kept) / secondsOf(line, kept) - 1)).toBeLessThan(0.1);
      }),
    );
  });
});

describe('the growth of a cluster', () => {
  const daily = fc.record({
    start: fc.integer({ min: 0, max: 1_000 }),
    growth: fc.integer({ min: -5, max: 50 }),
  });

  test('is what it grows by each day, although one night held nothing or twice as much', () => {
    fc.assert(
      fc.property(daily, fc.integer({ min: 0, max: 29 }), fc.constantFrom(0, 2), (grown, night, factor) => {
        const sizes = Array.from({ length: 30 }, (_, n) => {
          const size = (grown.start + 500 + grown.growth * n) * GB;
          return { at: earlier(NOW, days(30 - n)), bytes: n === night ? factor * size : size };
        });
        expect(growthOf(sizes, NOW)! / GB).toBeCloseTo(grown.growth, 3);
      }),
    );
  });

  test('is not known from a few days', () => {
    const sizes = [3, 2, 1].map((n) => ({ at: earlier(NOW, days(n)), bytes: n * GB }));
    expect(growthOf(sizes, NOW)).toBeUndefined();
  });
});
