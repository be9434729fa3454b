import { expect, test } from 'vitest';
import { hours, instant, minutes } from '../../../../core/time/instant.ts';
import { NotModelled } from '../../../../embedded/service.ts';
import { ACCOUNT, bench, functionArn, named, outputOf, REGION } from './bench.ts';

const wait = (seconds: number) => ({
  StartAt: 'W',
  States: { W: { Type: 'Wait', Seconds: seconds, End: true } },
});

const later = (on: ReturnType<typeof bench>, ms: number) => on.world.runUntil(instant(on.world.now() + ms));

function asking(on: ReturnType<typeof bench>, region = REGION) {
  return (operation: string, input: object) =>
    on.states.call(operation, input, { account: ACCOUNT, region, principal: 'person', now: on.world.now() });
}

test('starting the same name with the same input while it runs finds the first execution', async () => {
  const on = bench();
  const { arn } = on.addMachine(wait(60));
  const ask = asking(on);
  const first = ask('StartExecution', { stateMachineArn: arn, name: 'n', input: '{"a":1}' });
  await later(on, minutes(0.5));
  expect(ask('StartExecution', { stateMachineArn: arn, name: 'n', input: '{"a":1}' })).toEqual(first);
  expect(on.states.machines[0]?.counts.executions).toBe(1);
});

test('the same name with another input, or after it has ended, is refused', async () => {
  const on = bench();
  const { arn } = on.addMachine(wait(60));
  const ask = asking(on);
  const start = (input: string) => () => ask('StartExecution', { stateMachineArn: arn, name: 'n', input });
  start('{"a":1}')();
  const refused = expect.objectContaining({ name: 'ExecutionAlreadyExists' });
  expect(start('{"a": 1}')).toThrow(refused);
  await later(on, minutes(2));
  expect(start('{"a":1}')).toThrow(refused);
});

test.each([
  [{ name: 'with space' }, 'InvalidName'],
  [{ name: 'x'.repeat(81) }, 'InvalidName'],
  [{ input: '{' }, 'InvalidExecutionInput'],
  [{ input: JSON.stringify('x'.repeat(262_144)) }, 'ValidationException'],
  [{ stateMachineArn: `arn:aws:states:${REGION}:${ACCOUNT}:stateMachine:none` }, 'StateMachineDoesNotExist'],
  [{ stateMachineArn: `arn:aws:states:us-east-1:${ACCOUNT}:stateMachine:machine` }, 'InvalidArn'],
])('a start with %j is refused as %s', (request, error) => {
  const on = bench();
  const { arn } = on.addMachine(wait(1));
  const start = () => asking(on)('StartExecution', { stateMachineArn: arn, ...request });
  expect(start).toThrow(expect.objectContaining({ name: error }));
});

test('an operation or a member that is not modelled fails loudly', () => {
  const ask = asking(bench());
  expect(() => ask('StartSyncExecution', {})).toThrow(NotModelled);
  expect(() => ask('StartExecution', { stateMachineArn: 'a', traceHeader: 'x' })).toThrow(NotModelled);
});

test('an execution is described, listed newest first, and its history names its states', async () => {
  const on = bench();
  const { arn } = on.addMachine(wait(60));
  const ask = asking(on);
  for (const name of ['one', 'two', 'three']) ask('StartExecution', { stateMachineArn: arn, name });
  await later(on, minutes(2));
  const first = ask('ListExecutions', { stateMachineArn: arn, maxResults: 2 }) as {
    executions: { name: string; executionArn: string }[];
    nextToken: string;
  };
  expect(first.executions.map(({ name }) => name)).toEqual(['three', 'two']);
  const rest = ask('ListExecutions', { stateMachineArn: arn, maxResults: 2, nextToken: first.nextToken });
  expect(rest).toMatchObject({ executions: [{ name: 'one', status: 'SUCCEEDED' }] });
  const { executionArn } = first.executions[0]!;
  expect(ask('DescribeExecution', { executionArn })).toMatchObject({
    status: 'SUCCEEDED',
    output: '{}',
    stopDate: expect.any(Date),
  });
  const { events } = ask('GetExecutionHistory', { executionArn }) as { events: { type: string }[] };
  expect(events.map(({ type }) => type)).toEqual([
    'ExecutionStarted',
    'WaitStateEntered',
    'WaitStateExited',
    'ExecutionSucceeded',
  ]);
  expect(events[1]).toMatchObject({ id: 2, previousEventId: 1, stateEnteredEventDetails: { name: 'W' } });
});

const nested = (parameters: object) => ({
  StartAt: 'N',
  States: {
    N: {
      Type: 'Task',
      Resource: 'arn:aws:states:::states:startExecution.sync:2',
      Parameters: parameters,
      End: true,
    },
  },
});

test('stopping an execution ends it with what it runs, and nothing of it wakes again', async () => {
  const on = bench();
  const inner = on.addMachine(wait(3_600), 'inner');
  const outer = on.addMachine(nested({ StateMachineArn: inner.arn, Input: {} }), 'outer');
  const ask = asking(on);
  const { executionArn } = ask('StartExecution', { stateMachineArn: outer.arn }) as { executionArn: string };
  await later(on, minutes(1));
  ask('StopExecution', { executionArn, error: 'Stopped', cause: 'by a person' });
  const child = on.states.list(inner.arn)[0]!;
  expect([on.states.execution(executionArn)?.status, child.status]).toEqual(['ABORTED', 'ABORTED']);
  const { events } = on.world;
  await later(on, hours(2));
  expect(on.world.events).toBe(events);
});

test('a nested execution hands its output to its parent as JSON', async () => {
  const on = bench();
  const inner = on.addMachine(
    { StartAt: 'P', States: { P: { Type: 'Pass', Parameters: { 'same.$': '$.n' }, End: true } } },
    'inner',
  );
  const execution = await on.run(nested({ StateMachineArn: inner.arn, Name: 'child', 'Input.$': '$' }), {
    n: 4,
  });
  expect(outputOf(execution)).toMatchObject({ Name: 'child', Status: 'SUCCEEDED', Output: { same: 4 } });
});

test('whatever a nested execution failed with, its parent sees States.TaskFailed', async () => {
  const on = bench();
  const inner = on.addMachine({ StartAt: 'F', States: { F: { Type: 'Fail', Error: 'Own' } } }, 'inner');
  const execution = await on.run(nested({ StateMachineArn: inner.arn }));
  expect(execution.error).toBe('States.TaskFailed');
  expect(JSON.parse(execution.cause ?? '')).toMatchObject({ Status: 'FAILED', Error: 'Own' });
});

test('a task token waits for whoever sends it back, once', async () => {
  const on = bench();
  let token = '';
  const arn = on.addFunction('ask', ((input: { token: string }) => {
    token = input.token;
  }) as never);
  const machine = on.addMachine({
    StartAt: 'T',
    States: {
      T: {
        Type: 'Task',
        Resource: 'arn:aws:states:::lambda:invoke.waitForTaskToken',
        Parameters: { FunctionName: arn, Payload: { 'token.$': '$$.Task.Token' } },
        End: true,
      },
    },
  });
  const execution = on.states.start(machine.arn, {});
  await later(on, minutes(5));
  expect(execution.status).toBe('RUNNING');
  const ask = asking(on);
  ask('SendTaskSuccess', { taskToken: token, output: '{"approved":true}' });
  await later(on, minutes(1));
  expect(outputOf(execution)).toEqual({ approved: true });
  const again = () => ask('SendTaskSuccess', { taskToken: token, output: '{}' });
  expect(again).toThrow(expect.objectContaining({ name: 'TaskTimedOut' }));
  const unknown = () => ask('SendTaskFailure', { taskToken: 'never issued' });
  expect(unknown).toThrow(expect.objectContaining({ name: 'InvalidToken' }));
});

test('every change of an execution is an event on the default bus', async () => {
  const on = bench();
  await on.run({ StartAt: 'F', States: { F: { Type: 'Fail', Error: 'E', Cause: 'c' } } }, { n: 1 });
  expect(on.emitted.map(({ detail }) => (detail as { status: string }).status)).toEqual([
    'RUNNING',
    'FAILED',
  ]);
  expect(on.emitted[1]).toMatchObject({
    source: 'aws.states',
    'detail-type': 'Step Functions Execution Status Change',
    region: REGION,
    time: '2026-11-01T00:00:00Z',
    detail: { name: expect.any(String), input: '{"n":1}', output: null, error: 'E', cause: 'c' },
  });
});

test('the executions of a dark region stand still until there is light', async () => {
  const on = bench();
  on.addFunction('task', () => 1);
  const machine = on.addMachine({
    StartAt: 'W',
    States: {
      W: { Type: 'Wait', Seconds: 60, Next: 'T' },
      T: { Type: 'Task', Resource: functionArn('task'), End: true },
    },
  });
  const execution = on.states.start(machine.arn, {});
  await later(on, 1_000);
  on.dark.add(REGION);
  await later(on, hours(3));
  expect(execution.status).toBe('RUNNING');
  on.dark.clear();
  await later(on, minutes(1));
  expect(execution.status).toBe('SUCCEEDED');
  expect((execution.stoppedAt ?? 0) - execution.startedAt).toBeGreaterThanOrEqual(hours(3));
});

test('the same seed gives the same executions, another seed other ones', async () => {
  const story = async (seed: number) => {
    const on = bench(seed);
    let calls = 0;
    const arn = on.addFunction('task', () => {
      calls++;
      if (calls % 3 !== 0) throw named('Throttled');
      return calls;
    });
    const retry = [{ ErrorEquals: ['Throttled'], IntervalSeconds: 60, JitterStrategy: 'FULL' }];
    const machine = on.addMachine({
      StartAt: 'T',
      States: { T: { Type: 'Task', Resource: arn, Retry: retry, End: true } },
    });
    for (let n = 0; n < 5; n++) on.states.start(machine.arn, {});
    await later(on, hours(1));
    return on.states.list(machine.arn).map(({ name, history }) => ({ name, history }));
  };
  expect(await story(1)).toEqual(await story(1));
  expect(await story(1)).not.toEqual(await story(2));
});
