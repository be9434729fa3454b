import fc from 'fast-check';
import { expect, test } from 'vitest';
import { bench, outputOf, pathOf } from './bench.ts';

const pass = (more: object) => ({ StartAt: 'P', States: { P: { Type: 'Pass', End: true, ...more } } });

async function output(definition: object, input: unknown = {}): Promise<unknown> {
  const execution = await bench().run(definition, input);
  expect(execution.error, execution.cause).toBeUndefined();
  return outputOf(execution);
}

test('Parameters build an object out of the input and of constants', async () => {
  const definition = pass({
    Parameters: { 'all.$': '$', 'first.$': '$.list[0]', fixed: { deep: [1, { 'x.$': '$.a.b' }] } },
  });
  expect(await output(definition, { a: { b: 7 }, list: ['x', 'y'] })).toEqual({
    all: { a: { b: 7 }, list: ['x', 'y'] },
    first: 'x',
    fixed: { deep: [1, { x: 7 }] },
  });
});

test('a path that is not definite gives an array, also when it finds nothing', async () => {
  const definition = pass({ Parameters: { 'xs.$': '$.list[*].x', 'big.$': '$.list[?(@.x > 5)]' } });
  expect(await output(definition, { list: [{ x: 1 }, { x: 2 }] })).toEqual({ xs: [1, 2], big: [] });
});

test('InputPath chooses, ResultPath puts the result into the whole input, OutputPath chooses again', async () => {
  const input = { keep: 1, inner: { n: 2 } };
  const definition = pass({ InputPath: '$.inner', Parameters: { 'm.$': '$.n' }, ResultPath: '$.at.result' });
  expect(await output(definition, input)).toEqual({ ...input, at: { result: { m: 2 } } });
  expect(await output(pass({ OutputPath: '$.inner' }), input)).toEqual({ n: 2 });
  expect(await output(pass({ Result: 9, ResultPath: null }), input)).toEqual(input);
  expect(await output(pass({ InputPath: null }), input)).toEqual({});
});

test('the context object names the execution, the machine and the state', async () => {
  const made = await output(
    pass({
      Parameters: {
        'name.$': '$$.Execution.Name',
        'input.$': '$$.Execution.Input.n',
        'started.$': '$$.Execution.StartTime',
        'state.$': '$$.State.Name',
        'machine.$': '$$.StateMachine.Name',
      },
    }),
    { n: 3 },
  );
  expect(made).toEqual({
    name: expect.stringMatching(/^[0-9a-f-]{36}$/),
    input: 3,
    started: '2026-11-01T00:00:00.000Z',
    state: 'P',
    machine: 'machine',
  });
});

async function chooses(rule: object, input: unknown): Promise<boolean> {
  const execution = await bench().run(
    {
      StartAt: 'C',
      States: {
        C: { Type: 'Choice', Choices: [{ ...rule, Next: 'Yes' }], Default: 'No' },
        Yes: { Type: 'Succeed' },
        No: { Type: 'Succeed' },
      },
    },
    input,
  );
  expect(execution.cause).toBeUndefined();
  return pathOf(execution).at(-1) === 'Yes';
}

test.each([
  [{ StringEquals: 'b' }, 'b', 'a'],
  [{ StringLessThan: 'b' }, 'a', 'b'],
  [{ StringGreaterThanEquals: 'b' }, 'b', 'a'],
  [{ StringMatches: 'log-*.txt' }, 'log-é*.txt', 'log-1.txt.gz'],
  [{ StringMatches: 'a\\*b' }, 'a*b', 'axb'],
  [{ NumericEquals: 3 }, 3, '3'],
  [{ NumericLessThanEquals: 3 }, 3, 4],
  [{ NumericGreaterThan: 3 }, 3.5, 3],
  [{ BooleanEquals: false }, false, true],
  [{ TimestampLessThan: '2026-11-01T01:00:00+01:00' }, '2026-10-31T23:59:59Z', '2026-11-01T00:00:00Z'],
  [{ TimestampEquals: '2026-11-01T00:00:00Z' }, '2026-11-01T00:00:00.000Z', 'yesterday'],
  [{ NumericEqualsPath: '$.other' }, 5, 6],
  [{ IsNull: true }, null, 0],
  [{ IsNumeric: true }, 0, 'x'],
  [{ IsString: false }, 1, 'x'],
  [{ IsBoolean: true }, false, null],
  [{ IsTimestamp: true }, '2026-11-01T00:00:00Z', '2026-11-01'],
])('the comparison %j takes %j and not %j', async (comparison, yes, no) => {
  const rule = { Variable: '$.v', ...comparison };
  expect(await chooses(rule, { v: yes, other: 5 })).toBe(true);
  expect(await chooses(rule, { v: no, other: 5 })).toBe(false);
});

test('IsPresent is the one test that a missing variable passes or fails', async () => {
  expect(await chooses({ Variable: '$.v', IsPresent: true }, { v: null })).toBe(true);
  expect(await chooses({ Variable: '$.v', IsPresent: false }, {})).toBe(true);
});

test('And, Or and Not combine rules', async () => {
  const small = { Variable: '$.v', NumericLessThan: 10 };
  const positive = { Variable: '$.v', NumericGreaterThan: 0 };
  expect(await chooses({ And: [small, positive] }, { v: 5 })).toBe(true);
  expect(await chooses({ And: [small, { Not: positive }] }, { v: 5 })).toBe(false);
  expect(await chooses({ Or: [{ Not: small }, positive] }, { v: -5 })).toBe(false);
});

test.each([
  [{ Seconds: 90 }, 90],
  [{ SecondsPath: '$.n' }, 30],
  [{ Timestamp: '2026-11-01T00:10:00Z' }, 600],
  [{ TimestampPath: '$.at' }, 3_600],
  [{ Timestamp: '2020-01-01T00:00:00Z' }, 0],
])('Wait %j ends at its time', async (until, seconds) => {
  const on = bench();
  const input = { n: 30, at: '2026-11-01T01:00:00Z' };
  const execution = await on.run(
    { StartAt: 'W', States: { W: { Type: 'Wait', ...until, End: true } } },
    input,
  );
  expect(outputOf(execution)).toEqual(input);
  expect(Math.floor(((execution.stoppedAt ?? 0) - execution.startedAt) / 1_000)).toBe(seconds);
});

test('Parallel gives the outputs of its branches in their order', async () => {
  const branch = (name: string, seconds: number) => ({
    StartAt: `${name} waits`,
    States: {
      [`${name} waits`]: { Type: 'Wait', Seconds: seconds, Next: name },
      [name]: { Type: 'Pass', Parameters: { by: name, 'n.$': '$.n' }, End: true },
    },
  });
  const definition = {
    StartAt: 'Both',
    States: {
      Both: {
        Type: 'Parallel',
        Branches: [branch('slow', 60), branch('fast', 1)],
        ResultPath: '$.out',
        End: true,
      },
    },
  };
  expect(await output(definition, { n: 1 })).toEqual({
    n: 1,
    out: [
      { by: 'slow', n: 1 },
      { by: 'fast', n: 1 },
    ],
  });
});

const each = (mode: object, more: object = {}) => ({
  StartAt: 'Each',
  States: {
    Each: {
      Type: 'Map',
      ItemsPath: '$.items',
      ItemSelector: { 'n.$': '$$.Map.Item.Value', 'at.$': '$$.Map.Item.Index', 'of.$': '$.name' },
      ItemProcessor: {
        ProcessorConfig: mode,
        StartAt: 'Wait',
        States: { Wait: { Type: 'Wait', Seconds: 10, End: true } },
      },
      End: true,
      ...more,
    },
  },
});
const DISTRIBUTED = { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' };

test.each([[{ Mode: 'INLINE' }], [DISTRIBUTED]])(
  'a Map %j runs every item, at most so many at once, in order',
  async (mode) => {
    const on = bench();
    const execution = await on.run(each(mode, { MaxConcurrency: 2 }), { name: 'x', items: ['a', 'b', 'c'] });
    expect(outputOf(execution)).toEqual([
      { n: 'a', at: 0, of: 'x' },
      { n: 'b', at: 1, of: 'x' },
      { n: 'c', at: 2, of: 'x' },
    ]);
    const took = ((execution.stoppedAt ?? 0) - execution.startedAt) / 1_000;
    expect(took).toBeGreaterThan(20);
    expect(took).toBeLessThan(21);
  },
);

test('a Map over no items ends at once with an empty list', async () => {
  expect(await output(each(DISTRIBUTED), { name: 'x', items: [] })).toEqual([]);
});

test('handlers get copies: what one does to its input, no state sees', async () => {
  const on = bench();
  const arn = on.addFunction('spoil', ((input: { list: number[] }) => {
    input.list.push(99);
    return input.list.length;
  }) as never);
  const execution = await on.run(
    { StartAt: 'T', States: { T: { Type: 'Task', Resource: arn, ResultPath: '$.n', End: true } } },
    { list: [1] },
  );
  expect(outputOf(execution)).toEqual({ list: [1], n: 2 });
});

test('ResultSelector shapes the result of a task before it is put anywhere', async () => {
  const on = bench();
  const arn = on.addFunction('answer', () => ({ a: { b: 1 }, noise: 2 }));
  const task = { Type: 'Task', Resource: 'arn:aws:states:::lambda:invoke', End: true };
  const execution = await on.run(
    {
      StartAt: 'T',
      States: {
        T: {
          ...task,
          Parameters: { FunctionName: arn, 'Payload.$': '$' },
          ResultSelector: { 'b.$': '$.Payload.a.b', 'code.$': '$.StatusCode' },
          ResultPath: '$.r',
        },
      },
    },
    { n: 1 },
  );
  expect(outputOf(execution)).toEqual({ n: 1, r: { b: 1, code: 200 } });
});

test('whatever the input, a Pass state hands it on unchanged', async () => {
  await fc.assert(
    fc.asyncProperty(fc.jsonValue(), async (value) => {
      // JSON has no negative zero.
      const input: unknown = JSON.parse(JSON.stringify(value));
      expect(await output(pass({}), input)).toEqual(input);
    }),
    { numRuns: 50 },
  );
});
