import { describe, expect, test } from 'vitest';
import type { RecoveryPoint } from '../../../../../core/catalog/recovery-point.ts';
import type { Step } from '../../../../../core/engines/driver.ts';
import type { ManifestIndex } from '../../../../../core/manifest/index-file.ts';
import { indexKey } from '../../../../../core/manifest/layout.ts';
import { hours, later, seconds } from '../../../../../core/time/instant.ts';
import { instantOf } from '../../../../../embedded/tidb/tso.ts';
import { capture, captureSpec, NotDone, openPoint, restoreTo } from '../../../../support/driver-run.ts';
import { FAMILY, HOME, TidbWorld, type TidbWorldOptions, VAULTS } from '../../../../support/tidb-world.ts';

const VAULT = VAULTS[HOME]!;

async function worldWith(options: TidbWorldOptions = {}): Promise<TidbWorld> {
  const world = new TidbWorld(options);
  world.create();
  await world.wait(5);
  return world;
}

function indexOf(world: TidbWorld, { cluster, id }: RecoveryPoint): ManifestIndex {
  const [found] = world.cloud.s3.current(VAULT, indexKey(cluster, id));
  return JSON.parse(found![1].body.toString('utf8')) as ManifestIndex;
}

const keysOf = (world: TidbWorld, { cluster, id }: RecoveryPoint): string[] =>
  [...world.cloud.s3.current(VAULT, `${cluster}/${id}/data/`)].map(([key]) => key.split('/data/')[1]!);

const incremental = (world: TidbWorld, base?: RecoveryPoint): RecoveryPoint => ({
  ...openPoint(world, base),
  kind: 'incremental',
});

const captureIncremental = (world: TidbWorld, base: RecoveryPoint): Promise<RecoveryPoint> =>
  capture(world, base, incremental(world, base));

async function restoresToItsInstant(world: TidbWorld, point: RecoveryPoint): Promise<void> {
  const target = world.target(HOME);
  await restoreTo(world, point, HOME, target);
  expect(new Map(world.restored(HOME, target))).toEqual(new Map(world.truth(point.takenAt!)));
}

/** What a capture ends with when it does not end well. */
async function failureOf(
  work: Promise<unknown>,
): Promise<{ readonly name: string; readonly message: string }> {
  try {
    await work;
  } catch (error) {
    if (error instanceof NotDone) return error.reason;
    throw error;
  }
  throw new Error('it succeeded');
}

describe('a full snapshot', () => {
  test('knows its timestamp to the last digit, its cluster, and what it holds', async () => {
    const world = await worldWith();
    const point = await capture(world);
    const { statistics, configuration, items, bytes } = indexOf(world, point);
    expect(statistics).toMatchObject({
      clusterId: world.source.id.toString(),
      increments: 0,
      files: items,
      bytes,
      brVersion: world.source.version,
    });
    expect(statistics).not.toHaveProperty('startTs');
    expect(instantOf(BigInt(statistics['backupTs']!))).toBe(point.takenAt);
    expect(configuration).toEqual({ version: world.source.version, filter: [] });
  });

  test('names every file that a restore reads, and none of the scratch beside them', async () => {
    const world = await worldWith();
    const point = await capture(world);
    const keys = keysOf(world, point);
    expect(keys).toContain('backup.lock');
    expect(indexOf(world, point).items).toBe(keys.length - 1);
  });

  test('of an empty cluster is one, and of a filter that lets nothing through is none', async () => {
    const empty = new TidbWorld();
    await empty.wait(5);
    expect((await capture(empty)).content).toMatchObject({ items: 1 });
    const filtered = await worldWith({ cluster: { filter: ['nothing.*'] } });
    expect(await failureOf(capture(filtered))).toMatchObject({
      name: 'InvalidConfiguration',
      message: expect.stringContaining('nothing.*'),
    });
  });

  test('holds what its filter lets through', async () => {
    const world = await worldWith({ cluster: { filter: ['stock.*'] } });
    const target = world.target(HOME);
    await restoreTo(world, await capture(world), HOME, target);
    const databases = [...world.restored(HOME, target).keys()].map((key) => key.split('.')[0]);
    expect(new Set(databases)).toEqual(new Set(['stock']));
  });
});

describe('a run that is killed', () => {
  test.each([0, 0.3, 0.9])('at %d of its way goes on, and the snapshot is whole', async (share) => {
    const world = await worldWith({ source: { bytesPerRow: 500_000_000 } });
    world.fleet.killNext('backup full', share);
    await restoresToItsInstant(world, await capture(world));
  });

  test('in an incremental begins that once more, because nothing tells how far it was', async () => {
    const world = await worldWith({ source: { bytesPerRow: 500_000_000 } });
    const base = await capture(world);
    await world.wait(60);
    world.mutate(0);
    await world.wait(60);
    world.fleet.killNext('backup full', 0.9);
    const point = await captureIncremental(world, base);
    expect(indexOf(world, point).statistics).toMatchObject({ increments: 1 });
    await restoresToItsInstant(world, point);
  });
});

describe('an incremental snapshot', () => {
  test('holds what changed since its base, and restores with it', async () => {
    const world = await worldWith();
    const points = [await capture(world)];
    for (let round = 0; round < 3; round++) {
      await world.wait(3_600);
      world.mutate(round);
      await world.wait(60);
      points.push(await captureIncremental(world, points.at(-1)!));
    }
    const last = indexOf(world, points[3]!);
    expect(last.statistics).toMatchObject({
      increments: 3,
      startTs: indexOf(world, points[2]!).statistics['backupTs'],
    });
    expect(last.configuration).toMatchObject({ base: points[2]!.id });
    for (const point of points) await restoresToItsInstant(world, point);
  });

  test('is a full one when there is nothing to continue', async () => {
    const world = await worldWith();
    const point = await capture(world, undefined, incremental(world));
    expect(indexOf(world, point).statistics).toMatchObject({
      increments: 0,
      fullInstead: expect.stringContaining('no sealed snapshot'),
    });
    await restoresToItsInstant(world, point);
  });

  test('is a full one when the changes since its base were collected, and says so', async () => {
    const world = await worldWith({ source: { gcLifeTime: hours(1) } });
    const base = await capture(world);
    await world.wait(3 * 3_600);
    world.mutate(0);
    await world.wait(60);
    const point = await captureIncremental(world, base);
    const { statistics, configuration } = indexOf(world, point);
    expect(statistics).toMatchObject({
      increments: 0,
      fullInstead: expect.stringContaining('ErrBackupGCSafepointExceeded'),
    });
    expect(configuration).not.toHaveProperty('base');
    await restoresToItsInstant(world, point);
  });

  test('is a full one when the manifest of its base is missing, which is then set aside', async () => {
    const world = await worldWith();
    const base = await capture(world);
    const s3 = { account: world.cloud.account, region: HOME, principal: 'x', now: world.now() };
    world.cloud.s3.call('DeleteObject', { Bucket: VAULT, Key: indexKey('shop', base.id) }, s3);
    await world.wait(60);
    const point = incremental(world, base);
    const step = await world.driver.begin(captureSpec(world, point));
    expect(step).toMatchObject({ outcome: 'running', cursor: { last: '', unreadable: base.id } });
  });

  test('does not continue a snapshot of another cluster', async () => {
    const world = await worldWith();
    const base = await capture(world);
    const key = indexKey('shop', base.id);
    const other = JSON.stringify(indexOf(world, base)).replace(world.source.id.toString(), '77');
    const call = { account: world.cloud.account, region: HOME, principal: 'x', now: world.now() };
    const put = { Bucket: VAULT, Key: key, Body: Buffer.from(other), ChecksumAlgorithm: 'CRC64NVME' };
    world.cloud.s3.call('PutObject', put, call);
    await world.wait(60);
    expect(await failureOf(captureIncremental(world, base))).toMatchObject({
      name: 'CaptureFailed',
      message: expect.stringContaining('which is of cluster 77'),
    });
  });
});

describe('what a capture meets', () => {
  test('PD that is away for minutes is waited for', async () => {
    const world = await worldWith();
    world.source.faults.hidesPd = true;
    world.cloud.world.at(later(world.now(), seconds(200)), () => {
      world.source.faults.hidesPd = false;
    });
    await restoresToItsInstant(world, await capture(world));
  });

  test('PD that stays away is named', async () => {
    const world = await worldWith({
      cluster: { reach: { pd: 'nowhere:2379', subnets: ['s'], securityGroups: [] } },
    });
    expect(await failureOf(capture(world))).toMatchObject({
      name: 'CaptureFailed',
      message: expect.stringContaining('pd address (nowhere:2379) not available'),
    });
  });

  test('stores that may not write to the vault are named', async () => {
    const world = await worldWith();
    world.source.faults.deniesStores = true;
    expect(await failureOf(capture(world))).toMatchObject({ name: 'PermissionMissing' });
  });

  test('no room for a task is waited for, and counts as no attempt', async () => {
    let refused = 0;
    const world = await worldWith({ disturbances: { outOfCapacity: () => refused++ < 9 } });
    const step = await world.driver.begin(captureSpec(world, openPoint(world)));
    expect(step).toMatchObject({ outcome: 'waiting', doing: expect.stringContaining('Capacity') });
    await world.wait(60);
    await restoresToItsInstant(world, await capture(world));
    expect(refused).toBeGreaterThan(9);
  });

  test('a task that does not start is started again', async () => {
    let times = 0;
    const failsToStart = () =>
      times++ < 2 ? 'ResourceInitializationError: unable to pull secrets: i/o timeout' : undefined;
    const world = await worldWith({ disturbances: { failsToStart } });
    await restoresToItsInstant(world, await capture(world));
  });
});

describe('an abandoned capture', () => {
  test('leaves no task and no file', async () => {
    const world = await worldWith({ source: { bytesPerRow: 5_000_000_000 } });
    const point = openPoint(world);
    let step: Step = await world.driver.begin(captureSpec(world, point));
    for (let lap = 0; lap < 5 && step.outcome === 'running'; lap++) {
      await world.wait(step.pollAfterSeconds);
      step = await world.driver.poll(captureSpec(world, point), step.cursor);
    }
    expect(keysOf(world, point)).not.toEqual([]);
    expect(world.cloud.ecs.running(HOME).map(({ family }) => family)).toEqual([FAMILY]);
    await world.driver.abandon(captureSpec(world, { ...point, state: 'failed' }));
    expect(keysOf(world, point)).toEqual([]);
    await world.wait(180);
    expect(world.cloud.ecs.running(HOME)).toEqual([]);
  });
});
