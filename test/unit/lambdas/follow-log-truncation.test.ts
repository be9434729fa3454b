import { expect, test } from 'vitest';
import type { ChainChange } from '../../../core/log/chain.ts';
import { earlier, hours, type Instant, instant, minutes } from '../../../core/time/instant.ts';
import { prove } from '../../../lambdas/log/prove.ts';
import { FollowWorld } from '../../support/follow-world.ts';
import { markOf } from '../../support/log-world.ts';
import { HOME, RECOVERY } from '../../support/task-world.ts';

const advance = (world: FollowWorld, region: string, change: ChainChange) =>
  world.tasks.catalog.advanceChain(
    { cluster: 'shop', region, chain: world.chain },
    change,
    world.world.now(),
  );

/** As a truncation does: takes away what holds nothing later, and moves the beginning. */
async function truncate(world: FollowWorld, region: typeof HOME | typeof RECOVERY, until: Instant) {
  const upTo = BigInt(until) << 18n;
  for (const path of world.files(region).keys()) {
    const last = /-(\d{18})\.meta$/.exec(path)?.[1];
    const first = /\/(\d{18})-[^/]*\.log$/.exec(path)?.[1];
    // A file of a flush that ended before then began six minutes before at the latest.
    if (last && BigInt(last) < upTo) world.hide(region, path);
    if (first && BigInt(first) < upTo - (BigInt(minutes(6)) << 18n)) world.hide(region, path);
  }
  // Nobody follows the chain at home in this world: its record moves when somebody needs it to.
  const checkpoint = region === HOME ? { checkpoint: markOf(earlier(world.world.now(), minutes(15))) } : {};
  await advance(world, region, { ...checkpoint, from: markOf(until) });
}

test('what this region truncated does not come back', async () => {
  const world = await new FollowWorld().begin();
  await world.pass(hours(2));
  world.source.log.pause('so that nothing is on its way');
  await world.pass(minutes(5));
  const own = (await world.own())!;
  const before = [...world.files(RECOVERY).keys()];
  await truncate(world, RECOVERY, earlier(own.checkpoint, minutes(40)));
  world.source.log.resume();
  const left = [...world.files(RECOVERY).keys()];
  const cut = before.filter((path) => !left.includes(path));
  expect(cut.length).toBeGreaterThan(50);
  await world.pass(minutes(30));
  await world.heal();
  const now = [...world.files(RECOVERY).keys()];
  expect(cut.filter((path) => now.includes(path))).toEqual([]);
  expect(now.length).toBeGreaterThan(left.length);
});

test('what the source truncated stays here, and what it wrote anew does not overwrite what came first', async () => {
  const world = await new FollowWorld().begin();
  await world.pass(hours(2));
  const [first] = [...world.files(HOME)].find(([path]) => path.endsWith('.meta'))!;
  const before = world.files(RECOVERY);
  world.put(HOME, first, Buffer.from('{"storeId":1,"flushTs":"1","files":[]}'));
  await truncate(world, HOME, instant(world.world.now() - minutes(50)));
  await world.pass(minutes(20));
  await world.heal();
  for (const [path, body] of before)
    if (!path.endsWith('.ts')) expect(world.files(RECOVERY).get(path), path).toEqual(body);
  await world.expectNoHole();
});

test('of a file that is written again the first stays', async () => {
  const world = await new FollowWorld().begin();
  for (const body of ['first', 'again']) {
    world.put(HOME, 'backup.lock', Buffer.from(body));
    await world.pass(minutes(1));
  }
  await world.heal();
  expect(world.files(RECOVERY).get('backup.lock')?.toString()).toBe('first');
});

test('a region that the truncation of the source overtook begins where the source does, and says so', async () => {
  const world = await new FollowWorld().begin();
  await world.pass(hours(1));
  world.dark.add(RECOVERY);
  await world.pass(hours(3));
  const from = instant(world.world.now() - minutes(60));
  await truncate(world, HOME, from);
  world.dark.delete(RECOVERY);
  await world.pass(minutes(20));
  expect(await world.own()).toMatchObject({ state: 'running', from });
  expect((await world.own())!.checkpoint).toBeGreaterThan(from);
  expect([...new Set(world.tasks.names())]).toEqual(['DifferenceFound']);
});

test.each(['stopped', 'broken'] as const)(
  'a chain that is %s at home is so here, once all of it came',
  async (end) => {
    const world = await new FollowWorld().begin();
    await world.pass(hours(1));
    world.fate = () => [];
    await world.pass(minutes(30));
    world.source.log.pause('over');
    await world.pass(minutes(5));
    const reason = { name: 'LogChainBroken', message: 'the log task is gone' };
    const files = world.files(HOME);
    const [, last] = [...files]
      .filter(([path]) => path.endsWith('.ts'))
      .sort(([, a], [, b]) => (a.readBigUInt64LE() < b.readBigUInt64LE() ? 1 : -1))[0]!;
    const checkpoint = {
      at: Number(last.readBigUInt64LE() >> 18n) as Instant,
      mark: String(last.readBigUInt64LE()),
    };
    await advance(world, HOME, { state: end, reason, checkpoint });
    await world.heal();
    expect(await world.own()).toMatchObject({ state: end, reason, checkpoint: checkpoint.at });
    await world.expectNoHole();
  },
);

test('a proof that began before the chain was broken here claims nothing any more', async () => {
  const world = await new FollowWorld().begin();
  await world.pass(hours(1));
  world.fate = () => [];
  await world.pass(minutes(10));
  const { checkpoint } = (await world.own())!;
  // The last of its calls before the claim is slow, and meanwhile somebody finds a loss.
  let broken: Promise<unknown> | undefined;
  world.takes = (operation) => {
    if (operation === 'CopyObject') broken ??= advance(world, RECOVERY, { lost: markOf(checkpoint) });
    return undefined;
  };
  const { layouts } = world.ports();
  const proof = prove(
    { cluster: 'shop', chain: world.chain, layout: layouts('tidb')! },
    world.ports(),
    world.world.now(),
  );
  await expect(world.wait(proof)).rejects.toThrow('is broken and cannot become running');
  await broken;
  expect(await world.own()).toMatchObject({ state: 'broken', checkpoint });
});
