import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Cron, parseCron } from '../../../../core/plan/cron.ts';
import { periodOf } from '../../../../core/plan/period.ts';
import { isTimeZone, runsBetween } from '../../../../core/plan/schedule.ts';
import { days, hours, instant, iso, later, minutes, parseInstant } from '../../../../core/time/instant.ts';
import { installed } from './installed.ts';

function cron(expression: string): Cron {
  const read = parseCron(expression);
  if (typeof read === 'string') throw new Error(read);
  return read;
}

const runs = (expression: string, zone: string, from: string, to: string): string[] =>
  runsBetween(cron(expression), zone, parseInstant(from)!, parseInstant(to)!).map(iso);

describe('what Scheduler runs', () => {
  test('days of the week count from Sunday as 1', () => {
    expect(runs('0 3 ? * 2 *', 'UTC', '2026-11-01T00:00Z', '2026-11-15T00:00Z')).toEqual([
      '2026-11-02T03:00:00Z',
      '2026-11-09T03:00:00Z',
    ]);
  });

  test('the last Friday, the first Monday, the last day and the nearest weekday are found', () => {
    const november = ['2026-11-01T00:00Z', '2026-12-01T00:00Z'] as const;
    expect(runs('0 3 ? * 6L *', 'UTC', ...november)).toEqual(['2026-11-27T03:00:00Z']);
    expect(runs('0 3 ? * 2#1 *', 'UTC', ...november)).toEqual(['2026-11-02T03:00:00Z']);
    expect(runs('0 3 L * ? *', 'UTC', ...november)).toEqual(['2026-11-30T03:00:00Z']);
    expect(runs('0 3 15W * ? *', 'UTC', ...november)).toEqual(['2026-11-16T03:00:00Z']);
  });

  test('a step may start anywhere and a name stands for its number', () => {
    expect(runs('10/25 3 1 JAN ? 2027', 'UTC', '2026-11-01T00:00Z', '2028-11-01T00:00Z')).toEqual([
      '2027-01-01T03:10:00Z',
      '2027-01-01T03:35:00Z',
    ]);
  });

  test('a local time that the clocks skip has no run', () => {
    expect(runs('30 2 * * ? *', 'Europe/Berlin', '2026-03-28T00:00Z', '2026-03-31T00:00Z')).toEqual([
      '2026-03-28T01:30:00Z',
      '2026-03-30T00:30:00Z',
    ]);
  });

  test('a local time that the clocks repeat has its run the first time only', () => {
    expect(runs('0 * * * ? *', 'Europe/Berlin', '2026-10-24T23:00Z', '2026-10-25T03:00Z')).toEqual([
      '2026-10-24T23:00:00Z',
      '2026-10-25T00:00:00Z',
      '2026-10-25T02:00:00Z',
    ]);
  });

  test('two stretches of time hold the runs of both together', () => {
    const at = fc.integer({ min: Date.UTC(2026, 0, 1), max: Date.UTC(2027, 0, 1) }).map(instant);
    const zone = fc.constantFrom(
      'UTC',
      'Europe/Berlin',
      'America/New_York',
      'Asia/Kolkata',
      'Australia/Lord_Howe',
    );
    const expression = fc.constantFrom('0 * * * ? *', '30 2 * * ? *', '15 1 ? * SUN *', '0/20 0-3 * * ? *');
    fc.assert(
      fc.property(expression, zone, at, at, (text, timeZone, a, b) => {
        const start = instant(Math.min(a, b));
        const middle = instant(Math.max(a, b));
        const end = later(middle, days(3));
        const both = [
          ...runsBetween(cron(text), timeZone, start, middle),
          ...runsBetween(cron(text), timeZone, middle, end),
        ];
        expect(runsBetween(cron(text), timeZone, start, end)).toEqual(both);
      }),
      { numRuns: 20 },
    );
  });
});

describe('expressions that cannot be read', () => {
  test.each([
    ['* * *', /six fields/],
    ['0 * * * * *', /is "\?"/],
    ['0 * ? * ? *', /is "\?"/],
    ['0 25 * * ? *', /"25" is out of range: hours are 0 to 23/],
    ['60 * * * ? *', /minutes are 0 to 59/],
    ['a * * * ? *', /not a minutes field/],
    ['0 22-3 * * ? *', /runs backwards/],
    ['0/0 * * * ? *', /steps by nothing/],
    ['0 3 ? * 0 *', /day of week are 1 to 7/],
    ['0 3 ? * FUN *', /out of range/],
    ['0 3 32 * ? *', /day of month are 1 to 31/],
  ])('%s says what is wrong', (expression, why) => {
    expect(parseCron(expression)).toMatch(why);
  });

  test('time zones are those of the IANA database', () => {
    expect(isTimeZone('Europe/Berlin')).toBe(true);
    expect(isTimeZone('Mars/Olympus')).toBe(false);
  });
});

test('a period is the least time between two runs, on the day the clocks go forward too', () => {
  const plan = installed().plans[0]!;
  const daily = { ...plan.rules[0]!, cron: '0 12 * * ? *' };
  expect(periodOf(plan, plan.rules[0]!)).toBe(hours(1));
  expect(periodOf(plan, daily)).toBe(days(1));
  expect(periodOf({ ...plan, timeZone: 'Europe/Berlin' }, daily)).toBe(hours(23));
  expect(periodOf(plan, { ...daily, cron: '0/5 * * * ? *' })).toBe(minutes(5));
});
