import { beforeEach, describe, expect, test } from 'vitest';
import { snapshotName } from '../../../core/ids/names.ts';
import { indexKey, pointPrefix } from '../../../core/manifest/layout.ts';
import type { RdsCluster } from '../../../core/plan/installation.ts';
import { days, earlier, hours, type Instant, later } from '../../../core/time/instant.ts';
import { conclude } from '../../../lambdas/reconcile/conclude-reconciliation/conclude.ts';
import { discard } from '../../../lambdas/reconcile/discard-unclaimed/discard.ts';
import { mend } from '../../../lambdas/reconcile/mend-records/mend.ts';
import type { Mended, Surveyed } from '../../../lambdas/reconcile/plan-file.ts';
import { COPIES_PER_RUN, LAPS, survey } from '../../../lambdas/reconcile/survey-region/survey.ts';
import { MemoryStock } from '../../support/memory-stock.ts';
import { copied, sealed } from '../../support/task-runs.ts';
import { cluster, HOME, INSTALLATION, RECOVERY, TaskWorld, time } from '../../support/task-world.ts';

const NOON = time('2026-11-20T12:00:00Z');
const ID = 'orders-hourly-20261120t120000z';
const MORNING = time('2026-11-22T10:40:00Z');
const execution = 'arn:aws:states:eu-west-1:111122223333:execution:holdfast-reconcile:run-1';

let world: TaskWorld;
let stock: MemoryStock;

beforeEach(async () => {
  world = new TaskWorld();
  stock = new MemoryStock();
  await sealed(world, 'orders', 'hourly', NOON);
  stock.put(HOME, NOON, indexKey('orders', ID));
  world.events.length = 0;
});

/** Laps so short that a handful of files takes several. */
const lap = { files: 3, pages: 2 };
const ports = (region: string) => ({ ...world.ports(region), stock, remover: stock.remover(region), lap });
const look = (region: string, state: { survey?: Surveyed } = {}, now = MORNING) =>
  survey({ execution, state }, ports(region), now);

/** The machine's loop, from its start to its summary. */
async function reconcile(region: string, now: Instant = MORNING): Promise<Surveyed> {
  let state: { survey?: Surveyed; discarded?: Mended; recorded?: Mended } = {};
  for (;;) {
    const found = await look(region, state, now);
    state = { ...state, survey: found };
    if (found.outcome === 'done') break;
    if (found.outcome === 'more') continue;
    state.discarded = await discard({ ...state, survey: found }, ports(region), now);
    state.recorded = await mend({ ...state, survey: found }, ports(region));
  }
  await conclude({ ...state, survey: state.survey! }, ports(region));
  return state.survey!;
}

const protect = async (): Promise<void> => {
  await copied(world, 'orders', ID, NOON);
  stock.put(RECOVERY, NOON, indexKey('orders', ID));
  world.events.length = 0;
};

describe('a run that finds everything as it should be', () => {
  test('says so in one sentence and touches nothing', async () => {
    await protect();
    const before = world.catalog.dump();
    await reconcile(HOME);
    await reconcile(RECOVERY);
    expect(world.catalog.dump()).toBe(before);
    expect(world.names()).toEqual(['ReconciliationFinished', 'ReconciliationFinished']);
    expect(world.events[0]?.sentence).toBe(
      `${HOME}: 2 clusters compared with what is there, 0 differences found, 0 mended, 0 told to a person`,
    );
  });
});

describe('a missing copy', () => {
  test('is started by the primary once an hour, and by no recovery region', async () => {
    await reconcile(RECOVERY);
    expect(world.started).toEqual([]);
    await reconcile(HOME);
    await reconcile(HOME, later(MORNING, hours(0)));
    expect(world.started.map(({ machine, input }) => ({ machine, input }))).toEqual([
      {
        machine: 'copy',
        input: JSON.stringify({ cluster: 'orders', recoveryPointId: ID, region: RECOVERY }),
      },
    ]);
    expect(world.names()).toContain('DifferenceMended');
  });

  test('is not started when its point went into the bin after the survey', async () => {
    const found = await look(HOME);
    await world.catalog.advance(ID, 'expiring', { discardAfter: later(MORNING, days(3)) });
    expect(await mend({ survey: found }, ports(HOME))).toMatchObject({ mended: 0, putOff: 1 });
    expect(world.started).toEqual([]);
  });

  test('is one of many: a run starts so many of a cluster and says how many it left', async () => {
    const many = COPIES_PER_RUN + 3;
    for (let n = 1; n <= many; n++) {
      const at = later(NOON, hours(n));
      stock.put(HOME, at, indexKey('orders', await sealed(world, 'orders', 'hourly', at)));
    }
    const found = await reconcile(HOME, later(MORNING, days(1)));
    expect(world.started).toHaveLength(COPIES_PER_RUN);
    expect(found.left).toBe(1);
    const plan = [...world.files].find(([key]) => key.includes('work/reconcile/run-1/plan-1'))![1];
    expect(Buffer.from(plan).toString('utf8')).toContain('4 missing copies of orders');
  });
});

describe('bytes that are gone', () => {
  test('away are told there, and set aside and copied again by the primary', async () => {
    await protect();
    stock.files.delete(`${RECOVERY}/${indexKey('orders', ID)}`);
    await reconcile(RECOVERY);
    expect(world.events[0]).toMatchObject({ name: 'DifferenceFound', region: RECOVERY, recoveryPoint: ID });
    expect((await world.catalog.copy(ID, RECOVERY))?.state).toBe('proven');
    await reconcile(HOME);
    expect(await world.catalog.copy(ID, RECOVERY)).toMatchObject({
      state: 'quarantined',
      reason: { name: 'ManifestIncomplete' },
    });
    expect(world.started).toHaveLength(1);
    await copied(world, 'orders', ID, later(MORNING, hours(1)));
    const again = await world.catalog.copy(ID, RECOVERY);
    expect(again?.state).toBe('proven');
    expect(again).not.toHaveProperty('reason');
  });

  test('at home are set aside, once, however often the task is repeated', async () => {
    await protect();
    stock.files.delete(`${HOME}/${indexKey('orders', ID)}`);
    const found = await look(HOME);
    await mend({ survey: found }, ports(HOME));
    const before = world.catalog.dump();
    await mend({ survey: found }, ports(HOME));
    expect(world.catalog.dump()).toBe(before);
    expect((await world.catalog.copy(ID, HOME))?.state).toBe('quarantined');
    expect(world.started).toEqual([]);
    expect(world.events[0]?.sentence).toContain('restore from another region');
  });
});

describe('files that nobody names', () => {
  const lost = pointPrefix('orders', 'orders-hourly-20261101t120000z');

  test('go, page by page, and what a manifest names stays', async () => {
    await protect();
    stock.page = 2;
    const names = Array.from({ length: 7 }, (_, n) => `${lost}data/file ${n}`);
    stock.put(HOME, NOON, ...names);
    stock.named.set(ID, [names[3]!]);
    const { lap: laps } = await reconcile(HOME);
    expect(laps).toBeGreaterThan(2);
    expect(stock.keys(HOME)).toEqual([names[3]!, indexKey('orders', ID)]);
    expect(world.events[0]).toMatchObject({
      name: 'DifferenceMended',
      facts: { difference: 'files-unclaimed' },
    });
  });

  test('stay under a hold, and for a day after they were written', async () => {
    await protect();
    stock.put(HOME, NOON, `${lost}data/file`);
    await world.catalog.placeHold({ name: 'audit', cluster: 'orders', placedAt: NOON, why: 'tax' });
    expect((await reconcile(HOME)).found).toBe(0);
    await world.catalog.liftHold('orders', 'audit');
    stock.put(HOME, earlier(MORNING, hours(23)), `${lost}data/file`);
    expect((await reconcile(HOME)).found).toBe(0);
    expect((await reconcile(HOME, later(MORNING, hours(1)))).found).toBe(1);
    expect(stock.keys(HOME)).toEqual([indexKey('orders', ID)]);
  });

  test('stay beside a whole manifest whose point the catalog has forgotten', async () => {
    await protect();
    const forgotten = 'orders-hourly-20261102t120000z';
    stock.put(HOME, NOON, `${lost}data/file`, indexKey('orders', forgotten));
    await reconcile(HOME);
    expect(stock.keys(HOME)).toContain(`${lost}data/file`);
    expect(world.events[0]).toMatchObject({
      name: 'DifferenceFound',
      recoveryPoint: forgotten,
      facts: { difference: 'point-unknown' },
    });
  });

  test('stay when between survey and removal a manifest appears, a hold is placed, or what they were compared with goes', async () => {
    await protect();
    stock.put(HOME, NOON, `${lost}data/file`);
    const found = await look(HOME);
    const removed = () => discard({ survey: found }, ports(HOME), MORNING);
    const index = indexKey('orders', 'orders-hourly-20261101t120000z');
    stock.put(HOME, MORNING, index);
    expect(await removed()).toMatchObject({ mended: 0, putOff: 1 });
    stock.files.delete(`${HOME}/${index}`);
    await world.catalog.placeHold({ name: 'audit', cluster: 'orders', placedAt: NOON, why: 'tax' });
    expect(await removed()).toMatchObject({ mended: 0, putOff: 1 });
    await world.catalog.liftHold('orders', 'audit');
    await world.catalog.advanceCopy(ID, HOME, 'expiring', { discardAfter: MORNING });
    await world.catalog.advanceCopy(ID, HOME, 'discarded');
    expect(await removed()).toMatchObject({ mended: 0, putOff: 1 });
    expect(stock.keys(HOME)).toContain(`${lost}data/file`);
  });
});

describe('a snapshot that nobody claims', () => {
  const database: RdsCluster = {
    ...cluster('shop'),
    engine: 'aurora',
    clusterId: 'shop',
  } as unknown as RdsCluster;
  const id = 'shop-daily-20261120t030000z';
  const snapshot = {
    name: snapshotName(id),
    cluster: 'shop',
    recoveryPoint: id,
    status: 'pending',
    scheduledAt: time('2026-11-20T03:00:00Z'),
  } as const;

  test('is told of while it cannot go, and removed when it can; without databases nobody asks', async () => {
    await protect();
    stock.shelves.set(RECOVERY, [snapshot]);
    await reconcile(RECOVERY);
    expect(world.names()).toEqual(['ReconciliationFinished']);
    world.installation = { ...INSTALLATION, clusters: [...INSTALLATION.clusters, database] };
    stock.stuck.add(snapshot.name);
    await reconcile(RECOVERY);
    expect(world.events.at(-2)).toMatchObject({ name: 'DifferenceFound', recoveryPoint: id });
    stock.stuck.clear();
    await reconcile(RECOVERY);
    expect(world.events.at(-2)).toMatchObject({ name: 'DifferenceMended', recoveryPoint: id });
    expect(await stock.snapshots(RECOVERY)).toEqual([]);
  });
});

describe('a run that reaches its bound', () => {
  test('ends, says where the next begins, and the next begins there', async () => {
    const found = await look(HOME);
    const stopped: Surveyed = {
      ...found,
      lap: LAPS,
      whole: false,
      position: { cluster: 'billing', folder: '', key: '' },
    };
    expect(await look(HOME, { survey: stopped })).toMatchObject({ outcome: 'done', lap: LAPS });
    await conclude({ survey: stopped }, ports(HOME));
    expect(world.events.at(-1)?.sentence).toContain('the next run begins behind billing');
    expect(await look(HOME)).toMatchObject({ clusters: 1, whole: true, position: { cluster: 'orders' } });
  });
});
