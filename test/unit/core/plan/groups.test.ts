import { describe, expect, test } from 'vitest';
import type { ClusterInput, GroupInput, HoldfastInput } from '../../../../core/plan/input.ts';
import { groupOf } from '../../../../core/plan/installation.ts';
import { validate } from '../../../../core/plan/validate.ts';
import { hours, minutes } from '../../../../core/time/instant.ts';
import { installed } from './installed.ts';

const HOME = 'eu-west-1';
const AWAY = 'eu-central-1';
const FAR = 'us-east-1';

const plan = (copyTo?: readonly string[]): HoldfastInput['plans'][string] => ({
  rules: [{ name: 'daily', cron: '0 3 * * ? *' }],
  retention: { daily: 7 },
  objectives: { rpo: '2d', rto: '8h' },
  ...(copyTo && { copyTo }),
});
const files = (bucket: string, of = 'all', regions: readonly string[] = [AWAY]): ClusterInput => ({
  engine: 'objects',
  plan: of,
  bucket,
  expectedSize: '1 GB',
  restoreInto: Object.fromEntries(regions.map((region) => [region, { bucket: `${bucket}-${region}` }])),
});

const database = (restoreInto: ClusterInput['restoreInto']): ClusterInput =>
  ({ engine: 'aurora', plan: 'all', clusterId: 'ledger', expectedSize: '1 GB', restoreInto }) as ClusterInput;
const IN_NETWORK = { subnetGroup: 'service', securityGroups: ['sg-07d3b15e'] };

const milvus = (more: object = {}): ClusterInput => ({
  engine: 'milvus',
  plan: 'all',
  version: '2.6.4',
  expectedSize: '1 GB',
  reach: {
    host: 'milvus.internal',
    management: 'milvus.internal:9091',
    bucket: 'milvus-bucket',
    subnets: ['subnet-0a1b2c3d'],
    securityGroups: ['sg-0a1b2c3d'],
  } as never,
  ...more,
});

const input = (
  groups: Readonly<Record<string, GroupInput>>,
  more: Readonly<Record<string, ClusterInput>> = {},
  recovery: readonly string[] = [AWAY],
): HoldfastInput => ({
  regions: { primary: HOME, recovery },
  plans: { all: plan(), near: plan(recovery.slice(0, 1)) },
  clusters: {
    orders: files('orders-files', 'all', recovery),
    shop: files('shop-files', 'all', recovery),
    near: files('n-files', 'near', recovery),
    ...more,
  },
  groups,
});
const said = (...of: Parameters<typeof input>): string[] => {
  const answer = validate(input(...of));
  return Array.isArray(answer) ? answer.map(({ path, change }) => `${path}: ${change}`) : [];
};

test('a group has its order, the only recovery region, a quarter of an hour of skew and an hour to be approved', () => {
  const installation = installed(input({ web: { layers: [['orders'], ['shop']] } }));
  expect(installation.groups).toEqual([
    {
      name: 'web',
      layers: [['orders'], ['shop']],
      to: AWAY,
      maxSkew: minutes(15),
      approvalWithin: hours(1),
    },
  ]);
  expect(groupOf(installation, 'shop')?.name).toBe('web');
  expect(groupOf(installation, 'near')).toBeUndefined();
});

test('without groups there are none', () => {
  expect(installed().groups).toEqual([]);
});

describe('says what to change about', () => {
  test('a name that nothing could carry', () => {
    expect(said({ Web: { layers: [['orders']] } })).toEqual([
      'groups.Web: rename it: a group name is lowercase letters, digits and single hyphens, and starts with a letter',
    ]);
  });

  test('a cluster that is not there', () => {
    expect(said({ web: { layers: [['oders']] } })).toEqual([
      'groups.web.layers[0][0]: no cluster has this name; there are orders, shop, near',
    ]);
  });

  test('a cluster in two groups, or twice in one', () => {
    expect(said({ a: { layers: [['orders']] }, b: { layers: [['shop'], ['shop', 'orders']] } })).toEqual([
      'groups.b.layers[1][0]: this cluster is named twice in this group; remove one',
      'groups.b.layers[1][1]: this cluster is in group a, and it fails over with one group only; remove one',
    ]);
  });

  test('layers that hold nothing', () => {
    expect(said({ a: { layers: [] }, b: { layers: [['orders'], []] } })).toEqual([
      'groups.a.layers: a group needs at least one layer, such as ["orders"]',
      'groups.b.layers[1]: this layer is empty; name its clusters, or remove it',
    ]);
  });

  test('more members than one failover brings back', () => {
    const many = Array.from({ length: 101 }, (_, n) => `c${n}`);
    const clusters = Object.fromEntries(many.map((name) => [name, files('many-files')]));
    for (const [n, name] of many.entries()) Object.assign(clusters[name]!, { prefix: `p${n}/` });
    expect(said({ all: { layers: [many] } }, clusters)).toContain(
      'groups.all.layers: 101 clusters are more than one failover brings back, which is 100; make two groups',
    );
    expect(said({ all: { layers: [many.slice(1)] } }, clusters).join()).not.toContain(
      'more than one failover',
    );
  });

  test('a region that is no recovery region, and one that nobody named', () => {
    expect(said({ web: { layers: [['orders']], to: HOME } })).toEqual([
      `groups.web.to: not a recovery region of this installation; there are ${AWAY}`,
    ]);
    expect(said({ web: { layers: [['orders']] } }, {}, [AWAY, FAR])).toEqual([
      `groups.web.to: name the recovery region that takes over: ${AWAY} or ${FAR}`,
    ]);
  });

  test('a member whose plan copies nothing there', () => {
    expect(said({ web: { layers: [['orders', 'near']], to: FAR } }, {}, [AWAY, FAR])).toEqual([
      `groups.web.layers[0][1]: plan near copies nothing of it to ${FAR}, where this group goes; add ${FAR} to its copyTo, or take it out of the group`,
    ]);
  });

  test('a self-run member that has nowhere to go', () => {
    expect(said({ web: { layers: [['vectors']] } }, { vectors: milvus() })).toContain(
      `groups.web.layers[0][0]: it has nowhere to go in ${AWAY}; name the cluster that a restore fills, as clusters.vectors.restoreInto["${AWAY}"].reach`,
    );
    const volumes: ClusterInput = {
      engine: 'ebs',
      plan: 'all',
      instances: { key: 'cluster', value: 'search' },
      expectedSize: '1 GB',
    };
    expect(said({ web: { layers: [['search']] } }, { search: volumes })).toContain(
      `groups.web.layers[0][0]: say where its volumes come to be in ${AWAY}, as clusters.search.restoreInto["${AWAY}"].availabilityZone`,
    );
  });

  test('a database that could not come home', () => {
    const away = { [AWAY]: IN_NETWORK };
    expect(said({ web: { layers: [['ledger']] } }, { ledger: database(away) })).toEqual([
      expect.stringContaining(`clusters.ledger.restoreInto.${HOME}: name the securityGroups`),
    ]);
    const both = database({ ...away, [HOME]: IN_NETWORK });
    expect(said({ web: { layers: [['ledger']] } }, { ledger: both })).toEqual([]);
    expect(said({ web: { layers: [['orders']] } }, { ledger: database(away) })).toEqual([]);
  });

  test('times that make no sense', () => {
    expect(said({ web: { layers: [['orders']], maxSkew: '8d', approvalWithin: '10s' } })).toEqual([
      'groups.web.approvalWithin: give a duration from 60 s to 2 d, such as "15m", "36h" or "14d"',
      'groups.web.maxSkew: give a duration from 1 s to 7 d, such as "15m", "36h" or "14d"',
    ]);
  });
});
