import { describe, expect, test } from 'vitest';
import { Throttled } from '../../../core/errors/registry.ts';
import { hours, type Instant, iso, later, minutes } from '../../../core/time/instant.ts';
import { capture } from '../../../lambdas/backup/capture-recovery-point/capture.ts';
import { begin as beginCopy } from '../../../lambdas/copy/begin-copy/begin.ts';
import { begin as beginRestore } from '../../../lambdas/restore/begin-restore/begin.ts';
import { resolve } from '../../../lambdas/restore/resolve-restore/resolve.ts';
import { close } from '../../../lambdas/watch/close-stopped-execution/close.ts';
import { start } from '../../../lambdas/watch/start-backups/start.ts';
import { watch } from '../../../lambdas/watch/watch-objectives/watch.ts';
import { resolved } from '../../../workflows/contracts/restore.ts';
import { copied, sealed, twice } from '../../support/task-runs.ts';
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

describe('closing what a stopped machine left open', () => {
  const stopped = (machine: string, status: string, input: unknown, more: object = {}) => ({
    detail: {
      executionArn: 'execution-1',
      stateMachineArn: `arn:aws:states:eu-west-1:111122223333:stateMachine:holdfast-${machine}`,
      name: 'execution-1',
      status,
      input: JSON.stringify(input),
      startDate: NOON,
      ...more,
    },
  });
  const request = { cluster: 'orders', rule: 'hourly', scheduledAt: iso(NOON) };
  const opened = (world: TaskWorld) =>
    capture({ request, execution: 'execution-1', startedAt: iso(NOON) }, world.ports(), NOON);

  test('a backup that ran past its deadline is removed, failed and announced again by a repetition', async () => {
    const world = new TaskWorld();
    await opened(world);
    const event = stopped('backup', 'TIMED_OUT', request);
    const { first, same } = await twice(world, () => close(event, world.ports(), NOON));
    expect(first).toEqual({ closed: `${ID}: failed` });
    expect(same).toBe(true);
    expect(world.driver.stored.size).toBe(0);
    expect(await world.catalog.point(ID)).toMatchObject({
      state: 'failed',
      reason: { name: 'CaptureOverdue' },
    });
    expect(world.names()).toEqual(['BackupFailed', 'BackupFailed']);
  });

  test('a backup that ended well, or told why it failed, is left alone', async () => {
    const world = new TaskWorld();
    await sealed(world, 'orders', 'hourly', NOON);
    const before = world.catalog.dump();
    world.events.length = 0;
    expect(await close(stopped('backup', 'FAILED', request), world.ports(), NOON)).toEqual({
      closed: 'nothing',
    });
    expect(await close(stopped('backup', 'SUCCEEDED', request), world.ports(), NOON)).toEqual({
      closed: 'nothing',
    });
    expect(world.catalog.dump()).toBe(before);
    expect(world.events).toEqual([]);
  });

  test('the point of another execution is left alone', async () => {
    const world = new TaskWorld();
    await opened(world);
    const other = stopped('backup', 'FAILED', request, { executionArn: 'execution-2' });
    expect(await close(other, world.ports(), NOON)).toEqual({ closed: 'nothing' });
    expect((await world.catalog.point(ID))?.state).toBe('capturing');
  });

  test('a backup that was stopped before it opened a point, or asked for in other words, is told', async () => {
    const world = new TaskWorld();
    await close(stopped('backup', 'ABORTED', request), world.ports(), NOON);
    await close(stopped('backup', 'FAILED', { klaster: 'orders' }), world.ports(), NOON);
    expect(world.events).toMatchObject([
      { name: 'BackupFailed', cluster: 'orders' },
      { name: 'BackupFailed', cluster: '*' },
    ]);
  });

  test('copies that could not be started are told per region, with the words that start them', async () => {
    const world = new TaskWorld();
    const id = await sealed(world, 'orders', 'hourly', NOON);
    const { execution } = (await world.catalog.point(id))!;
    world.events.length = 0;
    const event = stopped('backup', 'FAILED', request, {
      executionArn: execution,
      error: 'CopiesNotStarted',
    });
    await close(event, world.ports(), NOON);
    expect(world.events).toMatchObject([{ name: 'CopyFailed', region: RECOVERY, recoveryPoint: id }]);
    expect((await world.catalog.point(id))?.state).toBe('sealed');
  });

  test('a copy and a restore that ran past their deadlines are failed', async () => {
    const world = new TaskWorld();
    const id = await sealed(world, 'orders', 'hourly', NOON);
    const copy = { cluster: 'orders', recoveryPointId: id, region: RECOVERY };
    await beginCopy(copy, world.ports(), NOON);
    await close(stopped('copy', 'TIMED_OUT', copy), world.ports(), NOON);
    expect(await world.catalog.copy(id, RECOVERY)).toMatchObject({
      state: 'failed',
      reason: { name: 'CopyOverdue' },
    });

    const wish = { cluster: 'orders', to: 'latest' };
    const asked = { request: wish, execution: 'execution-1', startedAt: iso(NOON) };
    const restore = resolved.parse(await resolve(asked, world.ports(), NOON));
    await beginRestore({ restore }, world.ports(), NOON);
    await close(stopped('restore', 'ABORTED', wish), world.ports(), NOON);
    expect(await world.catalog.restore('orders', restore.restoreId)).toMatchObject({ state: 'failed' });
    expect(world.names().slice(-2)).toEqual(['CopyFailed', 'RestoreFailed']);
  });

  test('children of a Distributed Map and refused restores close nothing', async () => {
    const world = new TaskWorld();
    const child = stopped('backup/CaptureShards', 'FAILED', {});
    expect(await close(child, world.ports(), NOON)).toEqual({ closed: 'nothing' });
    expect(
      await close(stopped('restore', 'FAILED', { cluster: 'orders', to: 'latest' }), world.ports(), NOON),
    ).toEqual({
      closed: 'nothing',
    });
    expect(world.events).toEqual([]);
  });

  test('an expiry run that was stopped is told', async () => {
    const world = new TaskWorld();
    await close(stopped('expire', 'TIMED_OUT', {}), world.ports(), NOON);
    expect(world.events).toMatchObject([{ name: 'ExpiryFailed', cluster: '*', region: HOME }]);
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
