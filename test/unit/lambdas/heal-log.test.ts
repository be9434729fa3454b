import { expect, test } from 'vitest';
import { days, hours, minutes } from '../../../core/time/instant.ts';
import { FollowWorld } from '../../support/follow-world.ts';
import { HOME, RECOVERY } from '../../support/task-world.ts';

/** A log of two hours that came whole, and that has been at rest since. */
async function followed(seed = 1): Promise<FollowWorld> {
  const world = await new FollowWorld(seed).begin();
  await world.pass(hours(2));
  world.source.log.pause('nothing is written any more');
  await world.pass(minutes(10));
  return world;
}

const some = (world: FollowWorld, what: RegExp, n = 0): string =>
  [...world.files(RECOVERY).keys()].filter((path) => what.test(path))[n]!;
const events = (world: FollowWorld) => world.tasks.events.map(({ name, facts }) => [name, facts?.['files']]);

test('what no event ever told of comes with the next comparison, checkpoints too', async () => {
  const world = await new FollowWorld().begin();
  world.fate = () => [];
  await world.pass(hours(3));
  expect(await world.own()).toBeUndefined();
  await world.heal();
  await world.expectNoHole();
  expect((await world.own())!.checkpoint).toBeGreaterThan(world.world.now() - minutes(12));
});

test('files that are missing or altered here are put right, and that is said once', async () => {
  const world = await followed();
  world.hide(RECOVERY, some(world, /\.log$/));
  world.hide(RECOVERY, some(world, /\.meta$/, 3));
  world.put(RECOVERY, some(world, /\.log$/, 4), Buffer.from('something else'));
  await expect(world.expectNoHole()).rejects.toThrow();
  expect(await world.heal()).toMatchObject({ done: 1, unfinished: 0, mended: 3, lost: 0 });
  await world.expectNoHole();
  expect(events(world)).toEqual([['DifferenceMended', 3]]);
  await world.pass(days(1));
  expect(await world.heal()).toMatchObject({ done: 1, mended: 0 });
});

test('what changed since the last comparison is compared again, and nothing else is asked about', async () => {
  const world = await followed();
  await world.heal();
  const path = some(world, /\.log$/, 2);
  const size = world.files(RECOVERY).get(path)!.length;
  await world.pass(hours(3));
  world.put(RECOVERY, path, Buffer.alloc(size, 'x'));
  expect(await world.heal()).toMatchObject({ done: 0, compared: 0 });
  await world.pass(days(1));
  const heads = world.s3.requests.get('HeadObject') ?? 0;
  expect(await world.heal()).toMatchObject({ done: 1, mended: 1 });
  const asked = (world.s3.requests.get('HeadObject') ?? 0) - heads;
  await world.expectNoHole();
  expect(asked).toBeLessThan(10);
});

test('a comparison of many files takes as many laps as it needs', async () => {
  const world = await followed();
  for (const n of [0, 5, 10]) world.hide(RECOVERY, some(world, /\.log$/, n));
  world.hide(RECOVERY, some(world, /\.meta$/, 7));
  world.limits = { copiesMax: 1_000, mendedMax: 1_000, comparedMax: 9 };
  let laps = 0;
  for (let done = 0; done === 0; laps++) {
    const healed = await world.heal();
    expect(healed.compared).toBeLessThanOrEqual(9);
    done = healed.done;
    await world.pass(hours(1));
  }
  expect(laps).toBeGreaterThan(5);
  await world.expectNoHole();
});

test('what the source hid is copied from behind its marker', async () => {
  const world = await followed();
  const path = some(world, /\.log$/, 5);
  world.hide(HOME, path);
  world.hide(RECOVERY, path);
  expect(await world.heal()).toMatchObject({ mended: 1, lost: 0 });
  await world.expectNoHole();
});

test('a file that is gone for good ends the chain here before it, aloud', async () => {
  const world = await followed();
  const path = some(world, /\/2\/\d+-.*\.log$/, 6);
  const before = (await world.own())!;
  world.destroy(HOME, path);
  world.hide(RECOVERY, path);
  expect(await world.heal()).toMatchObject({ lost: 1 });
  const own = (await world.own())!;
  const begins = Number(BigInt(/(\d+)-[^/]*$/.exec(path)![1]!) >> 18n);
  expect(own).toMatchObject({ state: 'broken', checkpoint: begins - 1, from: before.from });
  expect(own.checkpoint).toBeLessThan(before.checkpoint);
  expect(events(world)).toEqual([['LogChainBroken', 1]]);
  expect(world.tasks.events[0]!.sentence).toContain(path);
  // What comes later does not open it again.
  await world.heal();
  expect(await world.own()).toEqual(own);
  expect(events(world)).toHaveLength(1);
});

test('a file that vanished before it came ends the chain where it stands', async () => {
  const world = await followed();
  const known = new Set(world.files(HOME).keys());
  world.fate = () => [];
  world.source.log.resume();
  const before = (await world.own())!;
  await world.pass(minutes(20));
  const path = [...world.files(HOME).keys()].find((each) => !known.has(each) && each.endsWith('.log'))!;
  world.destroy(HOME, path);
  world.hide(HOME, path);
  await world.heal();
  expect(await world.own()).toMatchObject({ state: 'broken', from: before.from });
  expect((await world.own())!.checkpoint).toBeGreaterThanOrEqual(before.checkpoint);
  await world.expectNoHole();
});
