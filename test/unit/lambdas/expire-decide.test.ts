import { describe, expect, test } from 'vitest';
import { days, hours, type Instant, later } from '../../../core/time/instant.ts';
import { begin } from '../../../lambdas/copy/begin-copy/begin.ts';
import { decide } from '../../../lambdas/expire/decide-expiry/decide.ts';
import type { PlanFile } from '../../../lambdas/expire/plan-file.ts';
import { request } from '../../../lambdas/expire/request-expiry/request.ts';
import { EXECUTION, expired, START, withPoints } from '../../support/expiry-runs.ts';
import { sealed, twice } from '../../support/task-runs.ts';
import { HOME, PLAN, RECOVERY, TaskWorld } from '../../support/task-world.ts';

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

  test('a region where newer copies failed keeps what its own floor needs', async () => {
    const { world, ids } = await withPoints(3);
    for (const n of [3, 4]) ids.push(await sealed(world, 'orders', 'hourly', later(START, hours(n))));
    const now = later(START, days(8));
    const expiry = await decide({ execution: EXECUTION, state: {} }, world.ports(), now);
    // The newest two stay for the plan. Neither is in the recovery region, whose floor of one keeps the third.
    expect(planFile(world, expiry.plan).plans[0]?.expire.map(({ id }) => id)).toEqual(ids.slice(0, 2));
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

describe('the floor', () => {
  test('keeps what no rule keeps and wakes nobody', async () => {
    const { world, ids } = await withPoints(4);
    const retention = { ...PLAN.retention, keepLast: 1, minimumKeep: 3 };
    world.installation = { ...world.installation, plans: [{ ...PLAN, retention }] };
    await expired(world, later(START, days(8)));
    expect(await states(world, ids)).toEqual(['expiring', 'sealed', 'sealed', 'sealed']);
    expect(world.names()).toEqual(['RecoveryPointExpiring']);
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
