import { describe, expect, test } from 'vitest';
import { Throttled } from '../../../core/errors/registry.ts';
import { hours, type Instant, later, minutes } from '../../../core/time/instant.ts';
import { start } from '../../../lambdas/watch/start-backups/start.ts';
import { watch } from '../../../lambdas/watch/watch-objectives/watch.ts';
import { copied, sealed } from '../../support/task-runs.ts';
import { HOME, RECOVERY, TaskWorld, time } from '../../support/task-world.ts';

const NOON = time('2026-11-21T12:00:00Z');
const ID = 'orders-hourly-20261121t120000z';

describe('starting backups', () => {
  const trigger = { plan: 'gold', rule: 'hourly', scheduledAt: '2026-11-21T12:00:00Z' };

  test('every cluster of the plan gets one machine, and a second delivery finds them', async () => {
    const world = new TaskWorld();
    expect(await start(trigger, world.ports())).toEqual({ started: 2, alreadyStarted: 0 });
    expect(await start({ ...trigger, scheduledAt: '2026-11-21T13:00:00+01:00' }, world.ports())).toEqual({
      started: 0,
      alreadyStarted: 2,
    });
    expect(world.started[0]).toEqual({
      machine: 'backup',
      name: ID,
      input: '{"cluster":"orders","rule":"hourly","scheduledAt":"2026-11-21T12:00:00Z"}',
    });
  });

  test('one cluster that cannot be started stops no other and is named', async () => {
    const world = new TaskWorld();
    world.unreachable.set(ID, new Throttled('slow down'));
    await expect(start(trigger, world.ports())).rejects.toThrow('1 of 2: orders (Throttled: slow down)');
    expect(world.started.map(({ name }) => name)).toEqual(['billing-hourly-20261121t120000z']);
  });

  test('a schedule that was left behind says which plans there are', async () => {
    const world = new TaskWorld();
    await expect(start({ ...trigger, plan: 'silver' }, world.ports())).rejects.toThrow('known plans: gold');
  });
});

describe('watching objectives', () => {
  /** One cluster, watched every 15 minutes from one instant to another. */
  async function watched(world: TaskWorld, region: string, from: Instant, to: Instant): Promise<number> {
    const before = world.events.length;
    for (let now = from; now <= to; now = later(now, minutes(15))) await watch({}, world.ports(region), now);
    return world.events.slice(before).filter(({ name }) => name === 'ObjectiveBreached').length;
  }

  async function withPoint(): Promise<TaskWorld> {
    const world = new TaskWorld();
    world.installation = { ...world.installation, clusters: world.installation.clusters.slice(0, 1) };
    await copied(world, 'orders', await sealed(world, 'orders', 'hourly', NOON), NOON);
    return world;
  }

  test('the achieved RPO is the age of the newest proven state in this region', async () => {
    const world = await withPoint();
    const later = time('2026-11-21T13:00:00Z');
    await sealed(world, 'orders', 'hourly', later);
    const measure = async (region: string) => {
      await watch({}, world.ports(region), time('2026-11-21T13:30:00Z'));
      return world.metrics.filter(({ name }) => name === 'AchievedRpo').at(-1)?.value;
    };
    expect(await measure(HOME)).toBe(1_801);
    expect(await measure(RECOVERY)).toBe(5_401);
  });

  test('a breach is announced once and then once a day, while the metric comes each time', async () => {
    const world = await withPoint();
    expect(await watched(world, RECOVERY, NOON, later(NOON, hours(3)))).toBe(1);
    expect(await watched(world, RECOVERY, later(NOON, hours(3)), later(NOON, hours(24)))).toBe(0);
    expect(await watched(world, RECOVERY, later(NOON, hours(25)), later(NOON, hours(30)))).toBe(1);
    expect(
      world.metrics.filter(({ name, value }) => name === 'ObjectiveBreached' && value === 1).length,
    ).toBeGreaterThan(100);
  });

  test('a breach after a recovery is another breach; late copies that trickle in are not a recovery', async () => {
    const world = await withPoint();
    const at = (n: number) => later(NOON, hours(n));
    expect(await watched(world, RECOVERY, at(0), at(5))).toBe(1);
    await copied(world, 'orders', await sealed(world, 'orders', 'hourly', at(2)), at(5));
    expect(await watched(world, RECOVERY, at(5), at(6))).toBe(0);
    await copied(world, 'orders', await sealed(world, 'orders', 'hourly', at(6)), at(6));
    expect(await watched(world, RECOVERY, at(6), at(7))).toBe(0);
    expect(await watched(world, RECOVERY, at(7), at(10))).toBe(1);
  });

  test('a breach that begins because the newest copy is set aside is another breach', async () => {
    const world = await withPoint();
    const at = (n: number) => later(NOON, hours(n));
    expect(await watched(world, RECOVERY, at(0), at(5))).toBe(1);
    const newest = await sealed(world, 'orders', 'hourly', at(6));
    await copied(world, 'orders', newest, at(6));
    expect(await watched(world, RECOVERY, at(6), at(6.5))).toBe(0);
    const reason = { name: 'ChecksumMismatch', message: 'a drill found it altered' };
    await world.catalog.advanceCopy(newest, RECOVERY, 'quarantined', { reason });
    expect(await watched(world, RECOVERY, at(6.5), at(7))).toBe(1);
    expect(await watched(world, RECOVERY, at(7), at(8))).toBe(0);
  });

  test('a cluster without any proven point is breached once it has been configured for longer than its objective', async () => {
    const world = new TaskWorld();
    world.since = NOON;
    expect(await watched(world, HOME, NOON, later(NOON, hours(2)))).toBe(0);
    expect(await watch({}, world.ports(), later(NOON, hours(3)))).toEqual({ clusters: 2, breached: 2 });
    expect(world.events[0]?.sentence).toContain('no recovery point of it was ever proven there');
  });

  test('a deployment that changes something else begins no new wait', async () => {
    const world = new TaskWorld();
    world.since = NOON;
    expect(await watched(world, HOME, NOON, later(NOON, hours(1)))).toBe(0);
    world.since = later(NOON, hours(2));
    expect(await watch({}, world.ports(), later(NOON, hours(3)))).toEqual({ clusters: 2, breached: 2 });
  });

  test('a region watches only the clusters that are copied to it', async () => {
    const world = await withPoint();
    expect(await watch({}, world.ports('us-east-1'), NOON)).toEqual({ clusters: 0, breached: 0 });
  });
});
