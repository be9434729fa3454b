import { describe, expect, test } from 'vitest';
import { iso } from '../../../core/time/instant.ts';
import { capture } from '../../../lambdas/backup/capture-recovery-point/capture.ts';
import { begin as beginCopy } from '../../../lambdas/copy/begin-copy/begin.ts';
import { begin as beginRestore } from '../../../lambdas/restore/begin-restore/begin.ts';
import { resolve } from '../../../lambdas/restore/resolve-restore/resolve.ts';
import { close } from '../../../lambdas/watch/close-stopped-execution/close.ts';
import { FAILURE_NOT_TOLD } from '../../../workflows/asl/build.ts';
import { resolved } from '../../../workflows/contracts/restore.ts';
import { MACHINES } from '../../../workflows/index.ts';
import { copied, sealed, twice } from '../../support/task-runs.ts';
import { HOME, RECOVERY, TaskWorld, time } from '../../support/task-world.ts';

const NOON = time('2026-11-21T12:00:00Z');
const ID = 'orders-hourly-20261121t120000z';

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

  test('a supervision that was cut off is told, and one that failed has told it itself', async () => {
    const world = new TaskWorld();
    await close(stopped('supervise', 'FAILED', {}), world.ports(), NOON);
    expect(world.names()).toEqual([]);
    await close(stopped('supervise', 'TIMED_OUT', {}), world.ports(), NOON);
    expect(world.names()).toEqual(['SupervisionFailed']);
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

  test('a backup that was stopped after its seal keeps its point, and says which copies were not started', async () => {
    const world = new TaskWorld();
    const id = await sealed(world, 'orders', 'hourly', NOON);
    const { execution } = (await world.catalog.point(id))!;
    world.events.length = 0;
    const event = stopped('backup', 'ABORTED', request, { executionArn: execution });
    await close(event, world.ports(), NOON);
    expect(world.events).toMatchObject([
      { name: 'BackupFailed', recoveryPoint: id },
      { name: 'CopyFailed', region: RECOVERY, recoveryPoint: id },
    ]);
    expect(world.events[0]?.sentence).toContain(`${id} is sealed and can be restored`);
    expect((await world.catalog.point(id))?.state).toBe('sealed');
  });

  test('a backup that was stopped between the record of its failure and the word of it is told', async () => {
    const world = new TaskWorld();
    await opened(world);
    await world.catalog.advance(ID, 'failed', { reason: { name: 'CaptureFailed', message: 'no engine' } });
    await close(stopped('backup', 'ABORTED', request), world.ports(), NOON);
    expect(world.events).toMatchObject([{ name: 'BackupFailed', reason: { message: 'no engine' } }]);
  });

  test('a copy that was stopped before it began, or when it was proven, is told', async () => {
    const world = new TaskWorld();
    const id = await sealed(world, 'orders', 'hourly', NOON);
    const copy = { cluster: 'orders', recoveryPointId: id, region: RECOVERY };
    world.events.length = 0;
    await close(stopped('copy', 'ABORTED', copy), world.ports(), NOON);
    expect(world.events[0]?.sentence).toContain(`${id} is not protected in ${RECOVERY}; try again with`);
    expect(await world.catalog.copy(id, RECOVERY)).toBeUndefined();
    await copied(world, 'orders', id, NOON);
    world.events.length = 0;
    await close(stopped('copy', 'ABORTED', copy), world.ports(), NOON);
    expect(world.events[0]?.sentence).toContain(`${id} is proven in ${RECOVERY} all the same`);
    expect((await world.catalog.copy(id, RECOVERY))?.state).toBe('proven');
  });

  test('a restore that was stopped before it began is told', async () => {
    const world = new TaskWorld();
    await close(stopped('restore', 'ABORTED', { cluster: 'orders', to: 'latest' }), world.ports(), NOON);
    expect(world.events).toMatchObject([{ name: 'RestoreFailed', cluster: 'orders' }]);
    expect(world.events[0]?.sentence).toContain('no restore of orders was begun');
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

  test('a failure that was recorded and could not be told is told, with the reason that was recorded', async () => {
    const world = new TaskWorld();
    await opened(world);
    await world.catalog.advance(ID, 'failed', { reason: { name: 'CaptureFailed', message: 'no engine' } });
    const event = stopped('backup', 'FAILED', request, { error: FAILURE_NOT_TOLD });
    await close(event, world.ports(), NOON);
    expect(world.events).toMatchObject([
      { name: 'BackupFailed', recoveryPoint: ID, reason: { message: 'no engine' } },
    ]);
  });

  test('the end of every machine is understood', async () => {
    const world = new TaskWorld();
    for (const machine of Object.keys(MACHINES))
      expect(await close(stopped(machine, 'SUCCEEDED', {}), world.ports(), NOON)).toEqual({
        closed: 'nothing',
      });
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
