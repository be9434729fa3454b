import { expect, test } from 'vitest';
import type { Execution } from '../../../../embedded/states/execution.ts';
import { bench, deploy, named, pathOf, type Toy } from './bench.ts';

const progress = (outcome: string, more: object = {}) => ({
  cluster: 'orders',
  recoveryPointId: 'orders-hourly-20261101t000000z',
  outcome,
  pollAfterSeconds: 0,
  shards: [],
  doing: '',
  cursor: {},
  ...more,
});

/** A task that answers one outcome after the other. */
const inTurn = (...answers: readonly (object | Error)[]): Toy => {
  const left = [...answers];
  return () => {
    const next = left.shift() ?? named('Exhausted');
    if (next instanceof Error) throw next;
    return next;
  };
};
const nothing: Toy = () => ({});

async function runMachine(
  name: Parameters<typeof deploy>[1],
  input: object,
  tasks: Readonly<Record<string, Toy>>,
): Promise<{ execution: Execution; path: string[]; on: ReturnType<typeof bench> }> {
  const on = bench();
  const machine = deploy(on, name, tasks);
  const execution = on.states.start(machine.arn, { input: JSON.stringify(input) });
  await on.world.runWhile(() => execution.status === 'RUNNING');
  return { execution, path: pathOf(execution), on };
}

test('a backup goes through shards and waits to a sealed recovery point and started copies', async () => {
  const seen: unknown[] = [];
  const { execution, path, on } = await runMachine(
    'backup',
    { cluster: 'orders' },
    {
      CaptureRecoveryPoint: inTurn(progress('shards', { shards: [0, 1, 2] })),
      CaptureShard: (input) => {
        seen.push(input);
        return {};
      },
      PollCapture: inTurn(progress('running', { pollAfterSeconds: 60 }), progress('ready')),
      VerifyRecoveryPoint: () => ({ outcome: 'sound' }),
      SealRecoveryPoint: nothing,
      StartCopies: () => ({ regions: ['eu-central-1'] }),
    },
  );
  expect(execution.status).toBe('SUCCEEDED');
  expect(path).toEqual([
    'Capture',
    'Captured?',
    'Capture shards',
    'Poll',
    'Captured?',
    'Wait for the engine',
    'Poll',
    'Captured?',
    'Verify',
    'Sound?',
    'Seal',
    'Start copies',
  ]);
  expect(seen).toHaveLength(3);
  expect(seen).toContainEqual({
    cluster: 'orders',
    recoveryPointId: 'orders-hourly-20261101t000000z',
    shard: 2,
  });
  expect(on.states.machines[0]?.counts).toEqual({ executions: 1, childExecutions: 3, transitions: 15 });
});
