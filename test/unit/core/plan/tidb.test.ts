import { describe, expect, test } from 'vitest';
import type { HoldfastInput } from '../../../../core/plan/input.ts';
import type { TidbClusterInput, TidbReachInput } from '../../../../core/plan/self-run-input.ts';
import { validate } from '../../../../core/plan/validate.ts';

const HOME = 'eu-west-1';
const AWAY = 'eu-central-1';
const secret = (name: string, region = HOME) =>
  `arn:aws:secretsmanager:${region}:111122223333:secret:${name}-AbCdEf`;

const reach = (pd: string, tls?: string): TidbReachInput => ({
  pd,
  subnets: ['subnet-0a1b2c3d'],
  securityGroups: ['sg-0a1b2c3d'],
  ...(tls !== undefined && { tls }),
});

const tidb = (at: TidbReachInput, into: TidbClusterInput['restoreInto'] = {}): TidbClusterInput => ({
  engine: 'tidb',
  plan: 'daily',
  version: 'v8.5.1',
  expectedSize: '250 GB',
  reach: at,
  restoreInto: into,
});

/** What is said about these clusters, as lines. */
function said(clusters: HoldfastInput['clusters']): string[] {
  const answer = validate({
    regions: { primary: HOME, recovery: [AWAY] },
    plans: {
      daily: {
        rules: [{ name: 'daily', cron: '0 3 * * ? *' }],
        retention: { daily: 7 },
        objectives: { rpo: '2d', rto: '8h' },
      },
    },
    clusters,
  });
  return Array.isArray(answer) ? answer.map((p) => `${p.path}: ${p.change}`) : [];
}

describe('two TiDB clusters', () => {
  test('of their own are accepted', () => {
    expect(said({ shop: tidb(reach('pd.shop:2379')), till: tidb(reach('pd.till:2379')) })).toEqual([]);
  });

  test.each(['pd.shop:2379', 'PD.shop:2379', 'pd-9:2379,pd.shop:2379'])(
    'that are one, reached at %s, are refused at the second',
    (pd) => {
      expect(said({ shop: tidb(reach('pd-0:2379,pd.shop:2379')), till: tidb(reach(pd)) })).toEqual([
        expect.stringMatching(
          /^clusters\.till\.reach\.pd: cluster shop is reached at pd\.shop:2379 too.*one log task per cluster; remove one/,
        ),
      ]);
    },
  );
});

describe('the cluster that a restore at home fills', () => {
  test.each(['pd.shop:2379', 'pd.till:2379'])('is not a protected one: %s', (pd) => {
    const shop = tidb(reach('pd.shop:2379'), { [HOME]: { reach: reach(pd) } });
    expect(said({ shop, till: tidb(reach('pd.till:2379')) })).toEqual([
      expect.stringMatching(
        new RegExp(
          `^clusters\\.shop\\.restoreInto\\.${HOME}\\.reach\\.pd: this is cluster ${pd.slice(3, 7)}, which is protected`,
        ),
      ),
    ]);
  });

  test('may be called the same in another region', () => {
    expect(said({ shop: tidb(reach('pd.shop:2379'), { [AWAY]: { reach: reach('pd.shop:2379') } }) })).toEqual(
      [],
    );
  });

  test.each([
    ['the same', secret('shop'), secret('shop'), 0],
    ['none, because it speaks plain', secret('shop'), undefined, 0],
    ['others', secret('shop'), secret('spare'), 1],
    ['some, and the cluster has none', undefined, secret('spare'), 1],
  ])('takes the certificates that BR has: %s', (_, own, its, problems) => {
    const shop = tidb(reach('pd.shop:2379', own), { [HOME]: { reach: reach('pd.spare:2379', its) } });
    const found = said({ shop });
    expect(found).toHaveLength(problems);
    for (const line of found)
      expect(line).toMatch(/restoreInto\.eu-west-1\.reach\.tls: BR has one set of certificates/);
  });

  test('has certificates of its own in another region', () => {
    const shop = tidb(reach('pd.shop:2379', secret('shop')), {
      [AWAY]: { reach: reach('pd.spare:2379', secret('spare', AWAY)) },
    });
    expect(said({ shop })).toEqual([]);
  });
});
