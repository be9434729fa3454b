import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Stage } from '../../cli/stage.ts';
import type { HoldfastEvent } from '../../core/catalog/events.ts';
import type { HeartRead } from '../../core/heartbeat/reading.ts';
import type { HoldfastInput } from '../../core/plan/input.ts';
import { hours, iso, minutes, parseInstant } from '../../core/time/instant.ts';
import { TidbSql } from '../../embedded/tidb/sql/server.ts';
import { announcements, Blueprint, ending } from '../support/world-of.ts';
import { AWAY, HOME } from './installations.ts';

const secret = (region: string, name: string): string =>
  `arn:aws:secretsmanager:${region}:111111111111:secret:${name}-AbCdEf`;
const reach = (host: string, region: string, group: string) => ({
  pd: `pd.${host}:2379`,
  subnets: ['subnet-0a1b2c3d'],
  securityGroups: [group],
  sql: { host: `tidb.${host}`, secret: secret(region, host) },
});
const daily = { rules: [{ name: 'daily', cron: '30 2 * * ? *', deadline: '2h' }], grace: '1d' } as const;

const INSTALLATION: HoldfastInput = {
  name: 'hearts',
  regions: { primary: HOME, recovery: [AWAY] },
  plans: {
    continuous: {
      ...daily,
      retention: { daily: 3, minimumKeep: 2 },
      objectives: { rpo: '15m', rto: '4h', survives: 'region' },
      copyAllowance: '30m',
      logBackup: true,
    },
    hourly: {
      ...daily,
      rules: [{ name: 'hourly', cron: '5 * * * ? *', deadline: '50m' }],
      retention: { keepLast: 4, minimumKeep: 2 },
      objectives: { rpo: '3h', rto: '4h', survives: 'region' },
      copyAllowance: '40m',
    },
  },
  clusters: {
    shop: {
      engine: 'tidb',
      plan: 'continuous',
      version: 'v8.5.3',
      reach: reach('shop', HOME, 'sg-0a1b2c3d'),
      restoreInto: {
        [HOME]: { reach: reach('shop-beside', HOME, 'sg-0a1b2c3d') },
        [AWAY]: { reach: reach('shop-restored', AWAY, 'sg-0e1f2a3b') },
      },
      expectedSize: '100 GB',
    },
    orders: {
      engine: 'aurora',
      plan: 'hourly',
      clusterId: 'orders',
      dataApi: { secret: secret(HOME, 'orders') },
      expectedSize: '10 GB',
      restoreInto: {
        [AWAY]: {
          subnetGroup: 'recovery',
          securityGroups: ['sg-0f2a9d1c'],
          dataApi: { secret: secret(AWAY, 'orders') },
        },
      },
    },
    documents: {
      engine: 'objects',
      plan: 'hourly',
      bucket: 'acme-documents',
      prefix: 'invoices/',
      heartbeat: true,
      expectedSize: '1 GB',
    },
  },
};

let blueprint: Blueprint;
let stage: Stage;
let heard: readonly HoldfastEvent[];
beforeAll(async () => {
  blueprint = await Blueprint.of(INSTALLATION);
  stage = blueprint.stage(43);
  heard = announcements(stage);
  await stage.run(hours(5));
}, 180_000);
afterAll(() => {
  stage.close();
  blueprint.close();
});

/** Straight into the protected cluster, as its owner. */
function sql(statement: string): readonly (readonly (string | null)[])[] {
  const cluster = stage.tidb.fleet.at(HOME, 'pd.shop:2379')!;
  const reply = new TidbSql(cluster, {}).connect('owner', undefined).query(statement);
  if (reply && 'rows' in reply) return reply.rows;
  if (reply && 'affectedRows' in reply) return [[String(reply.affectedRows)]];
  throw new Error(JSON.stringify(reply));
}

interface Restored {
  readonly restoredTo: string;
  readonly achievedRpoSeconds: number;
  readonly heartbeat: Omit<HeartRead, 'newestAt'> & { readonly newestAt: string };
}

async function restoreIn(region: string, cluster: string, to: string): Promise<Restored> {
  const restore = await stage.execute(region, 'restore', { cluster, to });
  expect(ending(restore)).toMatchObject({ name: 'SUCCEEDED' });
  return JSON.parse(restore.output!).record as Restored;
}
const seconds = (text: string): number => parseInstant(text)! / 1_000;

describe('while all is well', () => {
  it('every minute has its beat in TiDB, with no number twice and none left out', () => {
    const [[beats, oldest, newest]] = sql(
      'SELECT COUNT(*) AS n, MIN(beat) AS a, MAX(beat) AS z FROM holdfast.heartbeat',
    ) as [[string, string, string]];
    expect([oldest, newest]).toEqual(['1', beats]);
    expect(Number(beats)).toBeGreaterThanOrEqual(299);
  });

  it('a restore to an instant proves what the truth is, to the minute', async () => {
    const asked = stage.now - minutes(50);
    const { heartbeat, achievedRpoSeconds } = await restoreIn(HOME, 'shop', iso(asked as typeof stage.now));
    const [[truth]] = sql(`SELECT MAX(beat) AS n FROM holdfast.heartbeat WHERE at_ms <= ${asked}`) as [
      [string],
    ];
    expect(heartbeat).toMatchObject({ outcome: 'read', newest: Number(truth), missing: 0, beyond: 0 });
    expect(heartbeat.provenLossSeconds - achievedRpoSeconds).toBeGreaterThanOrEqual(0);
    expect(heartbeat.provenLossSeconds - achievedRpoSeconds).toBeLessThanOrEqual(60);
  });
});

describe('when the primary region is lost', () => {
  let lostAt: number;
  beforeAll(async () => {
    sql('DELETE FROM holdfast.heartbeat WHERE beat = 200');
    await stage.run(minutes(30));
    stage.cloud.loseRegion(HOME);
    lostAt = stage.now / 1_000;
    await stage.run(minutes(20));
  }, 120_000);

  it('the loss of TiDB is claimed and proven, beside each other, and a hole in it is told', async () => {
    const { heartbeat, restoredTo, achievedRpoSeconds } = await restoreIn(AWAY, 'shop', 'latest');
    const trueLoss = lostAt - seconds(restoredTo);
    expect(trueLoss).toBeLessThan(360);
    const provenLoss = lostAt - seconds(heartbeat.newestAt);
    expect(provenLoss - trueLoss).toBeGreaterThanOrEqual(0);
    expect(provenLoss - trueLoss).toBeLessThanOrEqual(61);
    expect(heartbeat.provenLossSeconds - achievedRpoSeconds).toBeLessThanOrEqual(61);
    expect(heartbeat).toMatchObject({ missing: 1, firstMissing: 200, beyond: 0 });
    expect(heard.filter(({ name, cluster }) => name === 'HolesFound' && cluster === 'shop')).toHaveLength(1);
  });

  it('the loss of Aurora is proven through the Data API of the restored cluster, which is switched on for it', async () => {
    const { heartbeat, restoredTo } = await restoreIn(AWAY, 'orders', 'latest');
    expect(heartbeat).toMatchObject({ outcome: 'read', missing: 0 });
    expect(seconds(restoredTo) - seconds(heartbeat.newestAt)).toBeLessThanOrEqual(61);
  });

  it('the loss of objects is proven by one of them', async () => {
    const { heartbeat, restoredTo } = await restoreIn(AWAY, 'documents', 'latest');
    expect(heartbeat).toMatchObject({ outcome: 'read', beats: 1, missing: 0, beyond: 0 });
    expect(seconds(restoredTo) - seconds(heartbeat.newestAt)).toBeLessThanOrEqual(15 * 60 + 60);
  });
});
