import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Stage } from '../../cli/stage.ts';
import type { HoldfastInput } from '../../core/plan/input.ts';
import type { DorisCluster as Configured } from '../../core/plan/installation.ts';
import { days, hours, minutes } from '../../core/time/instant.ts';
import type { DorisCluster } from '../../embedded/doris/cluster.ts';
import { catalogOf } from '../support/catalog-of.ts';
import { announcements, Blueprint, ending } from '../support/world-of.ts';
import { AWAY, HOME } from './installations.ts';
import { dorisReach } from './self-run.ts';

const INSTALLATION: HoldfastInput = {
  name: 'shop',
  regions: { primary: HOME, recovery: [AWAY] },
  plans: {
    standard: {
      rules: [{ name: 'daily', cron: '30 2 * * ? *', deadline: '2h' }],
      retention: { keepLast: 3, minimumKeep: 2 },
      objectives: { rpo: '27h', rto: '4h', survives: 'region' },
      copyAllowance: '30m',
      grace: '1d',
    },
  },
  clusters: {
    olap: {
      engine: 'doris',
      plan: 'standard',
      version: '3.0.6',
      reach: dorisReach('fe.olap', HOME),
      databases: { shop: {}, crm: {} },
      restoreInto: { [AWAY]: { reach: dorisReach('fe.olap-restored', AWAY) } },
      expectedSize: '100 GB',
    },
  },
};

let blueprint: Blueprint;
let stage: Stage;
beforeAll(async () => {
  blueprint = await Blueprint.of(INSTALLATION);
}, 60_000);
afterAll(() => blueprint.close());
afterEach(() => stage.close());

const olap = () => stage.installation.clusters[0] as Configured;
const source = (): DorisCluster => stage.doris.sourceOf(olap());

async function liveThrough(someDays: number): Promise<void> {
  for (let day = 1; day <= someDays; day++) {
    for (const application of stage.doris.applications.get('olap')!) application.scheduleDay(100);
    await stage.run(days(1));
  }
}

/** What the machine says of a restore that it was asked for. */
async function restore(region: string, request: object) {
  const begun = stage.now;
  const execution = await stage.execute(region, 'restore', { cluster: 'olap', to: 'latest', ...request });
  expect(ending(execution)).toMatchObject({ name: 'SUCCEEDED' });
  return { begun, said: JSON.parse(execution.output!) };
}

const tablesOf = (cluster: DorisCluster): readonly string[] =>
  [...cluster.catalog.databases.values()].flatMap((database) =>
    [...database.tables.keys()].map((table) => `${database.name}.${table}`),
  );

describe('a Doris cluster', () => {
  it('is captured by itself, proven in both regions, and restored in the other one to its rows', async () => {
    stage = blueprint.stage(71);
    const heard = announcements(stage);
    await liveThrough(3);
    const proven = catalogOf(stage, AWAY).copies.filter(
      (copy) => copy.state === 'proven' && copy.region === AWAY,
    );
    expect(proven.length).toBeGreaterThanOrEqual(2);
    expect(heard.filter(({ name }) => /Failed|Quarantined|Breached/.test(name))).toEqual([]);

    stage.cloud.loseRegion(HOME);
    await stage.run(minutes(20));
    const { begun } = await restore(AWAY, {});
    const compared = stage.doris.compareRestored(olap(), AWAY, begun);
    expect(compared).toMatchObject({ differing: 0 });
    expect(compared.compared).toBeGreaterThan(20);
    expect([...stage.doris.targetOf(olap(), AWAY).catalog.databases.keys()]).toEqual(
      expect.arrayContaining(['shop', 'crm']),
    );
  }, 90_000);

  it('gives a table back beside its original, at home, and goes on meanwhile', async () => {
    stage = blueprint.stage(72);
    await liveThrough(2);
    const [table] = tablesOf(source()).filter((name) => name.startsWith('shop.'));
    const before = source().rowsNow('shop').size;
    const { begun } = await restore(HOME, { scope: { tables: [table] } });
    expect(tablesOf(source()).filter((name) => name.startsWith(`${table}_r`))).toHaveLength(1);
    expect(source().rowsNow('shop').size).toBeGreaterThan(before);
    expect(stage.doris.compareRestored(olap(), HOME, begun)).toMatchObject({ differing: 0 });
  }, 90_000);

  it('gives two people who restore at once each tables of his own at home, and elsewhere refuses the second', async () => {
    stage = blueprint.stage(75);
    const heard = announcements(stage);
    await liveThrough(2);
    const [table] = tablesOf(source()).filter((name) => name.startsWith('shop.'));
    const asked = { cluster: 'olap', to: 'latest', scope: { tables: [table] } };
    const begun = stage.now;
    const both = [stage.start(HOME, 'restore', asked), stage.start(HOME, 'restore', asked)];
    await stage.until(Promise.all(both.map(({ ended }) => ended)));
    expect(both.map((one) => ending(one).name)).toEqual(['SUCCEEDED', 'SUCCEEDED']);
    expect(tablesOf(source()).filter((name) => name.startsWith(`${table}_r`))).toHaveLength(2);
    expect(stage.doris.compareRestored(olap(), HOME, begun)).toMatchObject({ differing: 0 });
    expect(stage.doris.writtenTwice(olap(), HOME, begun)).toEqual([]);

    const into = [stage.start(AWAY, 'restore', asked), stage.start(AWAY, 'restore', asked)];
    await stage.until(Promise.all(into.map(({ ended }) => ended)));
    expect(into.map((one) => ending(one).name).toSorted()).toEqual(['RestoreFailed', 'SUCCEEDED']);
    expect(heard.flatMap(({ name, reason }) => (name === 'RestoreFailed' ? [reason?.name] : []))).toEqual([
      'TargetNotEmpty',
    ]);
    expect(stage.doris.writtenTwice(olap(), AWAY, begun)).toEqual([]);
  }, 90_000);

  it('gives back in seconds what was dropped by mistake, and says that it came from the bin', async () => {
    stage = blueprint.stage(73);
    const heard = announcements(stage);
    await liveThrough(2);
    const [table = ''] = tablesOf(source()).filter((name) => name.startsWith('shop.'));
    const [database = '', name = ''] = table.split('.');
    const rows = source().rowsNow('shop');
    source().catalog.dropTable(source().catalog.databases.get(database)!, name, false, false);
    await stage.run(hours(3));
    const { begun, said } = await restore(HOME, { scope: { tables: [table] } });
    expect(stage.now - begun).toBeLessThan(minutes(2));
    expect(source().rowsNow('shop')).toEqual(rows);
    expect(JSON.stringify(said)).toContain('from the recycle bin of olap');
    expect(heard.find((one) => one.name === 'RestoreFinished')?.sentence).toContain(
      `${table}, from the recycle bin of olap`,
    );
  }, 90_000);

  it('takes a recovery point in place of the bin when it is asked to, or when the bin has it no more', async () => {
    stage = blueprint.stage(74);
    await liveThrough(2);
    const [table = ''] = tablesOf(source()).filter((name) => name.startsWith('shop.'));
    const [database = '', name = ''] = table.split('.');
    const drop = () =>
      source().catalog.dropTable(source().catalog.databases.get(database)!, name, false, false);
    drop();
    await stage.run(hours(1));
    await restore(HOME, { scope: { tables: [table] }, from: 'backup' });
    expect(tablesOf(source()).filter((one) => one.startsWith(`${table}_r`))).toHaveLength(1);
    expect(tablesOf(source())).not.toContain(table);
  }, 90_000);

  it('that hangs in an upload is given up at the deadline, and the next night it is captured again', async () => {
    stage = blueprint.stage(75);
    const heard = announcements(stage);
    source().faults.sticksTransfers = true;
    await liveThrough(1);
    expect(heard.filter(({ name }) => name === 'BackupFailed')).toMatchObject([
      { reason: { name: 'CaptureOverdue' } },
    ]);
    expect((await source().jobs.all).every(({ state }) => state === 'CANCELLED')).toBe(true);
    source().faults.sticksTransfers = false;
    await liveThrough(1);
    expect(catalogOf(stage, HOME).points.filter(({ state }) => state === 'sealed')).toHaveLength(1);
  }, 90_000);
});
