import { describe, expect, test } from 'vitest';
import type { Step } from '../../../../../core/engines/driver.ts';
import { later, seconds } from '../../../../../core/time/instant.ts';
import { instantOf } from '../../../../../embedded/tidb/tso.ts';
import { capture, captureSpec, openPoint, restoreTo } from '../../../../support/driver-run.ts';
import { FAMILY, HOME, TidbWorld } from '../../../../support/tidb-world.ts';
import { failureOf, indexOf, keysOf, restoresToItsInstant, worldWith } from './snapshot-scene.ts';

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
      name: 'ClusterUnreachable',
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
