import { describe, expect, test } from 'vitest';
import { forecastOf } from '../../../../core/objectives/forecast.ts';
import { protectionOf } from '../../../../core/objectives/label.ts';
import { days, earlier, hours, milliseconds } from '../../../../core/time/instant.ts';
import { clusterOf, GB, NOON, PLAN, pointAt, restoreOf, situationOf } from '../../../support/situations.ts';

const AURORA = clusterOf('aurora');
/** Of each of the last thirty days, grown by so much a day up to today. */
const grown = (today: number, perDay: number) =>
  Array.from({ length: 31 }, (_, n) => pointAt(earlier(NOON, days(n)), (today - perDay * n) * GB));
const forecast = (points = grown(100, 0), restores = [restoreOf(NOON, 1, 0)].slice(1)) =>
  forecastOf(AURORA, PLAN, { points, restores }, NOON);

describe('the forecast of a restore', () => {
  test('begins with what is configured or published, and says so', () => {
    // 30 min of steps, and 100 GB at 100 MB/s.
    expect(forecast().duration).toBe(milliseconds(1_000 * (1_800 + 1_000)));
    expect(forecast().lines[0]).toMatch(/as configured or published/);
  });

  test('takes the expected size while no size is known', () => {
    expect(forecast([]).bytes).toBe(100 * GB);
    const snapshot = pointAt(NOON, 0);
    expect(forecast([snapshot]).bytes).toBe(100 * GB);
  });

  test('goes through the only measurement, whatever was configured', () => {
    expect(forecast(grown(100, 0), [restoreOf(earlier(NOON, days(1)), 100 * GB, 5_600)]).duration).toBe(
      5_600_000,
    );
  });

  test('a small drill that was quick does not make the rate of a large restore better', () => {
    const { fit } = forecast(grown(100, 0), [restoreOf(earlier(NOON, days(1)), 1 * GB, 60)]);
    expect(1 / fit.secondsPerByte).toBeCloseTo(100e6);
    expect(fit.fixedSeconds).toBeCloseTo(50);
  });

  test('names a restore that it does not count', () => {
    const restores = [10, 20, 40, 80, 100].map((size, n) =>
      restoreOf(earlier(NOON, days(n + 1)), size * GB, 600 + 10 * size),
    );
    const { fit, lines } = forecast(grown(100, 0), [
      ...restores,
      restoreOf(earlier(NOON, days(9)), 50 * GB, 40_000),
    ]);
    expect(fit.fixedSeconds).toBeCloseTo(600);
    expect(lines.join('\n')).toMatch(/not counted: 11 h 7 min for 50 GB/);
  });

  test('what drills of different sizes took is where the steps and the rate come from', () => {
    const drilled = [10, 20, 40].map((size, n) => ({
      ...restoreOf(earlier(NOON, days(n + 1)), size * GB, 600 + 10 * size),
      drill: { id: `drill-${n}`, deadline: NOON },
    }));
    const { fit, duration, lines } = forecast(grown(100, 0), drilled);
    expect(fit.by).toBe('fitted');
    expect(fit.fixedSeconds).toBeCloseTo(600);
    expect(1 / fit.secondsPerByte).toBeCloseTo(100e6, -3);
    expect(duration).toBe(milliseconds(1_600_000));
    expect(lines[0]).toContain('fitted to 3 measured restores');
  });

  test('a failed restore measures nothing', () => {
    const failed = { ...restoreOf(earlier(NOON, days(1)), 100 * GB, 9), state: 'failed' as const };
    expect(forecast(grown(100, 0), [failed]).fit.by).toBe('configured');
  });
});

describe('growth', () => {
  const warned = (today: number, perDay: number) =>
    protectionOf(situationOf({ points: grown(today, perDay) }), NOON)
      .label.risks.filter(({ name }) => name.startsWith('Rto'))
      .map(({ name, message }) => `${name}: ${message.replace(/;.*|\(.*/g, '')}`.trim());

  test('says in how many days a restore takes longer than its objective', () => {
    // 4 h less 30 min of steps are 1,260 GB; 46 GB less are 23 days of 2 GB.
    expect(warned(1_214, 2)).toEqual([
      expect.stringContaining('longer than its objective in 23 days: the objective is 4 h'),
    ]);
  });

  test('that leaves more than a month is no risk yet, but stands in the label', () => {
    expect(warned(1_180, 2)).toEqual([]);
    expect(protectionOf(situationOf({ points: grown(1_180, 2) }), NOON).label.rto.passesInDays).toBe(40);
  });

  test('of a cluster that shrinks, or stands, passes nothing', () => {
    expect(forecast(grown(1_000, -2)).passesIn).toBeUndefined();
    expect(forecast(grown(1_000, 0)).passesIn).toBeUndefined();
  });

  test('that has passed the objective is said as what it is', () => {
    expect(warned(2_000, 0)[0]).toMatch(
      /^RtoMissed: a restore would take 6 h 3 min, and the objective is 4 h/,
    );
  });

  test('is not read off incrementals, which hold a part', () => {
    const mixed = grown(500, 0).flatMap((point) => [
      point,
      pointAt(earlier(point.takenAt!, hours(6)), 3 * GB, { kind: 'incremental' }),
    ]);
    expect(forecast(mixed)).toMatchObject({ bytes: 500 * GB, bytesPerDay: 0 });
  });
});
