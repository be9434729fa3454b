import { expect, test } from 'vitest';
import { failover } from '../../../cli/commands/failover.ts';
import type { Ended, Starter } from '../../../cli/operator/starter-in.ts';
import type { Move } from '../../../core/groups/move.ts';
import { moveId } from '../../../core/ids/names.ts';
import type { HoldfastInput } from '../../../core/plan/input.ts';
import { hours, later } from '../../../core/time/instant.ts';
import { INSTALLATION, RECOVERY, TaskWorld, time } from '../../support/task-world.ts';
import { configOf, shell, typed } from './typed.ts';

const NOON = time('2026-11-21T12:00:00Z');
const EXECUTION = 'arn:aws:states:eu-central-1:111122223333:execution:holdfast-failover:one';
const ID = moveId('failover', 'shop', NOON, EXECUTION);

function grouped(): HoldfastInput {
  const config = configOf(INSTALLATION);
  const clusters = Object.entries(config.clusters).map(([name, cluster]) => [
    name,
    { ...cluster, restoreInto: { [RECOVERY]: { bucket: `${name}-away` } } },
  ]);
  return {
    ...config,
    clusters: Object.fromEntries(clusters),
    groups: { shop: { layers: [['orders', 'billing']] } },
  };
}

/** A region whose machine does, at the second look, what it is told to. */
function region(atSecondLook: (world: TaskWorld) => Promise<Ended | undefined>) {
  const world = new TaskWorld();
  const inputs: unknown[] = [];
  const answers: unknown[] = [];
  let ended: Ended | undefined;
  const starter: Starter = {
    start: async (machine, input) => {
      inputs.push([machine, input]);
      return { execution: EXECUTION, startedAt: NOON };
    },
    ended: async () => ended,
    pause: async () => {
      ended = await atSecondLook(world);
    },
  };
  const around = {
    ...shell(grouped(), () => world.catalog, NOON),
    records: () => world,
    starter: () => starter,
    desk: () => ({
      approvals: world.approvals,
      answer: async (input: object) => {
        answers.push(input);
        return { execution: 'arn:answer', status: 'SUCCEEDED' };
      },
    }),
  };
  return { inputs, answers, type: (...args: string[]) => typed(failover, args, around) };
}

const asks = async (world: TaskWorld) => {
  await world.approvals.ask({
    ...{ id: ID, about: 'failover', sentence: 'shop is to fail over', facts: { orders: 'gives up 35 min' } },
    ...{ region: RECOVERY, askedAt: NOON, until: later(NOON, hours(1)), fourEyes: false },
    ...{ token: 'secret-token', state: 'waiting' },
  });
  return undefined;
};

test('what would be done is shown, with what is given up and how to answer, and nothing is answered', async () => {
  const on = region(asks);
  const { code, said } = await on.type('shop', '--to', 'together', '--without', 'billing', '--by', 'ada');
  expect(on.inputs).toEqual([
    ['failover', { group: 'shop', to: 'together', without: ['billing'], by: 'ada' }],
  ]);
  expect(code).toBe(0);
  for (const words of [
    'shop is to fail over',
    'orders: gives up 35 min',
    `holdfast approve ${ID} --region ${RECOVERY}`,
  ])
    expect(said).toContain(words);
  expect(said).not.toContain('secret-token');
  expect(on.answers).toEqual([]);
});

test('--yes answers at once, in the name of who asks, and needs one', async () => {
  const on = region(asks);
  expect(await on.type('shop', '--yes')).toMatchObject({ code: 2 });
  expect(on.inputs).toEqual([]);
  expect((await on.type('shop', '--yes', '--by', 'ada')).code).toBe(0);
  expect(on.answers).toEqual([{ approval: ID, answer: 'yes', by: 'ada' }]);
});

test('a refusal is said in its own words', async () => {
  const cause = JSON.stringify({ errorMessage: 'orders: NothingToRestore: …' });
  const on = region(async () => ({ status: 'FAILED', error: 'GroupNotRecoverable', cause }));
  expect(await on.type('shop')).toMatchObject({
    code: 1,
    said: 'GroupNotRecoverable: orders: NothingToRestore: …',
  });
});

test('one that was begun before is gone on with, and nobody is asked again', async () => {
  const on = region(async (world) => {
    const move = {
      ...{ id: 'failover-shop-before', kind: 'failover', group: 'shop', from: 'eu-west-1', to: RECOVERY },
      ...{ state: 'moving', askedAt: NOON, epoch: 2, execution: EXECUTION },
    } as Move;
    await world.groups.openMove(move, []);
    return undefined;
  });
  const { code, said } = await on.type('shop');
  expect([code, said]).toEqual([0, expect.stringContaining('failover-shop-before was begun before')]);
});

test('a group that nobody configured is not started', async () => {
  const on = region(asks);
  const { code, complained } = await on.type('shops');
  expect([code, complained, on.inputs]).toEqual([1, expect.stringContaining('known groups: shop'), []]);
});
