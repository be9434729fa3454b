import { describe, expect, test } from 'vitest';
import type { DorisClusterInput, DorisReachInput } from '../../../../core/plan/self-run-input.ts';
import { validate } from '../../../../core/plan/validate.ts';

const HOME = 'eu-west-1';
const AWAY = 'eu-central-1';

const reach = (
  host: string,
  more: Partial<DorisReachInput> = {},
  region: string = HOME,
): DorisReachInput => ({
  sql: { host, secret: `arn:aws:secretsmanager:${region}:111122223333:secret:fe-AbCdEf` },
  subnets: ['subnet-0a1b2c3d'],
  securityGroups: ['sg-0a1b2c3d'],
  hostRole: 'arn:aws:iam::111122223333:role/doris-hosts',
  ...more,
});

const WITHOUT_ROLE = (host: string, region: string = HOME): DorisReachInput => {
  const { hostRole, ...rest } = reach(host, {}, region);
  return rest;
};

function said(changes: Partial<DorisClusterInput>): string[] {
  const answer = validate({
    regions: { primary: HOME, recovery: [AWAY] },
    plans: {
      daily: {
        rules: [{ name: 'daily', cron: '0 3 * * ? *' }],
        retention: { daily: 7 },
        objectives: { rpo: '2d', rto: '8h' },
      },
    },
    clusters: {
      shop: {
        engine: 'doris',
        plan: 'daily',
        version: '3.0.6',
        expectedSize: '250 GB',
        reach: reach('fe.shop'),
        databases: { shop: {} },
        ...changes,
      },
    },
  });
  return Array.isArray(answer) ? answer.map((p) => `${p.path}: ${p.change}`) : [];
}

describe('a Doris cluster', () => {
  test('of version 3 whose hosts have a role is accepted, at home and away', () => {
    expect(said({})).toEqual([]);
    expect(said({ restoreInto: { [AWAY]: { reach: reach('fe.away', {}, AWAY) } } })).toEqual([]);
  });

  test.each(['2.1.9', '1.2.0'])('of version %s is refused, with the reason', (version) => {
    expect(said({ version })).toEqual([
      expect.stringMatching(/^clusters\.shop\.version: Doris before 3\.0 takes only access keys/),
    ]);
  });

  test('names the role of its hosts wherever it is reached', () => {
    expect(
      said({
        reach: WITHOUT_ROLE('fe.shop'),
        restoreInto: { [AWAY]: { reach: WITHOUT_ROLE('fe.away', AWAY) } },
      }),
    ).toEqual([
      expect.stringMatching(/^clusters\.shop\.reach\.hostRole: name the role/),
      expect.stringMatching(/^clusters\.shop\.restoreInto\.eu-central-1\.reach\.hostRole: name the role/),
    ]);
  });

  test('gives no keys', () => {
    const keys = `arn:aws:secretsmanager:${HOME}:111122223333:secret:keys-AbCdEf`;
    expect(said({ reach: reach('fe.shop', { keys }) })).toEqual([
      expect.stringMatching(/^clusters\.shop\.reach\.keys: .*remove the keys/),
    ]);
  });

  test('is not what it is restored into: at home that is so by itself', () => {
    expect(said({ restoreInto: { [HOME]: { reach: reach('FE.shop') } } })).toEqual([
      expect.stringMatching(/restoreInto\.eu-west-1\.reach\.sql\.host: this is the protected cluster/),
    ]);
    expect(said({ restoreInto: { [HOME]: { reach: reach('fe.other') } } })).toEqual([]);
    expect(said({ restoreInto: { [AWAY]: { reach: reach('fe.shop', {}, AWAY) } } })).toEqual([]);
  });
});
