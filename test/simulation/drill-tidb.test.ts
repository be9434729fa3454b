import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { recordsIn } from '../../cli/operator/records-in.ts';
import type { Stage } from '../../cli/stage.ts';
import type { DrillRecord } from '../../core/drills/drill.ts';
import type { HoldfastInput } from '../../core/plan/input.ts';
import type { TidbCluster } from '../../core/plan/installation.ts';
import { receiptKey } from '../../core/receipts/canonical.ts';
import type { Receipt } from '../../core/receipts/receipt.ts';
import { hours, iso, minutes } from '../../core/time/instant.ts';
import { Blueprint, ending } from '../support/world-of.ts';
import { permissionsSuffice } from './checkers/permissions-suffice.ts';
import { AWAY, HOME } from './installations.ts';
import { asOwner } from './owner.ts';
import { LOGGED } from './self-run.ts';

const sql = (host: string, region: string) => ({
  host,
  secret: `arn:aws:secretsmanager:${region}:111111111111:secret:${host}-AbCdEf`,
});

const INSTALLATION: HoldfastInput = {
  name: 'shop-drilled',
  regions: { primary: HOME, recovery: [AWAY] },
  plans: {
    continuous: {
      ...LOGGED,
      drills: { cron: '0 12 1 * ? *', deadline: '2h', mode: 'region-lost' },
    },
  },
  clusters: {
    shop: {
      engine: 'tidb',
      plan: 'continuous',
      version: 'v8.5.3',
      reach: { pd: 'pd.shop:2379', subnets: ['subnet-0a1b2c3d'], securityGroups: ['sg-0a1b2c3d'] },
      restoreInto: {
        [AWAY]: {
          reach: {
            ...{ pd: 'pd.shop-restored:2379', subnets: ['subnet-0e1f2a3b'], securityGroups: ['sg-0e1f2a3b'] },
            sql: sql('shop-restored', AWAY),
          },
        },
      },
      expectedSize: '100 GB',
    },
  },
};

let blueprint: Blueprint;
let stage: Stage;
beforeAll(async () => {
  blueprint = await Blueprint.of(INSTALLATION);
  stage = blueprint.stage(95);
  const application = stage.tidb.applications.get('shop')!;
  for (let quarter = 1; quarter <= 5; quarter++) {
    for (let order = 0; order < 8; order++) application.act();
    await stage.run(minutes(15));
  }
}, 90_000);
afterAll(() => blueprint.close());

const shop = () => stage.installation.clusters[0] as TidbCluster;
const target = () => stage.tidb.targetOf(shop(), AWAY);

async function drill(more: object = {}): Promise<DrillRecord> {
  const execution = await stage.execute(AWAY, 'drill', { cluster: 'shop', ...more });
  const [record] = await stage.until(recordsIn(AWAY).drills.drills('shop'));
  expect(ending(execution).name).toBe(record?.state === 'passed' ? 'SUCCEEDED' : 'DrillFailed');
  return record!;
}

describe('a drill of TiDB', () => {
  it('goes to the end of its log, without the primary, and leaves the cluster empty that it filled', async () => {
    const drilled = await drill();
    expect(drilled.reason).toBeUndefined();
    expect(drilled).toMatchObject({
      state: 'passed',
      chain: expect.any(String),
      tornDownAt: expect.any(Number),
    });
    expect(stage.now - drilled.instant!).toBeLessThan(hours(1));
    const { takenAt } = (await stage.until(stage.catalog(AWAY).point(drilled.recoveryPoint!)))!;
    const vault = `holdfast-vault-${stage.cloud.account}-${AWAY}`;
    const [stored] = [...stage.cloud.s3.current(vault, receiptKey(drilled.receipt!))];
    expect((JSON.parse(stored![1].body.toString('utf8')) as Receipt).body).toMatchObject({
      restoredTo: iso(drilled.instant!),
      log: { chain: drilled.chain, from: iso(takenAt!), until: iso(drilled.instant!) },
    });
    expect([...target().contentsNow().databases]).toEqual([]);
    const refused = permissionsSuffice(stage).filter((one) => !one.includes('prove-primary-denied'));
    expect(refused).toEqual([]);
  });

  it('fails by name on a log with a hole; its full stays, and the hole is mended from its twin within the hour', async () => {
    const { s3, account } = stage.cloud;
    const vault = `holdfast-vault-${account}-${AWAY}`;
    const hole = [...s3.current(vault, 'shop/log/')]
      .map(([key]) => key)
      .filter((key) => /\/(00|01)\/\d+\/.*\.log$/.test(key));
    expect(hole.length).toBeGreaterThan(3);
    // What is missing of the hour would be brought at once, as long as it is there.
    stage.cloud.loseRegion(HOME);
    for (const Key of hole) asOwner(stage, 's3', 'DeleteObject', { Bucket: vault, Key }, AWAY);
    const failed = await drill({ mode: 'ordinary' });
    expect(failed.reason).toMatchObject({ name: 'LogChainBroken' });
    expect(failed.tornDownAt).toBeLessThan(failed.deadline);
    expect([...target().contentsNow().databases]).toEqual([]);
    stage.cloud.bringBack(HOME);
    await stage.run(minutes(65));
    expect((await stage.until(stage.catalog(HOME).copy(failed.recoveryPoint!, AWAY)))?.state).toBe('proven');
    expect(await drill()).toMatchObject({ state: 'passed', chain: failed.chain });
  });

  it('does not begin where something is, and leaves it there', async () => {
    target().createDatabase('theirs');
    expect((await drill()).reason).toMatchObject({ name: 'TargetNotEmpty' });
    await stage.run(minutes(20));
    expect([...target().contentsNow().databases]).toEqual(['theirs']);
  });
});
