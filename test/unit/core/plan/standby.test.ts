import { describe, expect, test } from 'vitest';
import type { Installation } from '../../../../core/plan/installation.ts';
import { standbyOf } from '../../../../core/plan/installation.ts';
import type { DorisClusterInput, DorisStandbyInput } from '../../../../core/plan/self-run-input.ts';
import { validate } from '../../../../core/plan/validate.ts';

const HOME = 'eu-west-1';
const AWAY = 'eu-central-1';
const secret = (region: string): string => `arn:aws:secretsmanager:${region}:111122223333:secret:fe-AbCdEf`;
const network = { subnets: ['subnet-0a1b2c3d'], securityGroups: ['sg-0a1b2c3d'] };
const hostRole = 'arn:aws:iam::111122223333:role/doris-hosts';

const standby = (more: Partial<DorisStandbyInput> = {}): DorisStandbyInput => ({
  region: AWAY,
  reach: { sql: { host: 'fe.standby', secret: secret(AWAY) }, ...network },
  syncer: { host: 'ccr.standby' },
  source: { secret: secret(AWAY) },
  ...more,
});

const validated = (changes: Partial<DorisClusterInput>) =>
  validate({
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
        reach: { sql: { host: 'fe.shop', port: 9031, secret: secret(HOME) }, ...network, hostRole },
        databases: { shop: {} },
        ...changes,
      },
    },
  });
const said = (changes: Partial<DorisClusterInput>): string[] => {
  const answer = validated(changes);
  return Array.isArray(answer) ? answer.map(({ path, change }) => `${path}: ${change}`) : [];
};

test('a standby has its ports, and its source is the cluster itself, unless it says otherwise', () => {
  const { clusters } = validated({ standby: standby() }) as Installation;
  expect(standbyOf(clusters[0]!)).toEqual({
    region: AWAY,
    reach: { sql: { host: 'fe.standby', port: 9030, secret: secret(AWAY), tls: true }, ...network },
    thriftPort: 9020,
    syncer: { host: 'ccr.standby', port: 9190, others: [] },
    source: { host: 'fe.shop', port: 9031, thriftPort: 9020, secret: secret(AWAY) },
    lagBinlogs: 1000,
  });
  const peered = validated({
    standby: standby({ source: { host: 'fe.shop.peered', port: 19030, secret: secret(AWAY) } }),
  }) as Installation;
  expect(standbyOf(peered.clusters[0]!)?.source).toMatchObject({ host: 'fe.shop.peered', port: 19030 });
  expect(standbyOf((validated({}) as Installation).clusters[0]!)).toBeUndefined();
});

describe('is refused', () => {
  test('in a region that the installation does not have', () => {
    expect(said({ standby: standby({ region: 'us-east-1' }) })).toContainEqual(
      expect.stringMatching(
        /^clusters\.shop\.standby\.region: not a region of this installation; there are eu-west-1, eu-central-1/,
      ),
    );
  });

  test('when it is the protected cluster, or the one that restores fill', () => {
    const itself = standby({
      region: HOME,
      reach: { sql: { host: 'FE.shop', secret: secret(HOME) }, ...network },
      source: { secret: secret(HOME) },
    });
    expect(said({ standby: itself })).toEqual([
      expect.stringMatching(/^clusters\.shop\.standby\.reach\.sql\.host: this is shop, which is protected/),
    ]);
    const reach = { sql: { host: 'fe.standby', secret: secret(AWAY) }, ...network, hostRole };
    expect(said({ standby: standby(), restoreInto: { [AWAY]: { reach } } })).toEqual([
      expect.stringMatching(/standby\.reach\.sql\.host: restores of shop fill this cluster/),
    ]);
  });

  test('with a secret that is gone with another region', () => {
    const far = standby({ source: { secret: secret(HOME) } });
    expect(said({ standby: far })).toEqual([
      expect.stringMatching(/^clusters\.shop\.standby\.source\.secret: .* replicate the secret there/),
    ]);
  });

  test('with a syncer that has no address', () => {
    expect(said({ standby: standby({ syncer: { host: 'http://ccr' } }) })).toEqual([
      expect.stringMatching(/^clusters\.shop\.standby\.syncer\.host: give a host name/),
    ]);
    expect(said({ standby: standby({ syncer: { host: 'ccr', others: ['ccr-2'] } }) })).toEqual([
      expect.stringMatching(/^clusters\.shop\.standby\.syncer\.others\[?\.?0/),
    ]);
  });
});
