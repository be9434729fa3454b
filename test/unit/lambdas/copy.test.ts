import { describe, expect, test } from 'vitest';
import { PermissionMissing, Throttled } from '../../../core/errors/registry.ts';
import { begin } from '../../../lambdas/copy/begin-copy/begin.ts';
import { copyOne } from '../../../lambdas/copy/copy-shard/copy.ts';
import { fail } from '../../../lambdas/copy/fail-copy/fail.ts';
import { poll } from '../../../lambdas/copy/poll-copy/poll.ts';
import { prove } from '../../../lambdas/copy/prove-copy/prove.ts';
import { captured, carried, copied, sealed, twice } from '../../support/task-runs.ts';
import { HOME, RECOVERY, TaskWorld, time } from '../../support/task-world.ts';

const NOON = time('2026-11-21T12:00:00Z');
const ID = 'orders-hourly-20261121t120000z';
const request = { cluster: 'orders', recoveryPointId: ID, region: RECOVERY };
const failure = {
  execution: 'execution-1',
  state: { ...request, error: { Error: 'Throttled', Cause: '{"errorMessage":"slow down"}' } },
};
const ready = carried({ outcome: 'ready' as const, cursor: { newItems: 3, newBytes: 30 } });

async function withSealed(): Promise<TaskWorld> {
  const world = new TaskWorld();
  await sealed(world, 'orders', 'hourly', NOON);
  world.events.length = 0;
  return world;
}

describe('copying', () => {
  test('a sealed point ends proven in the other region, with its lag and its root', async () => {
    const world = await withSealed();
    await copied(world, 'orders', ID, time('2026-11-21T12:10:00Z'));
    expect(await world.catalog.copy(ID, RECOVERY)).toMatchObject({
      state: 'proven',
      root: `root of ${ID}`,
      takenAt: time('2026-11-21T11:59:59Z'),
    });
    expect(world.names()).toEqual(['RecoveryPointCopied']);
    expect(world.metrics.at(-1)).toEqual({ name: 'CopyLag', value: 601, cluster: 'orders' });
  });

  test('a second start finds the proven copy', async () => {
    const world = await withSealed();
    await copied(world, 'orders', ID, NOON);
    const { first, same } = await twice(world, () => begin(request, world.ports(), NOON));
    expect(first).toEqual({ outcome: 'alreadyTaken' });
    expect(same).toBe(true);
  });

  test('a point that is not sealed is not copied, because a copy would look like protection', async () => {
    const world = new TaskWorld();
    await captured(world, 'orders', 'hourly', NOON);
    await expect(begin(request, world.ports(), NOON)).rejects.toThrow('only sealed points are copied');
    expect(await world.catalog.copy(ID, RECOVERY)).toBeUndefined();
  });

  test('a region of nobody, the region of capture and the point of another cluster are refused', async () => {
    const world = await withSealed();
    const ask = (change: object) => begin({ ...request, ...change }, world.ports(), NOON);
    await expect(ask({ region: 'mars-1' })).rejects.toThrow(`its regions: ${HOME}, ${RECOVERY}`);
    await expect(ask({ region: HOME })).rejects.toThrow('name another region');
    await expect(ask({ cluster: 'billing' })).rejects.toThrow('is a recovery point of orders');
  });

  test('a failed copy that is tried again has its whole time again', async () => {
    const world = await withSealed();
    await begin(request, world.ports(), NOON);
    await fail(failure, world.ports());
    const later = time('2026-11-25T12:00:00Z');
    const again = carried(await begin(request, world.ports(), later));
    world.driver.busy = true;
    expect(await poll({ ...request, copy: again }, world.ports(), later)).toMatchObject({
      outcome: 'waiting',
      pollAfterSeconds: 1,
    });
    expect(
      await poll({ ...request, copy: again }, world.ports(), time('2026-11-27T11:00:00Z')),
    ).toMatchObject({ outcome: 'overdue', reason: { name: 'CopyOverdue' } });
  });

  test('a shard that comes late to a failed copy moves nothing', async () => {
    const world = await withSealed();
    await begin(request, world.ports(), NOON);
    await fail(failure, world.ports());
    await expect(copyOne({ ...request, shard: 0 }, world.ports(), NOON)).rejects.toThrow(
      'is not copied any more',
    );
    expect(world.driver.stored.get(`${RECOVERY}/${ID}`)?.size).toBe(0);
  });
});

describe('proving', () => {
  test('a retry of a proof that was recorded announces it again and changes nothing', async () => {
    const world = await withSealed();
    await begin(request, world.ports(), NOON);
    const { same, second } = await twice(world, () =>
      prove({ ...request, copy: ready }, world.ports(), NOON),
    );
    expect(second).toEqual({ outcome: 'sound' });
    expect(same).toBe(true);
    expect(world.names()).toEqual(['RecoveryPointCopied', 'RecoveryPointCopied']);
    expect(await world.catalog.copy(ID, RECOVERY)).toMatchObject({ newItems: 3, newBytes: 30 });
  });

  test('an unequal root leaves the copy unproven although the driver calls it sound', async () => {
    const world = await withSealed();
    await begin(request, world.ports(), NOON);
    Object.assign(world.driver, {
      prove: async () => ({ sound: true, index: { root: 'another', items: 0, newItems: 0, newBytes: 0 } }),
    });
    expect(await prove({ ...request, copy: ready }, world.ports(), NOON)).toMatchObject({
      outcome: 'unsound',
      reason: { name: 'RootMismatch' },
    });
    expect((await world.catalog.copy(ID, RECOVERY))?.state).toBe('copying');
  });

  test('a copy that is proven after its point was expired follows it into the bin', async () => {
    const world = await withSealed();
    await begin(request, world.ports(), NOON);
    const discardAfter = time('2026-11-24T12:00:00Z');
    await world.catalog.advance(ID, 'expiring', { discardAfter });
    await prove({ ...request, copy: ready }, world.ports(), NOON);
    expect(await world.catalog.copy(ID, RECOVERY)).toMatchObject({ state: 'expiring', discardAfter });
  });
});

describe('failing', () => {
  test('a copy fails with its reason and a sentence that says how to try again', async () => {
    const world = await withSealed();
    await begin(request, world.ports(), NOON);
    const { same } = await twice(world, () => fail(failure, world.ports()));
    expect(same).toBe(true);
    expect(await world.catalog.copy(ID, RECOVERY)).toMatchObject({
      state: 'failed',
      reason: { name: 'Throttled', message: 'slow down' },
    });
    expect(world.events[0]?.sentence).toContain(`try again with ${JSON.stringify(request)} on holdfast-copy`);
  });

  test('a copy whose shard failed fails with the reason of the shard, not with that of the Map', async () => {
    const world = await withSealed();
    await begin(request, world.ports(), NOON);
    const tooMany = { Error: 'States.ExceedToleratedFailureThreshold', Cause: 'too many' };
    world.failedChild = { Error: 'ChecksumMismatch', Cause: '{"errorMessage":"other bytes"}' };
    await fail({ execution: 'execution-1', state: { ...request, error: tooMany } }, world.ports());
    expect((await world.catalog.copy(ID, RECOVERY))?.reason).toEqual({
      name: 'ChecksumMismatch',
      message: 'other bytes',
    });
  });

  test('a copy whose shard cannot be asked fails all the same', async () => {
    const world = await withSealed();
    await begin(request, world.ports(), NOON);
    const error = { Error: 'States.ExceedToleratedFailureThreshold', Cause: 'too many' };
    const mute = { failedChild: () => Promise.reject(new PermissionMissing('no')) };
    const asked = { execution: 'execution-1', state: { ...request, error } };
    await fail(asked, { ...world.ports(), executions: mute });
    expect((await world.catalog.copy(ID, RECOVERY))?.reason?.name).toBe('CopyFailed');
    const slow = { failedChild: () => Promise.reject(new Throttled('slow down')) };
    await expect(fail(asked, { ...world.ports(), executions: slow })).rejects.toThrow('slow down');
  });

  test('a copy that is proven stays proven when an older execution of it fails', async () => {
    const world = await withSealed();
    await copied(world, 'orders', ID, NOON);
    await fail(failure, world.ports());
    expect((await world.catalog.copy(ID, RECOVERY))?.state).toBe('proven');
    expect(world.events.at(-1)?.sentence).toContain('is proven in eu-central-1 all the same');
  });
});
