import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Stage } from '../../cli/stage.ts';
import type { HoldfastEvent } from '../../core/catalog/events.ts';
import type { HoldfastInput } from '../../core/plan/input.ts';
import type { TidbCluster } from '../../core/plan/installation.ts';
import { earlier, hours, type Instant, iso, minutes, parseInstant } from '../../core/time/instant.ts';
import { announcements, Blueprint, ending } from '../support/world-of.ts';
import { AWAY, HOME } from './installations.ts';
import { LOGGED } from './self-run.ts';

const reach = (pd: string, group: string) => ({ pd, subnets: ['subnet-0a1b2c3d'], securityGroups: [group] });

const INSTALLATION: HoldfastInput = {
  name: 'shop',
  regions: { primary: HOME, recovery: [AWAY] },
  plans: {
    continuous: {
      ...LOGGED,
      rules: [{ name: 'daily', cron: '30 2 * * ? *', deadline: '2h' }],
    },
  },
  clusters: {
    shop: {
      engine: 'tidb',
      plan: 'continuous',
      version: 'v8.5.3',
      reach: reach('pd.shop:2379', 'sg-0a1b2c3d'),
      restoreInto: {
        [HOME]: { reach: reach('pd.shop-beside:2379', 'sg-0a1b2c3d') },
        [AWAY]: { reach: reach('pd.shop-restored:2379', 'sg-0e1f2a3b') },
      },
      expectedSize: '100 GB',
    },
  },
};

let blueprint: Blueprint;
let stage: Stage;
let heard: readonly HoldfastEvent[];
beforeAll(async () => {
  blueprint = await Blueprint.of(INSTALLATION);
  stage = blueprint.stage(41);
  heard = announcements(stage);
  const application = stage.tidb.applications.get('shop')!;
  for (let quarter = 1; quarter <= QUARTERS; quarter++) {
    for (let order = 0; order < ORDERS_A_QUARTER; order++) application.act();
    await stage.run(minutes(15));
  }
}, 120_000);
afterAll(() => {
  stage.close();
  blueprint.close();
});

/** Eight hours of orders, with a change of a schema now and then. */
const QUARTERS = 32;
const ORDERS_A_QUARTER = 8;

const shop = () => stage.installation.clusters[0] as TidbCluster;

/** Restores into the empty cluster of a region and compares every table and row with the truth. */
async function restoreIn(region: string, to: string): Promise<Instant> {
  const restore = await stage.execute(region, 'restore', { cluster: 'shop', to });
  expect(ending(restore)).toMatchObject({ name: 'SUCCEEDED' });
  const { restoresTo } = JSON.parse(restore.output!).restore as { readonly restoresTo: string };
  const at = parseInstant(restoresTo) as Instant;
  const application = stage.tidb.applications.get('shop')!;
  expect(application.truthAt(at).size).toBeGreaterThan(20);
  expect(application.compareWith(stage.tidb.targetOf(shop(), region), at)).toMatchObject({ differing: 0 });
  return at;
}

describe('the log of a TiDB cluster', () => {
  it('restores to any instant of its window, across changes of schema', async () => {
    const asked = earlier(stage.now, hours(3));
    expect(await restoreIn(HOME, iso(asked))).toBe(asked);
  });

  it('follows to the other region within minutes, and restores there to its last instant', async () => {
    expect(heard.filter(({ name }) => /Failed|Quarantined|Breached|Broken/.test(name))).toEqual([]);
    stage.cloud.loseRegion(HOME);
    const lostAt = stage.now;
    await stage.run(minutes(20));
    expect(lostAt - (await restoreIn(AWAY, 'latest'))).toBeLessThan(minutes(6));
  });
});
