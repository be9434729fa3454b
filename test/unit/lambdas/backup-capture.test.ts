import { describe, expect, test } from 'vitest';
import { PermissionMissing, Throttled } from '../../../core/errors/registry.ts';
import { capture } from '../../../lambdas/backup/capture-recovery-point/capture.ts';
import { captureOne } from '../../../lambdas/backup/capture-shard/capture.ts';
import { discard } from '../../../lambdas/backup/discard-partial-capture/discard.ts';
import { poll } from '../../../lambdas/backup/poll-capture/poll.ts';
import { seal } from '../../../lambdas/backup/seal-recovery-point/seal.ts';
import { verify } from '../../../lambdas/backup/verify-recovery-point/verify.ts';
import { captured, carried, executionOf, sealed, twice } from '../../support/task-runs.ts';
import { HOME, TaskWorld, time } from '../../support/task-world.ts';

const NOON = time('2026-11-21T12:00:00Z');
const ID = 'orders-hourly-20261121t120000z';
const request = { cluster: 'orders', rule: 'hourly', scheduledAt: '2026-11-21T12:00:00Z' };
const asked = { request, execution: executionOf('a'), startedAt: '2026-11-21T12:00:03.5Z' };
const failing = (state: object) => ({
  execution: executionOf('a'),
  startedAt: asked.startedAt,
  state: { ...request, ...state },
});

describe('capturing', () => {
  test('a trigger opens the point under the id that follows from it and hands out shards', async () => {
    const world = new TaskWorld();
    const { first, same } = await twice(world, () => capture(asked, world.ports(), NOON));
    expect(first).toMatchObject({
      cluster: 'orders',
      recoveryPointId: ID,
      outcome: 'shards',
      shards: [0, 1],
    });
    expect(await world.catalog.point(ID)).toMatchObject({
      state: 'capturing',
      execution: executionOf('a'),
      region: HOME,
    });
    expect(same).toBe(true);
  });

  test('another execution with the same trigger finds the point taken and leaves it alone', async () => {
    const world = new TaskWorld();
    await capture(asked, world.ports(), NOON);
    const before = world.catalog.dump();
    const second = await capture({ ...asked, execution: executionOf('b') }, world.ports(), NOON);
    expect(second.outcome).toBe('alreadyTaken');
    expect(world.catalog.dump()).toBe(before);
  });

  test('a trigger of a point that failed says so instead of passing for done', async () => {
    const world = new TaskWorld();
    await capture(asked, world.ports(), NOON);
    await discard(failing({ error: { Error: 'Throttled' } }), world.ports(), NOON);
    const again = await capture({ ...asked, execution: executionOf('b') }, world.ports(), NOON);
    expect(again).toMatchObject({ outcome: 'failed', reason: { name: 'Throttled' } });
    expect(again.reason?.message).toContain('start a manual backup');
  });

  test('a manual backup takes its id from the second at which its execution started', async () => {
    const world = new TaskWorld();
    const manual = { cluster: 'orders', note: 'before the migration', keepDays: 30 };
    const { recoveryPointId } = await capture({ ...asked, request: manual }, world.ports(), NOON);
    expect(recoveryPointId).toBe('orders-manual-20261121t120003z');
    expect(await world.catalog.point(recoveryPointId)).toMatchObject({
      rule: 'manual',
      manual: { note: 'before the migration', keepUntil: time('2026-12-21T12:00:03Z') },
    });
  });

  test('an unknown cluster, an unknown rule and an instant of another day are refused with what would work', async () => {
    const world = new TaskWorld();
    const ask = (change: object) =>
      capture({ ...asked, request: { ...request, ...change } }, world.ports(), NOON);
    await expect(ask({ cluster: 'odrers' })).rejects.toThrow(
      'no cluster is called odrers; known clusters: orders, billing',
    );
    await expect(ask({ rule: 'minutely' })).rejects.toThrow('its rules: hourly, daily');
    await expect(ask({ scheduledAt: '2026-11-01T00:00:00Z' })).rejects.toThrow('holds the state of now');
    expect(await world.catalog.points('orders')).toEqual([]);
  });

  test('captures of one cluster take turns, and each is compared with the one before it', async () => {
    const world = new TaskWorld();
    const before = await sealed(world, 'orders', 'hourly', time('2026-11-21T11:00:00Z'));
    const hourly = carried(await capture(asked, world.ports(), NOON));
    const later = { ...asked, execution: `${asked.execution}-daily`, request: { ...request, rule: 'daily' } };
    const daily = carried(await capture(later, world.ports(), NOON));
    expect(daily).toMatchObject({ outcome: 'waiting', pollAfterSeconds: 60 });
    expect(daily.doing).toContain(ID);
    expect((await world.catalog.point(ID))?.base).toBe(before);

    let state = hourly;
    while (state.outcome === 'shards') {
      const { cluster, recoveryPointId } = state;
      for (const shard of state.shards)
        await captureOne({ cluster, recoveryPointId, shard }, world.ports(), NOON);
      state = carried(await poll({ capture: state }, world.ports(), NOON));
    }
    expect(await poll({ capture: daily }, world.ports(), NOON)).toMatchObject({ outcome: 'waiting' });
    await verify({ capture: state }, world.ports(), NOON);
    await seal({ capture: state }, world.ports(), NOON);
    expect((await poll({ capture: daily }, world.ports(), NOON)).outcome).not.toBe('waiting');
    expect((await world.catalog.point(daily.recoveryPointId))?.base).toBe(ID);
  });

  test('a capture that was compared with a point which is no longer the last is not sealed', async () => {
    const world = new TaskWorld();
    await sealed(world, 'orders', 'hourly', time('2026-11-21T11:00:00Z'));
    const state = await captured(world, 'orders', 'hourly', NOON);
    await verify({ capture: state }, world.ports(), NOON);
    const first = await world.catalog.point(ID);
    const beside = 'orders-daily-20261121t120000z';
    await world.catalog.open({ ...first!, id: beside, rule: 'daily', state: 'sealed' });
    await expect(seal({ capture: state }, world.ports(), NOON)).rejects.toThrow('was sealed since');
  });

  test('a capture that is ready is captured with the instant it restores, however often it is asked', async () => {
    const world = new TaskWorld();
    const state = await captured(world, 'orders', 'hourly', NOON);
    const { first, same } = await twice(world, () => poll({ capture: state }, world.ports(), NOON));
    expect(first.outcome).toBe('ready');
    expect(same).toBe(true);
    expect(await world.catalog.point(ID)).toMatchObject({
      state: 'captured',
      takenAt: time('2026-11-21T11:59:59Z'),
    });
  });

  test('a capture that is still running after the turn of another and the deadline of its rule is overdue', async () => {
    const world = new TaskWorld();
    const state = carried(await capture(asked, world.ports(), NOON));
    world.driver.busy = true;
    expect(await poll({ capture: state }, world.ports(), time('2026-11-21T17:59:00Z'))).toMatchObject({
      outcome: 'running',
      pollAfterSeconds: 30,
    });
    const late = await poll({ capture: state }, world.ports(), time('2026-11-21T18:01:00Z'));
    expect(late).toMatchObject({ outcome: 'overdue', reason: { name: 'CaptureOverdue' } });
    expect(late.reason?.message).toContain('may take 6 h; it was still writing');
  });

  test('a shard that comes late to a failed capture writes nothing', async () => {
    const world = new TaskWorld();
    await capture(asked, world.ports(), NOON);
    await discard(failing({ error: { Error: 'Throttled' } }), world.ports(), NOON);
    const shard = { cluster: 'orders', recoveryPointId: ID, shard: 0 };
    await expect(captureOne(shard, world.ports(), NOON)).rejects.toThrow('is not captured any more');
    expect(world.driver.stored.size).toBe(0);
  });
});

describe('failing', () => {
  test('an unfinished capture is removed, failed and announced with its reason', async () => {
    const world = new TaskWorld();
    await capture(asked, world.ports(), NOON);
    const error = {
      Error: 'SourceVersionGone',
      Cause: '{"errorType":"SourceVersionGone","errorMessage":"v1 of a is gone"}',
    };
    const { same } = await twice(world, () => discard(failing({ error }), world.ports(), NOON));
    expect(same).toBe(true);
    expect(world.driver.stored.size).toBe(0);
    expect(await world.catalog.point(ID)).toMatchObject({
      state: 'failed',
      reason: { name: 'SourceVersionGone', message: 'v1 of a is gone' },
    });
    expect(world.events[0]).toMatchObject({ name: 'BackupFailed', recoveryPoint: ID });
  });

  test('an outcome of the engine gives the reason, and an error without a name of ours is called a failed capture', async () => {
    const world = new TaskWorld();
    await capture(asked, world.ports(), NOON);
    const overdue = { outcome: 'overdue' as const, reason: { name: 'CaptureOverdue', message: 'too late' } };
    const state = failing({ capture: carried({ ...overdue, cluster: 'orders', recoveryPointId: ID }) });
    await discard(state, world.ports(), NOON);
    expect((await world.catalog.point(ID))?.reason).toEqual(overdue.reason);

    const other = new TaskWorld();
    await capture(asked, other.ports(), NOON);
    await discard(
      failing({ error: { Error: 'States.ExceedToleratedFailureThreshold', Cause: 'one child' } }),
      other.ports(),
      NOON,
    );
    expect((await other.catalog.point(ID))?.reason).toEqual({
      name: 'CaptureFailed',
      message: 'States.ExceedToleratedFailureThreshold: one child',
    });
  });

  test('an execution that failed before there was a point still tells somebody', async () => {
    const world = new TaskWorld();
    const state = {
      ...failing({
        error: { Error: 'UnknownCluster', Cause: '{"errorMessage":"no cluster is called odrers"}' },
      }),
    };
    await discard({ ...state, state: { ...state.state, cluster: 'odrers' } }, world.ports(), NOON);
    expect(world.events).toMatchObject([
      { name: 'BackupFailed', cluster: 'odrers', reason: { name: 'UnknownCluster' } },
    ]);
  });

  test('the point of another execution is not touched', async () => {
    const world = new TaskWorld();
    await capture({ ...asked, execution: executionOf('first') }, world.ports(), NOON);
    await discard(failing({ error: { Error: 'Throttled' } }), world.ports(), NOON);
    expect(await world.catalog.point(ID)).toMatchObject({ state: 'capturing' });
    expect(world.driver.stored.size).toBe(1);
  });

  test('a capture that cannot be removed is failed all the same and says what it left', async () => {
    const world = new TaskWorld();
    await capture(asked, world.ports(), NOON);
    world.driver.failNext = new PermissionMissing('not allowed to delete');
    await discard(failing({ error: { Error: 'Throttled' } }), world.ports(), NOON);
    expect((await world.catalog.point(ID))?.reason?.message).toContain(
      'could not be removed (PermissionMissing',
    );
    expect(world.errors).toHaveLength(1);
  });

  test('a removal that may succeed later is left to the retry of the task', async () => {
    const world = new TaskWorld();
    await capture(asked, world.ports(), NOON);
    world.driver.failNext = new Throttled('slow down');
    await expect(discard(failing({}), world.ports(), NOON)).rejects.toThrow('slow down');
    expect(await world.catalog.point(ID)).toMatchObject({ state: 'capturing' });
    expect(world.events).toEqual([]);
  });
});
