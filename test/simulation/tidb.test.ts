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
      rules: [{ name: 'sixhourly', cron: '0 0/6 * * ? *', deadline: '2h' }],
      retention: { keepLast: 3, daily: 3, minimumKeep: 2 },
      objectives: { rpo: '12h', rto: '4h', survives: 'region' },
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

describe('a TiDB cluster', () => {
  it('is captured by BR, proven in both regions, and restored in the other one to the rows of its instant', async () => {
    stage = blueprint.stage(31);
    const heard = announcements(stage);
    await liveThrough(2);
    const proven = catalogOf(stage, AWAY).copies.filter(
      ({ state, region }) => state === 'proven' && region === AWAY,
    );
    expect(proven.length).toBeGreaterThanOrEqual(3);
    expect(heard.filter(({ name }) => /Failed|Quarantined|Breached/.test(name))).toEqual([]);

    stage.cloud.loseRegion(HOME);
    await stage.run(minutes(20));
    const restore = await stage.execute(AWAY, 'restore', { cluster: 'shop', to: 'latest' });
    expect(ending(restore).name).toBe('SUCCEEDED');
    const { restoresTo } = JSON.parse(restore.output!).restore as { readonly restoresTo: string };
    const restored = stage.tidb.targetOf(shop(), AWAY);
    const at = parseInstant(restoresTo) as Instant;
    expect(stage.tidb.applications.get('shop')!.truthAt(at).size).toBeGreaterThan(20);
    expect(stage.tidb.applications.get('shop')!.compareWith(restored, at)).toMatchObject({ differing: 0 });
    expect(stage.now - at).toBeLessThan(hours(12));
  }, 60_000);
});
