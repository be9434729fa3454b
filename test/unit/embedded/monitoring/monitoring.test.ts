import { expect, test } from 'vitest';
import { hours, minutes } from '../../../../core/time/instant.ts';
import type { AlarmInput } from '../../../../embedded/monitoring/alarm-input.ts';
import { NotModelled } from '../../../../embedded/service.ts';
import { ACCOUNT, HERE, landscape } from '../events/landscape.ts';

const FAILED = { Namespace: 'Test', MetricName: 'Failed', Dimensions: [{ Name: 'task', Value: 'Seal' }] };
const series = { region: HERE, namespace: 'Test', name: 'Failed', dimensions: { task: 'Seal' } };

function withAlarm(more: Partial<AlarmInput> = {}) {
  const on = landscape();
  const topic = on.topics.createTopic(HERE, ACCOUNT, 'alerts');
  on.topics.subscribe(topic, 'email', 'ops@example.com');
  const alarm = on.monitoring.putAlarm(HERE, {
    AlarmName: 'failed',
    AlarmDescription: 'Something failed.',
    ...FAILED,
    Statistic: 'Sum',
    Period: 300,
    EvaluationPeriods: 1,
    Threshold: 1,
    ComparisonOperator: 'GreaterThanOrEqualToThreshold',
    TreatMissingData: 'notBreaching',
    AlarmActions: [topic],
    ...more,
  });
  const states = () => alarm.transitions.map(({ to }) => to);
  return { on, alarm, topic, states, put: (value: number) => on.monitoring.put(series, value) };
}

test('an alarm rings once when its metric breaches, tells the topic, and rests afterwards', async () => {
  const { on, states, put } = withAlarm();
  await on.pass(minutes(20));
  put(1);
  put(1);
  await on.pass(hours(1));
  expect(states()).toEqual(['OK', 'ALARM', 'OK']);
  expect(on.topics.inbox).toHaveLength(1);
  expect(on.topics.inbox[0]?.subject).toBe('ALARM: "failed" in eu-west-1');
  expect(JSON.parse(on.topics.inbox[0]?.message ?? '')).toMatchObject({
    NewStateValue: 'ALARM',
    AlarmDescription: 'Something failed.',
    NewStateReason: 'datapoints 2; 1 of 1 periods breach GreaterThanOrEqualToThreshold 1',
  });
});

test('an alarm that nothing happens to costs no events', async () => {
  const { on } = withAlarm();
  await on.pass(hours(1));
  const { events } = on.world;
  await on.pass(hours(1_000));
  expect(on.world.events).toBe(events);
});

test('values of other dimensions are another series', async () => {
  const { on, states } = withAlarm();
  on.monitoring.put({ ...series, dimensions: { task: 'Verify' } }, 5);
  on.monitoring.put({ ...series, region: 'eu-central-1' }, 5);
  await on.pass(hours(1));
  expect(states()).toEqual(['OK']);
});

test.each([
  ['missing', 'INSUFFICIENT_DATA'],
  ['notBreaching', 'OK'],
  ['breaching', 'ALARM'],
  ['ignore', 'ALARM'],
] as const)('after a breach, silence that is %s ends in %s', async (treat, state) => {
  const { on, alarm, put } = withAlarm({ TreatMissingData: treat });
  put(1);
  await on.pass(hours(2));
  expect(alarm.state).toBe(state);
});

test('as many periods must breach as the alarm asks for', async () => {
  const { on, states, put } = withAlarm({ EvaluationPeriods: 3, DatapointsToAlarm: 2 });
  put(1);
  await on.pass(minutes(30));
  expect(states()).toEqual(['OK']);
  put(1);
  await on.pass(minutes(10));
  put(1);
  await on.pass(minutes(30));
  expect(states()).toEqual(['OK', 'ALARM', 'OK']);
});

test.each([
  ['Average', 4],
  ['Maximum', 6],
  ['Minimum', 2],
  ['SampleCount', 2],
] as const)('the statistic %s of 2 and 6 is %d', async (Statistic, value) => {
  const { on, alarm, put } = withAlarm({
    Statistic,
    Threshold: value,
    ComparisonOperator: 'LessThanOrEqualToThreshold',
  });
  put(2);
  put(6);
  await on.pass(minutes(6));
  expect(alarm.transitions[0]?.reason).toContain(`datapoints ${value};`);
  expect(alarm.transitions[0]?.to).toBe('ALARM');
});

test('a level stays: an alarm on the depth of a queue rings until the queue is empty', async () => {
  const { on, topic } = withAlarm();
  const queue = on.queue('letters');
  const alarm = on.monitoring.putAlarm(HERE, {
    AlarmName: 'undelivered',
    Namespace: 'AWS/SQS',
    MetricName: 'ApproximateNumberOfMessagesVisible',
    Dimensions: [{ Name: 'QueueName', Value: 'letters' }],
    Statistic: 'Maximum',
    Period: 300,
    EvaluationPeriods: 1,
    Threshold: 0,
    ComparisonOperator: 'GreaterThanThreshold',
    TreatMissingData: 'notBreaching',
    AlarmActions: [topic],
  });
  queue.send('lost');
  await on.pass(hours(5));
  expect(alarm.state).toBe('ALARM');
  queue.delete(queue.receive(1)[0]?.receipt ?? '');
  await on.pass(hours(1));
  expect(alarm.state).toBe('OK');
});

const query = (Id: string, MetricName: string) => ({
  Id,
  ReturnData: false,
  MetricStat: { Metric: { Namespace: 'Test', MetricName }, Period: 300, Stat: 'Sum' as const },
});

function onSum(Expression: string) {
  const on = landscape();
  const alarm = on.monitoring.putAlarm(HERE, {
    AlarmName: 'sum',
    Metrics: [query('a', 'A'), query('b', 'B'), { Id: 'sum', Expression, Label: 'both' }],
    EvaluationPeriods: 1,
    Threshold: 1,
    ComparisonOperator: 'GreaterThanOrEqualToThreshold',
    TreatMissingData: 'notBreaching',
  });
  on.monitoring.put({ region: HERE, namespace: 'Test', name: 'A', dimensions: {} }, 1);
  return { on, alarm };
}

test('a sum has no value in a period where a summand has none, unless it is filled', async () => {
  const bare = onSum('a + b');
  await bare.on.pass(minutes(6));
  expect(bare.alarm.state).toBe('OK');
  const filled = onSum('FILL(a, 0) + FILL(b, 0)');
  await filled.on.pass(minutes(6));
  expect(filled.alarm.state).toBe('ALARM');
});

test('what is not modelled fails loudly', () => {
  expect(() => onSum('a / b')).toThrow(NotModelled);
  expect(() => withAlarm({ ThresholdMetricId: 'x' } as Partial<AlarmInput>)).toThrow(NotModelled);
});

test('what a function says and measures is kept under its name', () => {
  const on = landscape();
  const of = { name: 'holdfast-seal', arn: 'arn:f', account: ACCOUNT, region: HERE, role: 'r' };
  const telemetry = on.monitoring.telemetry(of);
  telemetry.info('sealed', { cluster: 'orders' });
  telemetry.error('failed', Object.assign(new Error('no'), { name: 'Throttled' }));
  telemetry.metric('SealedItems', 'Count', 3, { cluster: 'orders' });
  telemetry.metric('SealedItems', 'Count', 5, { cluster: 'orders' });
  expect(on.monitoring.info('arn:f')).toMatchObject([{ message: 'sealed', facts: { cluster: 'orders' } }]);
  expect(on.monitoring.errors).toMatchObject([{ function: 'holdfast-seal', facts: { error: 'Throttled' } }]);
  expect(on.monitoring.totals).toEqual([
    {
      region: HERE,
      namespace: 'Holdfast',
      name: 'SealedItems',
      dimensions: { service: 'holdfast-seal', cluster: 'orders' },
      count: 2,
      sum: 8,
      min: 3,
      max: 5,
      last: 5,
    },
  ]);
});

test('a dark region raises no alarm until there is light', async () => {
  const { on, alarm, put } = withAlarm();
  put(1);
  on.dark.add(HERE);
  await on.pass(hours(2));
  expect(alarm.transitions).toEqual([]);
  on.dark.clear();
  await on.pass(minutes(1));
  expect(alarm.transitions.map(({ to }) => to)).toEqual(['ALARM', 'OK']);
});
