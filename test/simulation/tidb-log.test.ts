import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Stage } from '../../cli/stage.ts';
import type { HoldfastInput } from '../../core/plan/input.ts';
import type { TidbCluster } from '../../core/plan/installation.ts';
import { days, earlier, hours, type Instant, iso, minutes, parseInstant } from '../../core/time/instant.ts';
import { announcements, Blueprint, ending } from '../support/world-of.ts';
import { AWAY, HOME } from './installations.ts';

const reach = (pd: string, group: string) => ({ pd, subnets: ['subnet-0a1b2c3d'], securityGroups: [group] });

const INSTALLATION: HoldfastInput = {
  name: 'shop',
  regions: { primary: HOME, recovery: [AWAY] },
  plans: {
    continuous: {
      rules: [{ name: 'daily', cron: '30 2 * * ? *', deadline: '2h' }],
      retention: { daily: 3, minimumKeep: 2 },
      objectives: { rpo: '15m', rto: '4h', survives: 'region' },
      copyAllowance: '30m',
      grace: '1d',
      logBackup: true,
    },
  },
  clusters: {
    shop: {
      engine: 'tidb',
      plan: 'continuous',
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

async function liveADay(): Promise<void> {
  stage.tidb.applications.get('shop')!.scheduleDay(400);
  await stage.run(days(1));
}

const shop = () => stage.installation.clusters[0] as TidbCluster;

/** Restores into the empty cluster of the other region and compares every table and row with the truth. */
async function restoreAway(to: string): Promise<Instant> {
  const restore = await stage.execute(AWAY, 'restore', { cluster: 'shop', to });
  expect(ending(restore)).toMatchObject({ name: 'SUCCEEDED' });
  const { restoresTo } = JSON.parse(restore.output!).restore as { readonly restoresTo: string };
  const at = parseInstant(restoresTo) as Instant;
  const application = stage.tidb.applications.get('shop')!;
  expect(application.truthAt(at).size).toBeGreaterThan(20);
  expect(application.compareWith(stage.tidb.targetOf(shop(), AWAY), at)).toMatchObject({ differing: 0 });
  return at;
}

describe('the log of a TiDB cluster', () => {
  it('follows to the other region within minutes, and restores there to its last instant', async () => {
    stage = blueprint.stage(41);
    const heard = announcements(stage);
    await liveADay();
    expect(heard.filter(({ name }) => /Failed|Quarantined|Breached|Broken/.test(name))).toEqual([]);
    stage.cloud.loseRegion(HOME);
    const lostAt = stage.now;
    await stage.run(minutes(20));
    const at = await restoreAway('latest');
    expect(lostAt - at).toBeLessThan(minutes(6));
  }, 60_000);

  it('restores there to any instant of its window, between two snapshots and across changes of schema', async () => {
    stage = blueprint.stage(42);
    await liveADay();
    stage.cloud.loseRegion(HOME);
    const asked = earlier(stage.now, hours(9));
    const at = await restoreAway(iso(asked));
    expect(at).toBe(asked);
  }, 60_000);
});
