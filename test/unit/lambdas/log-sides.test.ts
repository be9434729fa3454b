import { expect, test } from 'vitest';
import type { Epoch, Group } from '../../../core/groups/group.ts';
import { hours, minutes } from '../../../core/time/instant.ts';
import { FollowWorld } from '../../support/follow-world.ts';
import { SuperviseWorld } from '../../support/supervise-world.ts';
import { HOME, RECOVERY, type TaskWorld } from '../../support/task-world.ts';

const WEB: Group = {
  name: 'web',
  layers: [['shop']],
  to: RECOVERY,
  maxSkew: minutes(15),
  approvalWithin: hours(1),
};
const grouped = (tasks: TaskWorld): void => {
  tasks.installation = { ...tasks.installation, groups: [WEB] };
};
const raise = (tasks: TaskWorld, number: number, active: string, since: Epoch['since']) =>
  tasks.groups.raise({ group: 'web', number, active, since, move: `move-${number}` });

test('what a fenced side goes on to write into its log is not followed, by event or by comparison', async () => {
  const world = await new FollowWorld().begin();
  grouped(world.tasks);
  await world.pass(minutes(30));
  const before = await world.own();
  const files = world.files(RECOVERY).size;
  await raise(world.tasks, 2, RECOVERY, world.world.now());
  await world.pass(hours(1));
  await world.heal();
  expect(await world.own()).toEqual(before);
  expect(world.files(RECOVERY).size).toBe(files);
  expect(world.files(HOME).size).toBeGreaterThan(files + 10);
  expect([world.tasks.errors, world.tasks.events]).toEqual([[], []]);
});

test('a log in a group is followed as ever while nobody has taken over', async () => {
  const world = await new FollowWorld().begin();
  grouped(world.tasks);
  await world.pass(minutes(30));
  await world.expectNoHole();
  expect((await world.own())!.checkpoint).toBeGreaterThan(world.world.now() - minutes(12));
});

test('the log of a fenced side is left alone, and ends when the side is the true one again: another one begins', async () => {
  const world = new SuperviseWorld();
  await world.supervise();
  await world.full();
  grouped(world.tasks);
  await world.wait(minutes(10));
  await world.supervise();
  const [first] = await world.chains();
  await raise(world.tasks, 2, RECOVERY, world.now);
  await world.wait(minutes(30));
  await world.supervise();
  expect(await world.chains()).toEqual([first]);
  expect(world.risks()).toEqual([]);
  await raise(world.tasks, 3, HOME, world.now);
  await world.wait(minutes(70));
  await world.supervise();
  const [ended, begun] = await world.chains();
  expect(ended).toMatchObject({
    state: 'stopped',
    checkpoint: first!.checkpoint,
    reason: { name: 'FencedOff' },
  });
  expect(begun).toMatchObject({ state: 'running' });
  expect(world.tidb.source.log.status).toBe('NORMAL');
});
