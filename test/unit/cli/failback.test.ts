import { expect, test } from 'vitest';
import { failback } from '../../../cli/commands/failback.ts';
import { switchover } from '../../../cli/commands/switchover.ts';
import type { Ended, Starter } from '../../../cli/operator/starter-in.ts';
import type { Move } from '../../../core/groups/move.ts';
import type { HoldfastInput } from '../../../core/plan/input.ts';
import { HOME, INSTALLATION, RECOVERY, TaskWorld, time } from '../../support/task-world.ts';
import { configOf, shell, typed } from './typed.ts';

const NOON = time('2026-11-21T12:00:00Z');
const EXECUTION = 'arn:aws:states:eu-central-1:111122223333:execution:holdfast-failback:one';

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

function type(args: readonly string[], ended: Ended | undefined, move?: Move, of = failback) {
  const world = new TaskWorld();
  const started: unknown[] = [];
  const starter: Starter = {
    start: async (machine, input) => {
      started.push([machine, input]);
      return { execution: EXECUTION, startedAt: NOON };
    },
    ended: async () => ended,
    pause: async () => {
      if (move) await world.groups.openMove(move, []);
    },
  };
  const around = {
    ...shell(grouped(), () => world.catalog, NOON),
    records: () => world,
    starter: () => starter,
  };
  return { started, answer: typed(of, [...args], around) };
}

test('it is started where the group is active, and says that it asks later', async () => {
  const move: Move = {
    ...{ id: 'failback-shop-one', kind: 'failback', group: 'shop', from: RECOVERY, to: HOME },
    ...{ state: 'asked', askedAt: NOON, epoch: 3, execution: EXECUTION },
  };
  const { started, answer } = type(['shop', '--by', 'ada'], undefined, move);
  const { code, said } = await answer;
  expect([code, started]).toEqual([0, [['failback', { group: 'shop', by: 'ada' }]]]);
  expect(said).toContain(`shop goes home from ${RECOVERY} to ${HOME}`);
  expect(said).toContain(`holdfast approvals --region ${RECOVERY}`);
});

test('so is a switchover, in the region where the group goes', async () => {
  const move: Move = {
    ...{ id: 'switchover-shop-one', kind: 'switchover', group: 'shop', from: HOME, to: RECOVERY },
    ...{ state: 'asked', askedAt: NOON, epoch: 2, execution: EXECUTION },
  };
  const { started, answer } = type(['shop'], undefined, move, switchover);
  const { code, said } = await answer;
  expect([code, started]).toEqual([0, [['switchover', { group: 'shop' }]]]);
  expect(said).toContain(`shop changes sides from ${HOME} to ${RECOVERY}`);
  expect(said).toContain(`holdfast approvals --region ${RECOVERY}`);
});

test('a refusal is said in its own words, and a group that nobody knows starts nothing', async () => {
  const cause = JSON.stringify({ errorMessage: 'eu-west-1 is not back' });
  const { answer } = type(['shop'], { status: 'FAILED', error: 'RegionNotBack', cause });
  expect(await answer).toMatchObject({ code: 1, said: 'RegionNotBack: eu-west-1 is not back' });
  const unknown = type(['shpo'], undefined);
  expect((await unknown.answer).code).not.toBe(0);
  expect(unknown.started).toEqual([]);
});
