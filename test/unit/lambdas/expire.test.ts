import { describe, expect, test } from 'vitest';
import { PermissionMissing, Throttled } from '../../../core/errors/registry.ts';
import { days, earlier, hours, type Instant, later } from '../../../core/time/instant.ts';
import { capture } from '../../../lambdas/backup/capture-recovery-point/capture.ts';
import { begin } from '../../../lambdas/copy/begin-copy/begin.ts';
import { decide } from '../../../lambdas/expire/decide-expiry/decide.ts';
import { discard } from '../../../lambdas/expire/discard-expired/discard.ts';
import { fail } from '../../../lambdas/expire/fail-expiry/fail.ts';
import type { PlanFile } from '../../../lambdas/expire/plan-file.ts';
import { request } from '../../../lambdas/expire/request-expiry/request.ts';
import { copied, executionOf, sealed, twice } from '../../support/task-runs.ts';
import { HOME, PLAN, RECOVERY, TaskWorld, time } from '../../support/task-world.ts';

const START = time('2026-11-02T00:00:00Z');
const EXECUTION = 'arn:aws:states:eu-west-1:111122223333:execution:holdfast-expire:nightly-1';

/** `count` hourly points of a cluster, sealed and copied. The plan keeps the newest two. */
async function withPoints(count: number, clusterName = 'orders', world = new TaskWorld()) {
  const ids: string[] = [];
  for (let n = 0; n < count; n++) {
    const at = later(START, hours(n));
    const id = await sealed(world, clusterName, 'hourly', at);
    await copied(world, clusterName, id, at);
    ids.push(id);
  }
  world.events.length = 0;
  return { world, ids };
}

/** What a state machine does between Decide and Discard. */
async function expired(world: TaskWorld, now: Instant) {
  for (let expiry: Awaited<ReturnType<typeof decide>> | undefined; ; ) {
    expiry = await decide({ execution: EXECUTION, state: expiry ? { expiry } : {} }, world.ports(), now);
    if (expiry.outcome === 'nothing') return expiry;
    await request({ expiry }, world.ports(), now);
  }
}

async function emptied(world: TaskWorld, region: string, now: Instant) {
  for (let lap: Awaited<ReturnType<typeof discard>> | undefined; ; ) {
    lap = await discard({ discard: lap }, world.ports(region), now);
    if (lap.outcome === 'done') return lap;
  }
}

const states = async (world: TaskWorld, ids: readonly string[]) =>
  Promise.all(ids.map(async (id) => (await world.catalog.point(id))?.state));
const planFile = (world: TaskWorld, key: string): PlanFile =>
  JSON.parse(Buffer.from(world.files.get(`vault-${HOME}/${key}`)!).toString());

describe('deciding', () => {
  test('what has lost its last reason stands in a plan in the vault before anything follows from it', async () => {
    const { world, ids } = await withPoints(4);
    const now = later(START, days(8));
    const expiry = await decide({ execution: EXECUTION, state: {} }, world.ports(), now);
    expect(expiry).toMatchObject({
      outcome: 'expire',
      plan: 'work/expiry/nightly-1/plan-1.json',
      lap: 1,
      handled: 4,
    });
    const file = planFile(world, expiry.plan);
    expect(file.plans).toMatchObject([
      { cluster: 'orders', considered: 4, kept: 2, expire: [{ id: ids[0] }, { id: ids[1] }] },
    ]);
    expect(await states(world, ids)).toEqual(['sealed', 'sealed', 'sealed', 'sealed']);
  });

  test('points that are kept are put off, so that a second look finds only what is to go', async () => {
    const { world } = await withPoints(4);
    const now = later(START, days(8));
    await decide({ execution: EXECUTION, state: {} }, world.ports(), now);
    expect(await world.catalog.due('review', HOME, now, 10)).toHaveLength(2);
  });

  test('a recovery region decides nothing', async () => {
    const { world } = await withPoints(4);
    const expiry = await decide(
      { execution: EXECUTION, state: {} },
      world.ports(RECOVERY),
      later(START, days(8)),
    );
    expect(expiry).toMatchObject({ outcome: 'nothing', plan: '' });
    expect(world.files.size).toBe(0);
  });

  test('the circuit breaker stops a run that would expire most of a cluster, tells once, and looks again tomorrow', async () => {
    const { world, ids } = await withPoints(12);
    world.installation = { ...world.installation, plans: [{ ...PLAN, maxExpireShare: 0.1 }] };
    const now = later(START, days(8));
    const end = await expired(world, now);
    expect(end.outcome).toBe('nothing');
    expect(new Set(await states(world, ids))).toEqual(new Set(['sealed']));
    expect(world.events).toMatchObject([
      { name: 'ExpiryRefused', cluster: 'orders', reason: { name: 'ExpiryTooLarge' } },
    ]);
    expect(await world.catalog.due('review', HOME, later(now, hours(23)), 50)).toHaveLength(2);
    expect(await world.catalog.due('review', HOME, later(now, hours(25)), 50)).toHaveLength(12);
  });

  test('a cluster that left the configuration loses nothing', async () => {
    const { world, ids } = await withPoints(4);
    world.installation = { ...world.installation, clusters: [] };
    await expired(world, later(START, days(8)));
    expect(new Set(await states(world, ids))).toEqual(new Set(['sealed']));
    expect(world.events).toEqual([]);
  });

  test('a point that only a hold keeps is refused aloud', async () => {
    const { world, ids } = await withPoints(4);
    await world.catalog.placeHold({
      name: 'audit',
      cluster: 'orders',
      recoveryPoint: ids[0]!,
      placedAt: START,
      why: 'tax',
    });
    await expired(world, later(START, days(8)));
    expect(await states(world, ids)).toEqual(['sealed', 'expiring', 'sealed', 'sealed']);
    expect(world.events).toMatchObject([
      { name: 'ExpiryRefused', reason: { name: 'LegalHoldActive' } },
      { name: 'RecoveryPointExpiring', recoveryPoint: ids[1] },
    ]);
  });
});

describe('requesting', () => {
  const decided = async (world: TaskWorld, now: Instant) =>
    decide({ execution: EXECUTION, state: {} }, world.ports(), now);

  test('points go into the bin in every region, with the plan’s grace, and a retry changes nothing', async () => {
    const { world, ids } = await withPoints(4);
    const now = later(START, days(8));
    const expiry = await decided(world, now);
    const { first, same } = await twice(world, () => request({ expiry }, world.ports(), now));
    expect(first).toEqual({ moved: 2, refused: 0 });
    expect(same).toBe(true);
    const discardAfter = later(now, PLAN.grace);
    expect(await world.catalog.point(ids[0]!)).toMatchObject({
      state: 'expiring',
      discardAfter,
      reason: { name: 'NoReasonToKeep' },
    });
    for (const region of [HOME, RECOVERY])
      expect(await world.catalog.copy(ids[0]!, region)).toMatchObject({ state: 'expiring', discardAfter });
  });

  test('a retry with a later clock does not move the end of a grace that has begun', async () => {
    const { world, ids } = await withPoints(4);
    const now = later(START, days(8));
    const expiry = await decided(world, now);
    await world.catalog.advance(ids[0]!, 'expiring', { discardAfter: later(now, PLAN.grace) });
    await request({ expiry }, world.ports(), later(now, hours(5)));
    expect(await world.catalog.copy(ids[0]!, RECOVERY)).toMatchObject({
      state: 'expiring',
      discardAfter: later(now, PLAN.grace),
    });
  });

  test('a hold that was placed after the decision wins', async () => {
    const { world, ids } = await withPoints(4);
    const now = later(START, days(8));
    const expiry = await decided(world, now);
    await world.catalog.placeHold({ name: 'audit', cluster: 'orders', placedAt: now, why: 'tax' });
    expect(await request({ expiry }, world.ports(), now)).toEqual({ moved: 0, refused: 2 });
    expect(new Set(await states(world, ids))).toEqual(new Set(['sealed']));
    expect(await world.catalog.due('review', HOME, now, 10)).toEqual([]);
  });

  test('a point that is still being copied waits for its copy', async () => {
    const world = new TaskWorld();
    const slow = await sealed(world, 'orders', 'hourly', START);
    await begin({ cluster: 'orders', recoveryPointId: slow, region: RECOVERY }, world.ports(), START);
    for (const n of [1, 2, 3]) await sealed(world, 'orders', 'hourly', later(START, hours(n)));
    const now = later(START, days(8));
    const expiry = await decided(world, now);
    expect(await request({ expiry }, world.ports(), now)).toEqual({ moved: 1, refused: 1 });
    expect((await world.catalog.point(slow))?.state).toBe('sealed');
  });
});

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
    const between = await sealed(world, 'orders', 'daily', later(START, hours(1)));
    await begin({ cluster: 'orders', recoveryPointId: between, region: RECOVERY }, world.ports(), now);
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
