import { expect, test } from 'vitest';
import { bench, functionArn, named, outputOf, pathOf } from './bench.ts';

const RETRY = { IntervalSeconds: 10, MaxAttempts: 2, BackoffRate: 2 };

/** One task with what follows its failures; `Caught` gets what a catcher hands on. */
const withTask = (more: object) => ({
  StartAt: 'T',
  States: {
    T: { Type: 'Task', Resource: functionArn('task'), Next: 'Fine', ...more },
    Fine: { Type: 'Succeed' },
    ...('Catch' in more ? { Caught: { Type: 'Succeed' } } : {}),
  },
});
const catching = (...errors: string[]) => [{ ErrorEquals: errors, ResultPath: '$.error', Next: 'Caught' }];

function failing(...errors: readonly string[]) {
  const on = bench();
  const left = [...errors];
  let calls = 0;
  on.addFunction('task', () => {
    calls++;
    const name = left.shift();
    if (name) throw named(name, 'the message');
    return 'done';
  });
  return { on, calls: () => calls };
}

test('the error of a function fails the execution under its own name, with its message in the cause', async () => {
  const { on } = failing('Refused');
  const execution = await on.run(withTask({}));
  expect([execution.status, execution.error]).toEqual(['FAILED', 'Refused']);
  expect(JSON.parse(execution.cause ?? '')).toEqual({ errorType: 'Refused', errorMessage: 'the message' });
});

test('each retrier counts for itself and waits longer each time', async () => {
  const { on, calls } = failing('A', 'B', 'A', 'B');
  const started = on.world.now();
  const execution = await on.run(
    withTask({
      Retry: [
        { ErrorEquals: ['A'], ...RETRY },
        { ErrorEquals: ['States.ALL'], ...RETRY },
      ],
    }),
  );
  expect([execution.status, calls()]).toEqual(['SUCCEEDED', 5]);
  // 10 and 20 seconds of the first, 10 and 20 of the second.
  expect(Math.floor((on.world.now() - started) / 1_000)).toBe(60);
});

test('a retrier that is used up lets the error through to the catchers', async () => {
  const { on, calls } = failing('A', 'A', 'A', 'A');
  const execution = await on.run(
    withTask({ Retry: [{ ErrorEquals: ['A'], ...RETRY }], Catch: catching('A') }),
    { n: 1 },
  );
  expect([execution.status, calls()]).toEqual(['SUCCEEDED', 3]);
  expect(outputOf(execution)).toMatchObject({ n: 1, error: { Error: 'A' } });
});

test('a delay is capped, and full jitter draws it from a named stream', async () => {
  const took = async (seed: number, jitter: string) => {
    const on = bench(seed);
    on.addFunction('task', () => {
      throw named('A');
    });
    const retry = { ErrorEquals: ['A'], IntervalSeconds: 100, MaxAttempts: 5, MaxDelaySeconds: 100 };
    const { startedAt, stoppedAt } = await on.run(
      withTask({ Retry: [{ ...retry, JitterStrategy: jitter }] }),
    );
    return Math.floor(((stoppedAt ?? 0) - startedAt) / 1_000);
  };
  expect(await took(1, 'NONE')).toBe(500);
  expect(await took(1, 'FULL')).toBeLessThan(500);
  expect(await took(1, 'FULL')).toBe(await took(1, 'FULL'));
  expect(await took(1, 'FULL')).not.toBe(await took(2, 'FULL'));
});

test('States.TaskFailed means every error of a task but its timeout', async () => {
  const { on } = failing('Anything');
  const caught = await on.run(withTask({ Catch: catching('States.TaskFailed') }));
  expect(pathOf(caught)).toContain('Caught');
  const late = bench();
  late.addFunction('task', () => new Promise<never>(() => {}));
  const timedOut = await late.run(withTask({ TimeoutSeconds: 5, Catch: catching('States.TaskFailed') }));
  expect([timedOut.status, timedOut.error]).toEqual(['FAILED', 'States.Timeout']);
});

test('a task that takes too long ends with States.Timeout, which States.ALL catches', async () => {
  const on = bench();
  on.addFunction('task', () => on.world.sleep(60_000 as never));
  const execution = await on.run(withTask({ TimeoutSeconds: 5, Catch: catching('States.ALL') }));
  expect(outputOf(execution)).toMatchObject({ error: { Error: 'States.Timeout' } });
});

test('a path that finds nothing is a runtime error, which nothing catches or retries', async () => {
  const { on, calls } = failing();
  const execution = await on.run(
    withTask({
      Parameters: { 'x.$': '$.missing' },
      Retry: [{ ErrorEquals: ['States.ALL'], ...RETRY }],
      Catch: catching('States.ALL'),
    }),
  );
  expect([execution.status, execution.error, calls()]).toEqual(['FAILED', 'States.Runtime', 0]);
  expect(execution.cause).toContain("The JSONPath '$.missing'");
});

test('a result over 256 KiB is States.DataLimitExceeded, which States.ALL does not catch but its name does', async () => {
  const large = () => {
    const on = bench();
    on.addFunction('task', () => 'ü'.repeat(140_000));
    return on;
  };
  const lost = await large().run(withTask({ Catch: catching('States.ALL') }));
  expect([lost.status, lost.error]).toEqual(['FAILED', 'States.DataLimitExceeded']);
  const caught = await large().run(withTask({ Catch: catching('States.DataLimitExceeded') }));
  expect(caught.status).toBe('SUCCEEDED');
});

test('results that are small alone may exceed the limit together', async () => {
  const on = bench();
  on.addFunction('task', () => 'x'.repeat(100_000));
  const state = (into: string, next: object) => ({
    Type: 'Task',
    Resource: functionArn('task'),
    ResultPath: `$.${into}`,
    ...next,
  });
  const three = await on.run({
    StartAt: 'A',
    States: { A: state('a', { Next: 'B' }), B: state('b', { Next: 'C' }), C: state('c', { End: true }) },
  });
  expect([three.error, pathOf(three)]).toEqual(['States.DataLimitExceeded', ['A', 'B', 'C']]);
  const replaced = await on.run({
    StartAt: 'A',
    States: { A: state('a', { Next: 'B' }), B: state('a', { Next: 'C' }), C: state('a', { End: true }) },
  });
  expect(replaced.status).toBe('SUCCEEDED');
});

test('an execution fails when its history would exceed 25,000 events', async () => {
  const execution = await bench().run({
    StartAt: 'A',
    States: { A: { Type: 'Pass', Next: 'B' }, B: { Type: 'Wait', Seconds: 1, Next: 'A' } },
  });
  expect([execution.error, execution.history.length]).toEqual(['States.Runtime', 25_000]);
});

test('no rule and no default is States.NoChoiceMatched', async () => {
  const execution = await bench().run(
    {
      StartAt: 'C',
      States: {
        C: { Type: 'Choice', Choices: [{ Variable: '$.v', IsNull: true, Next: 'S' }] },
        S: { Type: 'Succeed' },
      },
    },
    { v: 1 },
  );
  expect(execution.error).toBe('States.NoChoiceMatched');
});

test('Fail names its error and cause, also out of the data', async () => {
  const fail = (more: object) => ({ StartAt: 'F', States: { F: { Type: 'Fail', ...more } } });
  const fixed = await bench().run(fail({ Error: 'E', Cause: 'because' }));
  expect([fixed.status, fixed.error, fixed.cause]).toEqual(['FAILED', 'E', 'because']);
  const read = await bench().run(fail({ ErrorPath: '$.e', CausePath: '$.c' }), { e: 'X', c: 'why' });
  expect([read.error, read.cause]).toEqual(['X', 'why']);
});
