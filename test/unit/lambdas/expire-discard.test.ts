import { describe, expect, test } from 'vitest';
import { PermissionMissing, Throttled } from '../../../core/errors/registry.ts';
import { recoveryPointId } from '../../../core/ids/names.ts';
import { days, earlier, hours, later, minutes } from '../../../core/time/instant.ts';
import { capture } from '../../../lambdas/backup/capture-recovery-point/capture.ts';
import { discard, ITEMS_PER_LAP } from '../../../lambdas/expire/discard-expired/discard.ts';
import { fail } from '../../../lambdas/expire/fail-expiry/fail.ts';
import { emptied, expired, START, withPoints } from '../../support/expiry-runs.ts';
import { executionOf } from '../../support/task-runs.ts';
import { HOME, PLAN, RECOVERY, TaskWorld } from '../../support/task-world.ts';

const states = async (world: TaskWorld, ids: readonly string[]) =>
  Promise.all(ids.map(async (id) => (await world.catalog.point(id))?.state));

describe('discarding', () => {
  /** Two of four points in the bin, and their grace over. */
  async function withBin() {
    const { world, ids } = await withPoints(4);
    const now = later(START, days(8));
    await expired(world, now);
    world.events.length = 0;
    return { world, ids, now: later(now, days(4)) };
  }

  test('nothing is removed while the grace lasts', async () => {
    const { world, now } = await withBin();
    expect(await emptied(world, HOME, earlier(now, days(2)))).toMatchObject({
      handled: 0,
      refused: 0,
    });
    expect(world.driver.discarded).toEqual([]);
  });

  test('each region removes its own copies, oldest first, and names the neighbours that stay', async () => {
    const { world, ids, now } = await withBin();
    await emptied(world, RECOVERY, now);
    expect(
      world.driver.discarded.map(({ point, region, neighbours }) => [
        point.id,
        region,
        neighbours.map((n) => n.id),
      ]),
    ).toEqual([
      [ids[0], RECOVERY, [ids[1]]],
      [ids[1], RECOVERY, [ids[2]]],
    ]);
    expect(await world.catalog.copy(ids[0]!, RECOVERY)).toMatchObject({ state: 'discarded' });
    expect(await world.catalog.copy(ids[0]!, HOME)).toMatchObject({ state: 'expiring' });
    expect(world.names()).toEqual(['RecoveryPointDiscarded', 'RecoveryPointDiscarded']);
  });

  test('a lap ends early when what it discarded was large, and the next goes on', async () => {
    const { world, ids, now } = await withBin();
    const point = world.catalog.point.bind(world.catalog);
    world.catalog.point = async (id) => {
      const found = await point(id);
      return found?.content && { ...found, content: { ...found.content, items: ITEMS_PER_LAP } };
    };
    const first = await discard({}, world.ports(), now);
    expect(first).toMatchObject({ outcome: 'more', handled: 1 });
    const last = await emptied(world, HOME, now);
    expect(last).toMatchObject({ outcome: 'done' });
    expect(world.driver.discarded.map((spec) => spec.point.id)).toEqual([ids[0], ids[1]]);
  });

  test('a second run in the region stands aside while the first is at work, and finds the rest when it has ended', async () => {
    const { world, ids, now } = await withBin();
    await world.catalog.lease(
      { name: `expire#${HOME}`, holder: 'the first', until: later(now, minutes(5)) },
      now,
    );
    expect(await emptied(world, HOME, now)).toMatchObject({ outcome: 'done', handled: 0 });
    expect(world.driver.discarded).toEqual([]);
    expect(await emptied(world, RECOVERY, now)).toMatchObject({ handled: 2 });
    expect(await emptied(world, HOME, later(now, minutes(5)))).toMatchObject({ handled: 2 });
    expect(await world.catalog.copy(ids[0]!, HOME)).toMatchObject({ state: 'discarded' });
  });

  test('a point ends as discarded once its last copy has, whichever region was last', async () => {
    const { world, ids, now } = await withBin();
    await emptied(world, HOME, now);
    await expired(world, later(now, hours(7)));
    expect(await states(world, ids)).toEqual(['expiring', 'expiring', 'sealed', 'sealed']);
    await emptied(world, RECOVERY, later(now, hours(8)));
    await expired(world, later(now, hours(14)));
    expect(await states(world, ids)).toEqual(['discarded', 'discarded', 'sealed', 'sealed']);
  });

  test('a crash after the artifacts went is finished by the retry', async () => {
    const { world, ids, now } = await withBin();
    const { advanceCopy } = world.catalog;
    Object.assign(world.catalog, {
      advanceCopy: async () => {
        Object.assign(world.catalog, { advanceCopy });
        throw new Throttled('lost');
      },
    });
    await expect(emptied(world, HOME, now)).rejects.toThrow('lost');
    await emptied(world, HOME, now);
    expect(await world.catalog.copy(ids[0]!, HOME)).toMatchObject({ state: 'discarded' });
  });

  test('a held point stays, and does not keep the others behind it', async () => {
    const { world, ids, now } = await withBin();
    await world.catalog.placeHold({
      name: 'audit',
      cluster: 'orders',
      recoveryPoint: ids[0]!,
      placedAt: now,
      why: 'tax',
    });
    expect(await emptied(world, HOME, now)).toMatchObject({ handled: 1, refused: 1 });
    expect(await world.catalog.copy(ids[0]!, HOME)).toMatchObject({ state: 'expiring' });
    expect(await world.catalog.copy(ids[1]!, HOME)).toMatchObject({ state: 'discarded' });
    expect(world.driver.discarded[0]?.neighbours.map(({ id }) => id)).toEqual([ids[0], ids[2]]);
  });

  test('of a cluster that left the configuration the bin is not emptied, and nobody is woken', async () => {
    const { world, ids, now } = await withBin();
    const { clusters } = world.installation;
    world.installation = {
      ...world.installation,
      clusters: clusters.filter(({ name }) => name !== 'orders'),
    };
    expect(await emptied(world, HOME, now)).toMatchObject({ handled: 0, refused: 2 });
    expect(await world.catalog.copy(ids[0]!, HOME)).toMatchObject({ state: 'expiring' });
    expect(world.driver.discarded).toEqual([]);
    expect(world.events).toEqual([]);
    world.installation = { ...world.installation, clusters };
    expect(await emptied(world, HOME, now)).toMatchObject({ handled: 2 });
  });

  test('a point that was taken out of the bin gets its copy back', async () => {
    const { world, ids, now } = await withBin();
    await world.catalog.advance(ids[1]!, 'sealed');
    await emptied(world, HOME, now);
    expect(await world.catalog.copy(ids[1]!, HOME)).toMatchObject({ state: 'proven' });
    expect(world.driver.discarded.map(({ point }) => point.id)).toEqual([ids[0]]);
  });

  test('the base of a capture in flight stays until that capture has ended', async () => {
    const { world, ids, now } = await withBin();
    await world.catalog.advance(ids[1]!, 'sealed');
    await world.catalog.advance(ids[2]!, 'expiring');
    await world.catalog.advance(ids[3]!, 'expiring');
    const late = {
      request: { cluster: 'orders' },
      execution: executionOf('x'),
      startedAt: '2026-11-14T00:00:00Z',
    };
    const { recoveryPointId } = await capture(late, world.ports(), now);
    expect((await world.catalog.point(recoveryPointId))?.base).toBe(ids[1]);
    await world.catalog.advance(ids[1]!, 'expiring');
    await emptied(world, HOME, now);
    expect(await world.catalog.copy(ids[1]!, HOME)).toMatchObject({ state: 'expiring' });
    await world.catalog.advance(recoveryPointId, 'failed');
    await emptied(world, HOME, now);
    expect(await world.catalog.copy(ids[1]!, HOME)).toMatchObject({ state: 'discarded' });
  });

  test('beside a copy under way nothing is removed', async () => {
    const { world, ids, now } = await withBin();
    const takenAt = later(START, minutes(30));
    const beside = { id: recoveryPointId('orders', 'daily', takenAt), cluster: 'orders', region: RECOVERY };
    const like = (await world.catalog.point(ids[0]!))!;
    await world.catalog.open({ ...like, id: beside.id, state: 'sealed', takenAt, scheduledAt: takenAt });
    await world.catalog.openCopy({ ...beside, state: 'copying', startedAt: now, takenAt });
    await emptied(world, RECOVERY, now);
    expect(await world.catalog.copy(ids[0]!, RECOVERY)).toMatchObject({ state: 'expiring' });
  });

  test('a region in which newer copies are missing keeps its floor and tells', async () => {
    const { world, ids, now } = await withBin();
    for (const id of ids.slice(2)) await world.catalog.advanceCopy(id, RECOVERY, 'quarantined');
    expect(await emptied(world, RECOVERY, now)).toMatchObject({ handled: 0, refused: 2 });
    expect(world.events[0]).toMatchObject({ name: 'ExpiryRefused', reason: { name: 'BelowMinimumKeep' } });
  });

  test('what cannot be removed for good is told, and the rest goes on', async () => {
    const { world, ids, now } = await withBin();
    world.driver.failNext = new PermissionMissing('not allowed to hide');
    expect(await emptied(world, HOME, now)).toMatchObject({ handled: 1, refused: 1 });
    expect(world.events[0]).toMatchObject({ name: 'ExpiryFailed', recoveryPoint: ids[0] });
  });

  test('the bin is emptied in laps, past those that stay', async () => {
    const { world, ids } = await withPoints(60);
    world.installation = { ...world.installation, plans: [{ ...PLAN, maxExpireShare: 1 }] };
    await expired(world, later(START, days(9)));
    for (const id of ids.slice(0, 25))
      await world.catalog.placeHold({
        name: id,
        cluster: 'orders',
        recoveryPoint: id,
        placedAt: START,
        why: 'tax',
      });
    const end = await emptied(world, HOME, later(START, days(13)));
    expect(end).toMatchObject({ outcome: 'done', handled: 33, refused: 25 });
  });
});

test('a run that broke off is told for the whole region', async () => {
  const world = new TaskWorld();
  await fail({ error: { Error: 'Throttled', Cause: '{"errorMessage":"slow down"}' } }, world.ports());
  expect(world.events).toMatchObject([{ name: 'ExpiryFailed', cluster: '*', reason: { name: 'Throttled' } }]);
});
