import { describe, expect, test } from 'vitest';
import type { Label } from '../../../core/objectives/label.ts';
import type { DrillRule } from '../../../core/plan/installation.ts';
import { days, hours, type Instant, later, minutes } from '../../../core/time/instant.ts';
import { FIRST } from '../../../core/verify/cursor.ts';
import { writeStanding } from '../../../lambdas/verify/standing-file.ts';
import { watch } from '../../../lambdas/watch/watch-objectives/watch.ts';
import { drillOf, restoreOf } from '../../support/situations.ts';
import { copied, sealed } from '../../support/task-runs.ts';
import { HOME, RECOVERY, TaskWorld, time } from '../../support/task-world.ts';

const NOON = time('2026-11-21T12:00:00Z');
const at = (n: number): Instant => later(NOON, hours(n));

async function protectedWorld(): Promise<TaskWorld> {
  const world = new TaskWorld();
  world.installation = { ...world.installation, clusters: world.installation.clusters.slice(0, 1) };
  await copied(world, 'orders', await sealed(world, 'orders', 'hourly', NOON), NOON);
  return world;
}

const labelIn = (world: TaskWorld, region = RECOVERY): Label => {
  const bytes = world.files.get(`vault-${region}/work/labels/orders.json`);
  return JSON.parse(Buffer.from(bytes!).toString('utf8')) as Label;
};
const told = (world: TaskWorld, objective: string): number =>
  world.events.filter(({ facts }) => facts?.['objective'] === objective).length;
const metrics = (world: TaskWorld, metric: string): number[] =>
  world.metrics.flatMap(({ name, value }) => (name === metric ? [value] : []));

describe('protection labels', () => {
  test('lie in the vault of each region, made there, and say of all regions what restores', async () => {
    const world = await protectedWorld();
    for (const region of [HOME, RECOVERY]) {
      await watch({}, world.ports(region), at(1));
      expect(labelIn(world, region)).toMatchObject({
        cluster: 'orders',
        at: '2026-11-21T13:00:00Z',
        regions: [
          { region: HOME, achievedRpoSeconds: 3_601, provenCopies: 1 },
          { region: RECOVERY, achievedRpoSeconds: 3_601, provenCopies: 1 },
        ],
        threeTwoOne: { copies: { value: 3 } },
      });
    }
  });

  test('are measured: each line of 3-2-1, and what a failed drill leaves in doubt rings', async () => {
    const world = await protectedWorld();
    const measured = () =>
      ['CopiesCounted', 'MediaCounted', 'CopiesOffSite', 'CopiesImmutable', 'CopiesVerified'].map(
        (name) => metrics(world, name).at(-1)!,
      );
    await watch({}, world.ports(RECOVERY), at(1));
    // A bucket and two vaults: S3 three times, in two regions, without a lock.
    expect(measured()).toEqual([3, 1, 1, 0, 1]);
    expect(metrics(world, 'UnverifiedCopies')).toEqual([0]);
    await world.drills.openDrill({ ...drillOf(at(2), 'failed'), deadline: at(9) });
    await watch({}, world.ports(RECOVERY), at(24));
    expect(measured()).toEqual([3, 1, 1, 0, 0]);
    expect(metrics(world, 'UnverifiedCopies').at(-1)).toBe(1);
    expect(told(world, 'NotVerified')).toBe(1);
    await world.drills.openDrill({ ...drillOf(at(26), 'passed'), deadline: at(33) });
    await watch({}, world.ports(RECOVERY), at(48));
    expect(metrics(world, 'UnverifiedCopies').at(-1)).toBe(0);
    expect(measured().at(-1)).toBe(1);
  });

  test('without anything proven are no errors: that it is missing is told as that', async () => {
    const world = new TaskWorld();
    await watch({}, world.ports(RECOVERY), at(1));
    expect(labelIn(world).threeTwoOne.verified.holds).toBe(false);
    expect(metrics(world, 'UnverifiedCopies')).toEqual([0]);
  });

  test('are made once an hour, and measured once a day', async () => {
    const world = await protectedWorld();
    for (let now = at(1); now < at(3); now = later(now, minutes(15)))
      await watch({}, world.ports(RECOVERY), now);
    expect(labelIn(world).at).toBe('2026-11-21T14:00:00Z');
    expect(metrics(world, 'CopiesCounted')).toEqual([3]);
    expect(metrics(world, 'MissingCopies')).toHaveLength(8);
    await watch({}, world.ports(RECOVERY), at(12));
    expect(metrics(world, 'CopiesCounted')).toHaveLength(2);
  });

  test('say what a restore took and what the next one is expected to take', async () => {
    const world = await protectedWorld();
    await world.catalog.openRestore(restoreOf(NOON, 1e9, 777));
    await watch({}, world.ports(), at(1));
    expect(labelIn(world, HOME).rto).toMatchObject({ achievedSeconds: 777, forecastBy: 'scaled' });
    expect(metrics(world, 'RtoAchieved')).toEqual([777]);
  });

  test('say what the scrub of their own region left, and nothing of another one', async () => {
    const world = await protectedWorld();
    await writeStanding(world.ports(RECOVERY).vault, { manifests: FIRST, items: FIRST, open: [] }, NOON);
    await watch({}, world.ports(RECOVERY), at(1));
    expect(labelIn(world).regions.map(({ lastScrub }) => lastScrub)).toEqual([null, '2026-11-21T12:00:00Z']);
  });

  test('know the side of a group that is active', async () => {
    const world = await protectedWorld();
    const group = {
      name: 'shop',
      layers: [['orders']],
      to: RECOVERY,
      maxSkew: minutes(5),
      approvalWithin: hours(1),
    };
    world.installation = { ...world.installation, groups: [group] };
    await watch({}, world.ports(), at(1));
    expect(labelIn(world, HOME).side).toEqual({ active: HOME, group: 'shop', epoch: 1 });
    await world.groups.raise({ group: 'shop', number: 2, active: RECOVERY, since: at(1), move: 'm' });
    await watch({}, world.ports(), at(2));
    expect(labelIn(world, HOME).side).toEqual({ active: RECOVERY, group: 'shop', epoch: 2 });
    expect(labelIn(world, HOME).threeTwoOne.offSite.why).toBe(HOME);
  });

  test('a cluster has been protected since before the last deployment', async () => {
    const world = await protectedWorld();
    await watch({}, world.ports(), at(1));
    world.since = at(2);
    await watch({}, world.ports(), at(3));
    expect(labelIn(world, HOME).protectedSince).toBe('2026-11-01T00:00:00Z');
  });
});

describe('risks', () => {
  /** From one hour on, every quarter of an hour. */
  async function watched(world: TaskWorld, from: Instant, to: Instant): Promise<void> {
    for (let now = from; now <= to; now = later(now, minutes(15)))
      await watch({}, world.ports(RECOVERY), now);
  }
  const DRILLS: DrillRule = {
    cron: '0 5 * * ? *',
    pick: 'latest',
    mode: 'ordinary',
    region: RECOVERY,
    deadline: hours(6),
    within: days(21),
  };

  test('a drill that is overdue is told once, then once a day, and counted each time', async () => {
    const world = await protectedWorld();
    const [plan] = world.installation.plans;
    world.installation = { ...world.installation, plans: [{ ...plan!, drills: DRILLS }] };
    await watched(world, at(1), at(11));
    expect(told(world, 'DrillOverdue')).toBe(0);
    // Configured on the first of November; 21 days are over at midnight.
    await watched(world, at(12), at(15));
    expect(told(world, 'DrillOverdue')).toBe(1);
    await watched(world, at(15), at(38));
    expect(told(world, 'DrillOverdue')).toBe(2);
    expect(metrics(world, 'OverdueDrills').at(-1)).toBe(1);
    const over = { id: 'd', cluster: 'orders', region: RECOVERY, mode: 'ordinary', pick: 'latest' } as const;
    await world.drills.openDrill({
      ...over,
      state: 'passed',
      startedAt: at(30),
      deadline: at(40),
      endedAt: at(31),
    });
    await watched(world, at(39), at(40));
    expect(metrics(world, 'OverdueDrills').at(-1)).toBe(0);
    expect(metrics(world, 'DaysSincePassedDrill')).toEqual([]);
    await watched(world, at(61), at(62));
    expect(metrics(world, 'DaysSincePassedDrill')).toEqual([1]);
  });

  test('a forecast beyond the objective names the cluster and both durations', async () => {
    const world = await protectedWorld();
    await world.catalog.openRestore(restoreOf(NOON, 1e9, 5 * 3_600));
    await watched(world, at(1), at(1));
    const [event] = world.events.filter(({ name }) => name === 'ObjectiveBreached');
    expect(event?.sentence).toMatch(/^orders: a restore would take .+, and the objective is 4 h/);
    expect(metrics(world, 'RtoRisks')).toEqual([1]);
  });

  test('a region that has held nothing for a week and the objective is told; what was never configured is not', async () => {
    const world = await protectedWorld();
    await watched(world, later(NOON, days(7)), later(NOON, days(7)));
    expect(told(world, 'CopiesMissing')).toBe(0);
    await watched(world, later(NOON, days(8)), later(NOON, days(8)));
    expect(told(world, 'CopiesMissing')).toBe(1);
    const [event] = world.events.filter(({ facts }) => facts?.['objective'] === 'CopiesMissing');
    for (const region of [HOME, RECOVERY]) expect(event?.sentence).toContain(`proven in ${region}`);
    expect(metrics(world, 'MissingCopies')).toEqual([0, 1]);
    // One medium and no lock: how it is configured, which the label says and nobody is called for.
    expect(labelIn(world).risks.map(({ name }) => name)).toContain('OneMedium');
    expect(told(world, 'OneMedium')).toBe(0);
  });

  test('a new cluster is missed nowhere while its first copy may be under way, then once a day, and again when more is missing', async () => {
    const world = new TaskWorld();
    world.installation = { ...world.installation, clusters: world.installation.clusters.slice(0, 1) };
    world.since = at(0);
    const [plan] = world.installation.plans;
    const [rule] = plan!.rules;
    const nightly = { ...plan!, rules: [{ ...rule!, cron: '0 2 * * ? *' }] };
    world.installation = { ...world.installation, plans: [nightly] };
    // At two in the night, five minutes later at most, for two hours, and half an hour for its copy.
    await watched(world, at(1), at(16));
    expect(told(world, 'CopiesMissing')).toBe(0);
    await watched(world, at(17), at(40));
    expect(told(world, 'CopiesMissing')).toBe(1);
    await watched(world, at(41), at(42));
    expect(told(world, 'CopiesMissing')).toBe(2);
    // One region comes to have it, and loses it: what is missing is more than an hour ago.
    const id = await sealed(world, 'orders', 'hourly', at(42));
    await watched(world, at(43), at(44));
    expect(labelIn(world).risks.filter(({ name }) => name === 'CopiesMissing')).toHaveLength(1);
    expect(told(world, 'CopiesMissing')).toBe(2);
    await world.catalog.advanceCopy(id, HOME, 'quarantined', { reason: { name: 'RotFound', message: 'x' } });
    await watched(world, at(45), at(45));
    expect(told(world, 'CopiesMissing')).toBe(3);
  });
});
