import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Stage } from '../../cli/stage.ts';
import type { HoldfastInput } from '../../core/plan/input.ts';
import type { TidbCluster } from '../../core/plan/installation.ts';
import { days, hours, type Instant, minutes, parseInstant } from '../../core/time/instant.ts';
import { catalogOf } from '../support/catalog-of.ts';
import { announcements, Blueprint, ending } from '../support/world-of.ts';
import { AWAY, HOME } from './installations.ts';

const reach = (pd: string, group: string) => ({ pd, subnets: ['subnet-0a1b2c3d'], securityGroups: [group] });

const INSTALLATION: HoldfastInput = {
  name: 'shop',
  regions: { primary: HOME, recovery: [AWAY] },
  plans: {
    standard: {
      rules: [
        { name: 'daily', cron: '30 2 * * ? *', deadline: '2h' },
        { name: 'sixhourly', cron: '0 0/6 * * ? *', deadline: '2h', kind: 'incremental' },
      ],
      retention: { keepLast: 3, minimumKeep: 2 },
      objectives: { rpo: '14h', rto: '4h', survives: 'region' },
      copyAllowance: '30m',
      grace: '1d',
    },
  },
  clusters: {
    shop: {
      engine: 'tidb',
      plan: 'standard',
      version: 'v8.5.3',
      reach: reach('pd.shop:2379', 'sg-0a1b2c3d'),
      restoreInto: { [AWAY]: { reach: reach('pd.shop-restored:2379', 'sg-0e1f2a3b') } },
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

async function liveThrough(someDays: number): Promise<void> {
  for (let day = 1; day <= someDays; day++) {
    stage.tidb.applications.get('shop')!.scheduleDay(200);
    await stage.run(days(1));
  }
}

const shop = () => stage.installation.clusters[0] as TidbCluster;

interface Restored {
  readonly at: Instant;
  readonly point: string;
}

/** Restores the newest state into the empty cluster of a region, and compares every table and row with the truth. */
async function restoreLatest(region: string): Promise<Restored> {
  const restore = await stage.execute(region, 'restore', { cluster: 'shop', to: 'latest' });
  expect(ending(restore)).toMatchObject({ name: 'SUCCEEDED' });
  const { restoresTo, recoveryPointId } = JSON.parse(restore.output!).restore as {
    readonly restoresTo: string;
    readonly recoveryPointId: string;
  };
  const at = parseInstant(restoresTo) as Instant;
  const application = stage.tidb.applications.get('shop')!;
  expect(application.truthAt(at).size).toBeGreaterThan(20);
  expect(application.compareWith(stage.tidb.targetOf(shop(), region), at)).toMatchObject({ differing: 0 });
  return { at, point: recoveryPointId };
}

const provenIn = (region: string) =>
  catalogOf(stage, region).copies.filter((copy) => copy.state === 'proven' && copy.region === region);

describe('a TiDB cluster', () => {
  it('is captured by BR, proven in both regions, and restored in the other one to the rows of its instant', async () => {
    stage = blueprint.stage(31);
    const heard = announcements(stage);
    await liveThrough(2);
    expect(provenIn(AWAY).length).toBeGreaterThanOrEqual(3);
    expect(heard.filter(({ name }) => /Failed|Quarantined|Breached/.test(name))).toEqual([]);

    stage.cloud.loseRegion(HOME);
    await stage.run(minutes(20));
    const { at, point } = await restoreLatest(AWAY);
    expect(point).toMatch(/^shop-sixhourly-/);
    expect(stage.now - at).toBeLessThan(hours(12));
  }, 60_000);

  it('keeps the full snapshot that a kept incremental continues, and lets go what none needs', async () => {
    stage = blueprint.stage(32);
    await liveThrough(4);
    const points = catalogOf(stage, HOME).points.filter(({ state }) => state === 'sealed');
    const sealed = new Set(points.map(({ id }) => id));
    const incremental = points.filter(({ kind }) => kind === 'incremental');
    expect(incremental.length).toBeGreaterThanOrEqual(2);
    for (const { id, base } of incremental) expect(sealed, `${id} continues ${base}`).toContain(base);
    expect(points.length).toBeLessThan(10);
    await restoreLatest(AWAY);
  }, 60_000);
});
