import { expect, test } from 'vitest';
import { days, minutes, seconds } from '../../../../core/time/instant.ts';
import type { RuleTarget } from '../../../../embedded/events/events.ts';
import { AwsError, NotModelled } from '../../../../embedded/service.ts';
import { ACCOUNT, HERE, landscape, THERE } from './landscape.ts';

const entry = (more: object = {}) => ({
  Source: 'holdfast',
  DetailType: 'RecoveryPointSealed',
  Detail: '{"cluster":"orders","points":3}',
  EventBusName: 'holdfast',
  ...more,
});

function withRule(on: ReturnType<typeof landscape>, target: Omit<RuleTarget, 'Id'>, more: object = {}) {
  on.events.createBus(HERE, 'holdfast');
  on.events.putRule({
    name: 'sealed',
    account: ACCOUNT,
    region: HERE,
    bus: 'holdfast',
    pattern: { source: ['holdfast'] },
    targets: [{ Id: 'one', ...target }],
    ...more,
  });
  return (entries: readonly object[]) => on.events.call('PutEvents', { Entries: entries }, on.call());
}

test('an event that a rule matches reaches its function within a second', async () => {
  const on = landscape();
  const { arn, heard } = on.listener('hear');
  const put = withRule(on, { Arn: arn });
  expect(put([entry()])).toEqual({ FailedEntryCount: 0, Entries: [{ EventId: expect.any(String) }] });
  await on.pass(seconds(2));
  expect(heard).toHaveLength(1);
  expect(heard[0]?.event).toMatchObject({
    version: '0',
    source: 'holdfast',
    'detail-type': 'RecoveryPointSealed',
    account: ACCOUNT,
    region: HERE,
    time: '2026-11-01T00:00:00Z',
    detail: { cluster: 'orders', points: 3 },
  });
});

test('events that no enabled rule matches reach nobody', async () => {
  const on = landscape();
  const { arn, heard } = on.listener('hear');
  withRule(on, { Arn: arn }, { state: 'DISABLED' })([entry()]);
  on.events.call('PutEvents', { Entries: [entry({ EventBusName: undefined })] }, on.call());
  await on.pass(minutes(1));
  expect(heard).toEqual([]);
});

test.each([
  [{ Input: '{"fixed":1}' }, { fixed: 1 }],
  [{ InputPath: '$.detail.cluster' }, 'orders'],
  [
    {
      InputTransformer: {
        InputPathsMap: { c: '$.detail.cluster', n: '$.detail.points', none: '$.detail.none' },
        InputTemplate:
          '{"cluster":<c>,"points":<n>,"text":"<c> has <n>\\"<none>","rule":"<aws.events.rule-name>"}',
      },
    },
    { cluster: 'orders', points: 3, text: 'orders has 3"', rule: 'sealed' },
  ],
  [
    { InputTransformer: { InputTemplate: '{"whole":<aws.events.event.json>}' } },
    { whole: expect.objectContaining({ source: 'holdfast' }) },
  ],
])('a target with %j receives what it asked for', async (input, expected) => {
  const on = landscape();
  const { arn, heard } = on.listener('hear');
  withRule(on, { Arn: arn, ...input })([entry()]);
  await on.pass(seconds(2));
  expect(heard.map(({ event }) => event)).toEqual([expected]);
});

test('a refused entry is reported and does not refuse the others', () => {
  const on = landscape();
  const put = withRule(on, { Arn: on.listener('hear').arn });
  const answer = put([
    entry(),
    entry({ Detail: 'no json' }),
    entry({ Source: undefined }),
    entry({ Source: 'aws.s3' }),
    entry({ EventBusName: 'none' }),
  ]) as { Entries: { ErrorCode?: string }[] };
  expect(answer).toMatchObject({ FailedEntryCount: 4 });
  expect(answer.Entries.map(({ ErrorCode }) => ErrorCode)).toEqual([
    undefined,
    'MalformedDetail',
    'InvalidArgument',
    'NotAuthorizedForSourceException',
    'ResourceNotFoundException',
  ]);
});

test('more than ten entries, or more than 256 KB, are refused as a whole', () => {
  const on = landscape();
  const put = withRule(on, { Arn: on.listener('hear').arn });
  const refused = expect.objectContaining({ name: 'ValidationException' });
  expect(() => put(Array.from({ length: 11 }, () => entry()))).toThrow(refused);
  const large = entry({ Detail: JSON.stringify({ text: 'x'.repeat(200_000) }) });
  expect(() => put([large, large])).toThrow(refused);
  expect(() => put([entry({ TraceHeader: 'x' })])).toThrow(NotModelled);
});

test('a target that refuses for a while is tried until it takes the event', async () => {
  const busy = new AwsError('ThrottlingException', 'Rate exceeded');
  const on = landscape(undefined, { refuse: (_target, attempt) => (attempt < 4 ? busy : undefined) });
  const { arn, heard } = on.listener('hear');
  withRule(on, { Arn: arn })([entry()]);
  await on.pass(minutes(1));
  expect(heard).toHaveLength(1);
});

test('what cannot be delivered ends in the dead-letter queue with the reason', async () => {
  const on = landscape();
  const letters = on.queue('letters');
  const target = `arn:aws:lambda:${HERE}:${ACCOUNT}:function:gone`;
  withRule(on, { Arn: target, DeadLetterConfig: { Arn: letters.arn } })([entry()]);
  await on.pass(seconds(2));
  expect(letters.messages[0]).toMatchObject({
    body: expect.stringContaining('"cluster":"orders"'),
    attributes: { ERROR_CODE: 'ResourceNotFoundException', TARGET_ARN: target },
  });
});

test.each([
  [{ MaximumRetryAttempts: 2 }, 'MaximumRetryAttempts'],
  [{ MaximumEventAgeInSeconds: 60 }, 'MaximumEventAgeInSeconds'],
])('the retry policy %j bounds the attempts', async (policy, condition) => {
  const down = new AwsError('InternalFailure', 'down', { status: 500 });
  const on = landscape(undefined, { refuse: () => down });
  const letters = on.queue('letters');
  const target = { Arn: on.listener('hear').arn, RetryPolicy: policy };
  withRule(on, { ...target, DeadLetterConfig: { Arn: letters.arn } })([entry()]);
  await on.pass(days(1));
  expect(letters.messages.map(({ attributes }) => attributes['EXHAUSTED_RETRY_CONDITION'])).toEqual([
    condition,
  ]);
});

test('a duplicated event has the same id', async () => {
  const on = landscape(undefined, { again: () => true });
  const { arn, heard } = on.listener('hear');
  withRule(on, { Arn: arn })([entry()]);
  await on.pass(minutes(1));
  const ids = heard.map(({ event }) => (event as { id: string }).id);
  expect(ids).toHaveLength(2);
  expect(new Set(ids).size).toBe(1);
});

test('an event for a bus in a dark region waits for light there', async () => {
  const on = landscape();
  const { arn, heard } = on.listener('hear');
  const far = on.events.createBus(THERE, 'holdfast');
  const rule = { account: ACCOUNT, pattern: { source: ['holdfast'] } };
  on.events.putRule({ ...rule, name: 'r', region: THERE, bus: far, targets: [{ Id: 'f', Arn: arn }] });
  withRule(on, { Arn: far })([entry()]);
  on.dark.add(THERE);
  await on.pass(minutes(30));
  expect(heard).toEqual([]);
  on.dark.clear();
  await on.pass(minutes(30));
  expect(heard.map(({ event }) => (event as { region: string }).region)).toEqual([HERE]);
});

test('the end of an execution reaches a function through a rule on the default bus', async () => {
  const on = landscape();
  const { arn, heard } = on.listener('hear');
  const definition =
    '{"StartAt":"W","TimeoutSeconds":60,"States":{"W":{"Type":"Wait","Seconds":600,"End":true}}}';
  const identity = { name: 'm', account: ACCOUNT, region: HERE, role: '' };
  const machine = on.states.createStateMachine({ ...identity, definition });
  on.events.putRule({
    name: 'stopped',
    account: ACCOUNT,
    region: HERE,
    pattern: {
      source: ['aws.states'],
      detail: { stateMachineArn: [machine.arn], status: ['TIMED_OUT', 'ABORTED'] },
    },
    targets: [{ Id: 'f', Arn: arn }],
  });
  on.states.start(machine.arn, { input: '{"cluster":"orders"}' });
  await on.pass(minutes(5));
  expect(heard.map(({ event }) => event)).toMatchObject([
    { detail: { status: 'TIMED_OUT', input: '{"cluster":"orders"}', stateMachineArn: machine.arn } },
  ]);
});
