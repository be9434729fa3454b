import { describe, expect, test } from 'vitest';
import { hours, type Instant, later, minutes } from '../../../core/time/instant.ts';
import { watch } from '../../../lambdas/watch/watch-objectives/watch.ts';
import { LogWorld, markOf } from '../../support/log-world.ts';
import { copied, sealed } from '../../support/task-runs.ts';
import { HOME, RECOVERY, time } from '../../support/task-world.ts';

const NINE = time('2026-11-21T09:00:00Z');
const NOON = time('2026-11-21T12:00:00Z');
const EIGHT = time('2026-11-21T08:00:00Z');
const CHAIN = '20261121t080000z';

/** `shop` may lose 5 minutes; a full of 9:00 is proven in both regions. */
async function withFull(): Promise<LogWorld> {
  const world = new LogWorld();
  await copied(world, 'shop', await sealed(world, 'shop', 'hourly', NINE), NINE);
  world.events.length = 0;
  return world;
}

async function measured(world: LogWorld, region: string, now = NOON): Promise<number | undefined> {
  await watch({}, world.ports(region), now);
  return world.metrics.filter(({ name }) => name === 'AchievedRpo').at(-1)?.value;
}

/** A proven copy in the recovery region of an incremental that was taken at `at`. */
async function incremental(world: LogWorld, at: Instant): Promise<void> {
  const full = await world.catalog.point('shop-hourly-20261121t090000z');
  const id = `shop-part-${new Date(at).toISOString().slice(0, 19).replace(/[-:]/g, '').toLowerCase()}z`;
  await world.catalog.open({ ...full!, id, rule: 'part', kind: 'incremental', takenAt: at });
  const copy = { id, cluster: 'shop', region: RECOVERY, startedAt: at, takenAt: at, provenAt: at };
  await world.catalog.openCopy({ ...copy, state: 'proven' });
}

describe('watching a cluster with a log', () => {
  test('the achieved RPO is the age of the log’s checkpoint, in each region its own', async () => {
    const world = await withFull();
    await world.chain(HOME, EIGHT, later(NOON, minutes(-2)), NOON);
    await world.chain(RECOVERY, EIGHT, later(NOON, minutes(-4)), NOON);
    expect([await measured(world, HOME), await measured(world, RECOVERY)]).toEqual([120, 240]);
    expect(world.events).toEqual([]);
  });

  test('at home the checkpoint in the vault counts, so that no breach is told of a record that is a few minutes old', async () => {
    const world = await withFull();
    const chain = await world.chain(HOME, EIGHT, later(NOON, minutes(-9)), NOON);
    await world.chain(RECOVERY, EIGHT, later(NOON, minutes(-9)), NOON);
    for (const region of [HOME, RECOVERY])
      world.checkpoints.set(`${region}/${chain}`, markOf(later(NOON, minutes(-4))));
    expect(await measured(world, HOME)).toBe(240);
    expect(world.events).toEqual([]);
    expect(await measured(world, RECOVERY)).toBe(540);
  });

  test('a log that begins after the newest full restores nothing, and does not count', async () => {
    const world = await withFull();
    await world.chain(HOME, later(NINE, minutes(1)), NOON, NOON);
    expect(await measured(world, HOME)).toBe(3 * 3_600 + 1);
    expect(world.events[0]?.sentence).toContain(
      'its log 20261121t090100z is running and covers up to 2026-11-21T12:00:00Z, which restores nothing newer than that',
    );
  });

  test('a log that ends before the newest point adds nothing to it', async () => {
    const world = await withFull();
    await world.chain(HOME, EIGHT, later(EIGHT, minutes(30)), NINE);
    expect(await measured(world, HOME)).toBe(3 * 3_600 + 1);
  });

  test('an incremental that is newer carries no log: the full before it does, if the log reaches back to it', async () => {
    const world = await withFull();
    await incremental(world, time('2026-11-21T10:00:00Z'));
    await incremental(world, time('2026-11-21T11:00:00Z'));
    await world.chain(RECOVERY, EIGHT, later(NOON, minutes(-4)), NOON);
    expect(await measured(world, RECOVERY)).toBe(240);
    const other = await withFull();
    await incremental(other, time('2026-11-21T11:00:00Z'));
    await other.chain(RECOVERY, later(NINE, minutes(1)), later(NOON, minutes(-4)), NOON);
    expect(await measured(other, RECOVERY)).toBe(3_600);
  });

  test('a log that stands still is announced once, by its name and its reason, and again after it has recovered', async () => {
    const world = await withFull();
    await world.chain(RECOVERY, EIGHT, NOON, NOON);
    const name = { cluster: 'shop', region: RECOVERY, chain: CHAIN };
    const every = async (from: Instant, to: Instant) => {
      for (let now = from; now <= to; now = later(now, minutes(5))) await measured(world, RECOVERY, now);
      return world.events.splice(0).map(({ reason }) => reason?.message);
    };
    expect(await every(NOON, later(NOON, minutes(5)))).toEqual([]);
    const reason = { name: 'LogPaused', message: 'a person paused it' };
    await world.catalog.advanceChain(name, { state: 'paused', reason }, NOON);
    const [said, ...again] = await every(later(NOON, minutes(10)), later(NOON, hours(3)));
    expect(said).toMatch(
      /is 10 min and the objective of plan gold is 5 min: .* its log 20261121t080000z is paused \(a person paused it\) and covers up to 2026-11-21T12:00:00Z$/,
    );
    expect(again).toEqual([]);
    const late = later(NOON, hours(3));
    await world.catalog.advanceChain(name, { state: 'running', checkpoint: markOf(late) }, late);
    expect(await every(late, later(late, minutes(5)))).toEqual([]);
    expect(await every(later(late, minutes(10)), later(late, hours(1)))).toHaveLength(1);
  });

  test('a plan that asks for a log which never began says so', async () => {
    const world = await withFull();
    await measured(world, HOME);
    expect(world.events[0]).toMatchObject({
      name: 'ObjectiveBreached',
      sentence: expect.stringContaining('no log of it has begun there'),
    });
  });

  test('a log that the plan does not ask for any more still counts while it is there', async () => {
    const world = await withFull();
    const [plan] = world.installation.plans;
    world.installation = { ...world.installation, plans: [{ ...plan!, logBackup: false }] };
    await world.chain(HOME, EIGHT, later(NOON, minutes(-2)), NOON);
    expect(await measured(world, HOME)).toBe(120);
  });
});
