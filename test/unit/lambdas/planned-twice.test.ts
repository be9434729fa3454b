import { beforeEach, describe, expect, test } from 'vitest';
import { hours, later, minutes } from '../../../core/time/instant.ts';
import { currentMove } from '../../../lambdas/failback/current.ts';
import { endFailback } from '../../../lambdas/failback/end-failback.ts';
import { resolve } from '../../../lambdas/failback/resolve-failback/resolve.ts';
import { raise } from '../../../lambdas/failover/raise-epoch/raise.ts';
import { resolve as planFailover } from '../../../lambdas/failover/resolve-failover/resolve.ts';
import { HOME, INSTALLATION, RECOVERY, TaskWorld, time } from '../../support/task-world.ts';

const NOON_TEXT = '2026-11-21T12:00:00Z';
const NOON = time(NOON_TEXT);
const execution = (name: string) =>
  `arn:aws:states:${RECOVERY}:111122223333:execution:holdfast-failback:${name}`;

let world: TaskWorld;
/** Executions that go on. */
let running: Set<string>;

beforeEach(async () => {
  world = new TaskWorld();
  running = new Set();
  const rest = { to: RECOVERY, maxSkew: minutes(15), approvalWithin: hours(1) };
  world.installation = { ...INSTALLATION, groups: [{ name: 'shop', layers: [['orders']], ...rest }] };
  await world.groups.raise({ group: 'shop', number: 2, active: RECOVERY, since: NOON, move: 'failover' });
});

const home = () => ({
  region: HOME,
  vault: { store: { get: async () => undefined }, bucket: 'vault' },
  groups: world.groups,
});
const resolveBy = (name: string, at = NOON) =>
  resolve(
    {
      kind: 'failback',
      request: { group: 'shop' },
      execution: execution(name),
      startedAt: new Date(at).toISOString(),
    },
    {
      ...world.ports(RECOVERY),
      home: home(),
      heldBy: async () => [],
      runs: { isRunning: async (asked: string) => running.has(asked) },
    },
    at,
  );

describe('two ways home that were asked for in the same moment', () => {
  test('are told of by the first that runs, and gone on with by the one that raised the epoch', async () => {
    const first = await resolveBy('one');
    await resolveBy('two', later(NOON, minutes(1)));
    running.add(execution('one'));
    await expect(resolveBy('three', later(NOON, minutes(2)))).rejects.toMatchObject({
      name: 'MoveUnderWay',
      message: expect.stringContaining(execution('one')),
    });
    await raise({ execution: execution('one'), failover: first }, world.ports(RECOVERY), NOON);
    running.clear();
    const again = await resolveBy('four', later(NOON, hours(1)));
    expect([again.outcome, again.move]).toEqual(['again', first.move]);
  });
});

describe('a way home', () => {
  const failover = () =>
    planFailover(
      {
        request: { group: 'shop', to: 'latest', without: [] },
        execution: execution('over'),
        startedAt: NOON_TEXT,
      },
      { ...world.ports(RECOVERY), runs: { isRunning: async (asked: string) => running.has(asked) } },
      NOON,
    );

  test('that goes on is in the way of a failover, whose restores it would write over', async () => {
    await resolveBy('one');
    running.add(execution('one'));
    await expect(failover()).rejects.toMatchObject({
      name: 'MoveUnderWay',
      message: expect.stringContaining(execution('one')),
    });
  });

  test('that was done, and failed before it could say so, is told of and stays done', async () => {
    const { move: id } = await resolveBy('one');
    const [move] = await world.groups.moves('shop');
    await world.groups.recordMove({ ...move!, state: 'moved' }, move!);
    const reason = { name: 'FailbackIncomplete', message: 'the bus took no event' };
    const [moved] = await world.groups.moves('shop');
    await endFailback(moved!, reason, 'failed', world.ports(RECOVERY), NOON);
    expect((await world.groups.moves('shop')).map((one) => [one.id, one.state])).toEqual([[id, 'moved']]);
    expect(world.events).toMatchObject([{ name: 'FailbackIncomplete', reason }]);
    expect(world.events[0]?.sentence).toContain('after all of it served in');
    expect(world.events[0]?.sentence).not.toContain('again');
  });

  test('does nothing more once another move raised the group', async () => {
    const planned = await resolveBy('one');
    expect((await currentMove(planned, world.ports(RECOVERY))).id).toBe(planned.move);
    const since = later(NOON, hours(1));
    await world.groups.raise({ group: 'shop', number: 3, active: HOME, since, move: 'another' });
    await expect(currentMove(planned, world.ports(RECOVERY))).rejects.toMatchObject({
      name: 'FencedOff',
      message: expect.stringContaining('by another'),
    });
  });

  test('that raised the group itself goes on', async () => {
    const planned = await resolveBy('one');
    await raise({ execution: execution('one'), failover: planned }, world.ports(RECOVERY), NOON);
    expect((await currentMove(planned, world.ports(RECOVERY))).id).toBe(planned.move);
  });
});
