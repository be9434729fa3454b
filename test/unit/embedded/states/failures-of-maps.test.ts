import { expect, test } from 'vitest';
import { bench, functionArn, named, outputOf, pathOf } from './bench.ts';

const mapped = (more: object, mode = 'DISTRIBUTED') => ({
  StartAt: 'M',
  States: {
    M: {
      Type: 'Map',
      ItemProcessor: {
        ProcessorConfig: { Mode: mode, ...(mode === 'DISTRIBUTED' ? { ExecutionType: 'STANDARD' } : {}) },
        StartAt: 'T',
        States: { T: { Type: 'Task', Resource: functionArn('task'), End: true } },
      },
      Next: 'Fine',
      ...more,
    },
    Fine: { Type: 'Succeed' },
    ...('Catch' in more ? { Caught: { Type: 'Succeed' } } : {}),
  },
});

function oddOnesFail() {
  const on = bench();
  on.addFunction('task', ((n: number) => {
    if (n % 2 === 1) throw named('Odd');
    return n;
  }) as never);
  return on;
}

test('a Map run fails with the first child too many, and its catcher sees the threshold', async () => {
  const on = oddOnesFail();
  const execution = await on.run(
    mapped({ Catch: [{ ErrorEquals: ['States.ALL'], Next: 'Caught' }] }),
    [0, 1, 2],
  );
  expect(outputOf(execution)).toMatchObject({ Error: 'States.ExceedToleratedFailureThreshold' });
});

test.each([
  [{ ToleratedFailureCount: 2 }, 'SUCCEEDED'],
  [{ ToleratedFailureCount: 1 }, 'FAILED'],
  [{ ToleratedFailurePercentage: 40 }, 'SUCCEEDED'],
  [{ ToleratedFailurePercentage: 39 }, 'FAILED'],
])('with two failures of five, a Map run that tolerates %j has %s', async (tolerated, status) => {
  const execution = await oddOnesFail().run(mapped(tolerated), [0, 1, 2, 3, 4]);
  expect(execution.status).toBe(status);
});

test('the children that still run are aborted when a Map run fails', async () => {
  const on = bench();
  on.addFunction('task', (async (n: number) => {
    if (n === 0) throw named('First');
    await on.world.sleep(3_600_000 as never);
  }) as never);
  const execution = await on.run(mapped({}), [0, 1, 2]);
  const children = [...on.states.list(mapRunOf(on))].map(({ status }) => status);
  expect([execution.status, children]).toEqual(['FAILED', ['FAILED', 'ABORTED', 'ABORTED']]);
});

const mapRunOf = (on: ReturnType<typeof bench>): string => {
  const answer = on.states.call(
    'ListMapRuns',
    { executionArn: on.states.list(on.states.machines[0]!.arn)[0]!.arn },
    {
      account: '111122223333',
      region: 'eu-west-1',
      principal: '',
      now: on.world.now(),
    },
  ) as { mapRuns: { mapRunArn: string }[] };
  return answer.mapRuns[0]!.mapRunArn;
};

test('the error of an iteration of an inline Map is the error of the Map', async () => {
  const execution = await oddOnesFail().run(
    mapped({ Catch: [{ ErrorEquals: ['Odd'], Next: 'Caught' }] }, 'INLINE'),
    [0, 1, 2],
  );
  expect(pathOf(execution)).toContain('Caught');
});
