import fc from 'fast-check';
import { expect, test } from 'vitest';
import { days, hours, instant, minutes } from '../../../../core/time/instant.ts';
import { occurrences } from '../../../../embedded/events/schedule-expression.ts';
import { NotModelled } from '../../../../embedded/service.ts';
import { HERE, landscape } from './landscape.ts';

const at = (text: string) => instant(Date.parse(text));

function runs(expression: string, from: string, count: number, timeZone = 'UTC'): string[] {
  const schedule = occurrences(expression, { timeZone, createdAt: at(from), startDate: undefined });
  const found: string[] = [];
  let after = at(from);
  while (found.length < count) {
    const next = schedule.next(after);
    if (next === undefined) break;
    found.push(new Date(next).toISOString().slice(0, 16));
    after = next;
  }
  return found;
}

test.each([
  ['cron(0 * * * ? *)', ['2026-11-01T01:00', '2026-11-01T02:00']],
  ['cron(15 3 ? * MON-FRI *)', ['2026-11-02T03:15', '2026-11-03T03:15']],
  ['cron(0 3 ? * 1 *)', ['2026-11-01T03:00', '2026-11-08T03:00']],
  ['cron(0 3 ? * 2,7 *)', ['2026-11-02T03:00', '2026-11-07T03:00']],
  ['cron(0/20 3 * * ? *)', ['2026-11-01T03:00', '2026-11-01T03:20']],
  ['cron(5/30 3 * * ? *)', ['2026-11-01T03:05', '2026-11-01T03:35']],
  ['cron(7,22,37,52 * * * ? *)', ['2026-11-01T00:07', '2026-11-01T00:22']],
  ['cron(0 3 L * ? *)', ['2026-11-30T03:00', '2026-12-31T03:00']],
  ['cron(0 3 15W * ? *)', ['2026-11-16T03:00', '2026-12-15T03:00']],
  ['cron(0 3 ? * 6L *)', ['2026-11-27T03:00', '2026-12-25T03:00']],
  ['cron(0 3 ? * 1#2 *)', ['2026-11-08T03:00', '2026-12-13T03:00']],
  ['cron(0 3 1 JAN ? 2027-2028)', ['2027-01-01T03:00', '2028-01-01T03:00']],
  ['rate(5 minutes)', ['2026-11-01T00:05', '2026-11-01T00:10']],
  ['rate(1 day)', ['2026-11-02T00:00', '2026-11-03T00:00']],
  ['at(2026-12-24T18:00:00)', ['2026-12-24T18:00']],
])('%s runs at %j', (expression, expected) => {
  expect(runs(expression, '2026-11-01T00:00:00Z', 2)).toEqual(expected);
});

test('a schedule ends with its last year', () => {
  expect(runs('cron(0 3 1 JAN ? 2027)', '2026-11-01T00:00:00Z', 2)).toEqual(['2027-01-01T03:00']);
});

test('a local time that the clocks skip does not run, and one that they repeat runs once', () => {
  expect(runs('cron(30 2 * * ? *)', '2026-03-28T00:00:00Z', 3, 'Europe/Berlin')).toEqual([
    '2026-03-28T01:30',
    '2026-03-30T00:30',
    '2026-03-31T00:30',
  ]);
  expect(runs('cron(30 2 * * ? *)', '2026-10-24T12:00:00Z', 2, 'Europe/Berlin')).toEqual([
    '2026-10-25T00:30',
    '2026-10-26T01:30',
  ]);
});

test('runs are always later than what they follow, in every zone', () => {
  const zones = ['UTC', 'Europe/Berlin', 'America/New_York', 'Australia/Lord_Howe', 'Asia/Kathmandu'];
  const crons = ['cron(0 * * * ? *)', 'cron(30 2 * * ? *)', 'cron(0/7 1-3 * * ? *)'];
  const from = fc.integer({ min: at('2026-01-01T00:00:00Z'), max: at('2027-01-01T00:00:00Z') });
  fc.assert(
    fc.property(fc.constantFrom(...zones), fc.constantFrom(...crons), from, (timeZone, expression, start) => {
      const after = instant(start);
      const next = occurrences(expression, { timeZone, createdAt: after, startDate: undefined }).next(after);
      expect(next).toBeGreaterThan(after);
      expect(next! - after).toBeLessThanOrEqual(days(2));
    }),
    { numRuns: 200 },
  );
});

test.each([
  'cron(0 3 * * * *)',
  'cron(0 3 * * ?)',
  'cron(61 3 * * ? *)',
  'rate(0 minutes)',
  'rate(5 weeks)',
  'at(soon)',
  'daily',
])('the expression %s is refused', (expression) => {
  const refused = expect.objectContaining({ name: 'ValidationException' });
  expect(() => runs(expression, '2026-11-01T00:00:00Z', 1)).toThrow(refused);
});

const OFF = { Mode: 'OFF' } as const;

function scheduled(on: ReturnType<typeof landscape>, more: object = {}, target: object = {}) {
  const { arn, heard } = on.listener('backup');
  on.scheduler.putSchedule(HERE, {
    Name: 'hourly',
    ScheduleExpression: 'cron(0 * * * ? *)',
    FlexibleTimeWindow: OFF,
    Target: {
      Arn: arn,
      RoleArn: 'role',
      Input:
        '{"at":"<aws.scheduler.scheduled-time>","by":"<aws.scheduler.schedule-arn>","n":<aws.scheduler.attempt-number>}',
      ...target,
    },
    ...more,
  });
  return { heard, times: () => heard.map(({ event }) => (event as { at: string }).at) };
}

test('a schedule runs within its minute and names the scheduled time to the second', async () => {
  const on = landscape();
  const { heard, times } = scheduled(on);
  await on.pass(hours(2.5));
  expect(times()).toEqual(['2026-11-01T00:00:00Z', '2026-11-01T01:00:00Z', '2026-11-01T02:00:00Z']);
  for (const { at: ran, event } of heard)
    expect(at(ran) - at((event as { at: string }).at)).toBeLessThan(minutes(1) + 1_000);
  expect(heard[0]?.event).toMatchObject({ by: expect.stringMatching(/schedule\/default\/hourly$/), n: 1 });
});

test('a flexible window spreads the runs, never their scheduled time', async () => {
  const on = landscape();
  const { heard, times } = scheduled(on, {
    FlexibleTimeWindow: { Mode: 'FLEXIBLE', MaximumWindowInMinutes: 30 },
  });
  await on.pass(days(2));
  expect(times().every((time) => time.endsWith(':00:00Z'))).toBe(true);
  const delays = heard.map(({ at: ran, event }) => at(ran) - at((event as { at: string }).at));
  expect(Math.max(...delays)).toBeLessThan(minutes(31));
  expect(Math.max(...delays)).toBeGreaterThan(minutes(20));
});

test('a schedule keeps its start and end date, and a disabled one does not run', async () => {
  const on = landscape();
  const { times } = scheduled(on, { StartDate: '2026-11-01T02:00:00Z', EndDate: '2026-11-01T03:30:00Z' });
  await on.pass(hours(6));
  expect(times()).toEqual(['2026-11-01T02:00:00Z', '2026-11-01T03:00:00Z']);
  const off = landscape();
  const none = scheduled(off, { State: 'DISABLED' });
  await off.pass(hours(6));
  expect(none.times()).toEqual([]);
});

test('a schedule starts a state machine with its input', async () => {
  const on = landscape();
  const definition = '{"StartAt":"S","States":{"S":{"Type":"Succeed"}}}';
  const identity = { name: 'm', account: '1', region: HERE, role: '' };
  const machine = on.states.createStateMachine({ ...identity, definition });
  scheduled(on, {}, { Arn: machine.arn, Input: '{"at":"<aws.scheduler.scheduled-time>"}' });
  await on.pass(minutes(5));
  expect(on.states.list(machine.arn).map(({ input }) => input)).toEqual(['{"at":"2026-11-01T00:00:00Z"}']);
});

test('runs that fall into the dark come late, or not at all when the next has overtaken them', async () => {
  const on = landscape('2026-11-01T00:30:00Z');
  const letters = on.queue('letters');
  const RetryPolicy = { MaximumEventAgeInSeconds: 3_000 };
  const { times } = scheduled(on, {}, { RetryPolicy, DeadLetterConfig: { Arn: letters.arn } });
  on.dark.add(HERE);
  await on.pass(hours(3));
  expect(times()).toEqual([]);
  on.dark.clear();
  await on.pass(minutes(10));
  expect(times()).toEqual(['2026-11-01T03:00:00Z']);
  expect(letters.messages).toHaveLength(2);
});

test('schedules are created, read, listed and deleted through their API', async () => {
  const on = landscape();
  const { arn } = on.listener('backup');
  const ask = (operation: string, input: object) => on.scheduler.call(operation, input, on.call());
  const schedule = {
    Name: 'one',
    ScheduleExpression: 'rate(1 hour)',
    FlexibleTimeWindow: OFF,
    Target: { Arn: arn, RoleArn: 'r' },
  };
  ask('CreateSchedule', schedule);
  expect(() => ask('CreateSchedule', schedule)).toThrow(
    expect.objectContaining({ name: 'ConflictException' }),
  );
  expect(ask('GetSchedule', { Name: 'one' })).toMatchObject({
    State: 'ENABLED',
    ScheduleExpression: 'rate(1 hour)',
  });
  expect(ask('ListSchedules', {})).toMatchObject({ Schedules: [{ Name: 'one' }] });
  ask('DeleteSchedule', { Name: 'one' });
  expect(() => ask('GetSchedule', { Name: 'one' })).toThrow(
    expect.objectContaining({ name: 'ResourceNotFoundException' }),
  );
  const { events } = on.world;
  await on.pass(days(1));
  expect(on.world.events).toBe(events);
  expect(() => ask('CreateSchedule', { ...schedule, KmsKeyArn: 'k' })).toThrow(NotModelled);
});
