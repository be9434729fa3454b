import { expect, test } from 'vitest';
import { hours, minutes, seconds } from '../../../core/time/instant.ts';
import type { S3Event } from '../../../embedded/s3/event-message.ts';
import { type LogMeta, parseWithTso } from '../../../embedded/tidb/log-files.ts';
import { tsoOf } from '../../../embedded/tidb/tso.ts';
import { type Fate, FollowWorld, VAULTS } from '../../support/follow-world.ts';
import { HOME, RECOVERY } from '../../support/task-world.ts';

const behind = async (world: FollowWorld): Promise<number> =>
  (world.world.now() - ((await world.own())?.checkpoint ?? 0)) / minutes(1);

test('a log arrives whole, minutes behind the cluster, and every object once', async () => {
  const world = await new FollowWorld().begin();
  for (let n = 0; n < 4; n++) {
    await world.pass(minutes(15));
    await world.expectNoHole();
  }
  expect(await behind(world)).toBeLessThan(10);
  expect(world.tasks.errors).toEqual([]);
  await world.pass(minutes(1));
  for (const [path, body] of world.files(RECOVERY)) expect(world.files(HOME).get(path), path).toEqual(body);
  const versions = [...world.s3.versions('vault-recovery')].filter(([key]) => !key.endsWith('.ts'));
  expect(versions.filter(([, all]) => all.length > 1)).toEqual([]);
});

const isOf = (event: S3Event, what: RegExp): boolean => what.test(event.detail.object.key);

/** A third is lost, a third comes again and again, and all come in an order that nobody chose. */
const wild: Fate = (_event, chance) => {
  const fate = chance();
  const delays = fate < 0.3 ? 0 : fate < 0.6 ? 3 : 1;
  return Array.from({ length: delays }, () => seconds(Math.ceil(chance() ** 4 * 1_200)));
};

test.each([1, 2])(
  'events that are lost, doubled and late make no hole and take nothing back (%i)',
  async (seed) => {
    const world = await new FollowWorld(seed).begin();
    world.fate = wild;
    let claimed = 0n;
    for (let n = 0; n < 15; n++) {
      await world.pass(minutes(8));
      const now = await world.expectNoHole();
      expect(now >= claimed).toBe(true);
      claimed = now;
    }
    expect(await behind(world)).toBeLessThan(25);
  },
);

test.each([1, 2])('no file is named here a moment before it is here (%i)', async (seed) => {
  const world = await new FollowWorld(seed).begin();
  // Proofs alone bring anything, and the source is written to between two of their listings.
  world.fate = (event) => (isOf(event, /global_checkpoint/) ? [seconds(1)] : []);
  let named = 0;
  const early: string[] = [];
  world.takes = (operation, input) => {
    const { Bucket = '', Key = '' } = input as { Bucket?: string; Key?: string };
    if (operation === 'ListObjectVersions') return minutes(1);
    if (operation !== 'CopyObject' || Bucket !== VAULTS[RECOVERY] || !Key.endsWith('.meta')) return undefined;
    const body = world.files(HOME).get(Key.slice(world.prefix.length))!;
    const here = world.files(RECOVERY);
    for (const { path } of parseWithTso<LogMeta>(body.toString('utf8')).files) {
      named++;
      if (!here.has(path)) early.push(path);
    }
    return undefined;
  };
  await world.pass(hours(1));
  expect(early).toEqual([]);
  expect(named).toBeGreaterThan(20);
});

test('a checkpoint that comes before everything that it vouches for brings it along', async () => {
  const world = await new FollowWorld().begin();
  world.fate = (event) => [isOf(event, /global_checkpoint/) ? seconds(1) : hours(1)];
  await world.pass(minutes(30));
  expect(await world.expectNoHole()).toBeGreaterThan(tsoOf(world.world.now()) - (BigInt(minutes(12)) << 18n));
});

test('without checkpoints data comes and nothing is claimed', async () => {
  const world = await new FollowWorld().begin();
  world.fate = (event) => (isOf(event, /global_checkpoint/) ? [] : [seconds(1)]);
  await world.pass(minutes(30));
  expect(await world.own()).toBeUndefined();
  expect([...world.files(RECOVERY).keys()].filter((path) => path.endsWith('.meta'))).toEqual([]);
  expect([...world.files(RECOVERY).keys()].filter((path) => path.endsWith('.log')).length).toBeGreaterThan(5);
});

test.each([HOME, RECOVERY])('hours in which %s is dark are made up for when it is back', async (region) => {
  const world = await new FollowWorld(3).begin();
  await world.pass(hours(1));
  world.dark.add(region);
  await world.pass(hours(3));
  await world.expectNoHole();
  world.dark.delete(region);
  await world.pass(minutes(30));
  await world.expectNoHole();
  expect(await behind(world)).toBeLessThan(12);
});

test('a store that is stuck for hours holds the claim back, and what it flushes then is not overlooked', async () => {
  const world = await new FollowWorld(2).begin();
  await world.pass(hours(1));
  world.source.faults.stopFlushing(2);
  await world.pass(hours(4));
  expect(await behind(world)).toBeGreaterThan(230);
  world.source.faults.flushAgain(2);
  world.fate = (event) => (isOf(event, /\.log$/) ? [] : [seconds(1)]);
  await world.pass(minutes(20));
  await world.expectNoHole();
  expect(await behind(world)).toBeLessThan(12);
});

test('a copy that was altered on its way is made anew', async () => {
  const world = await new FollowWorld().begin();
  let altered = 0;
  world.s3.tamperCopy = ({ to, bytes }) => {
    if (!to.key.endsWith('.log') || altered > 2) return undefined;
    altered++;
    return Buffer.concat([bytes.subarray(1), Buffer.from('x')]);
  };
  await world.pass(minutes(20));
  expect(altered).toBeGreaterThan(2);
  await world.expectNoHole();
  expect(await behind(world)).toBeLessThan(12);
});

test('a checkpoint file that says what was never there is put right', async () => {
  const world = await new FollowWorld().begin();
  await world.pass(minutes(20));
  const ahead = Buffer.alloc(8);
  ahead.writeBigUInt64LE(tsoOf(world.world.now()) * 2n);
  world.put(RECOVERY, 'v1/global_checkpoint/1.ts', ahead);
  await world.pass(minutes(10));
  await world.expectNoHole();
});

test('a backlog that is more than one proof copies is made up for in several', async () => {
  const world = await new FollowWorld().begin();
  world.limits = { copiesMax: 7, mendedMax: 7, comparedMax: 100 };
  world.fate = () => [];
  await world.pass(hours(2));
  world.fate = (event) => (isOf(event, /global_checkpoint/) ? [seconds(1)] : []);
  for (let n = 0; n < 12; n++) {
    await world.pass(minutes(5));
    await world.expectNoHole();
  }
  expect(await behind(world)).toBeLessThan(12);
});

test('what is of a truncation stays in its own region, and what is of no log is left alone', async () => {
  const world = await new FollowWorld().begin();
  world.put(HOME, 'v1_stream_trancate_safepoint.txt', Buffer.from('1'));
  world.put(HOME, 'truncating.lock', Buffer.from('{}'));
  world.put(HOME, 'backup.lock', Buffer.from('{}'));
  await world.pass(minutes(1));
  expect([...world.files(RECOVERY).keys()]).toEqual(['backup.lock']);
});
