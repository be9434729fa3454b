import { describe, expect, test } from 'vitest';
import type { ClusterInput, HoldfastInput } from '../../../../core/plan/input.ts';
import type { Installation } from '../../../../core/plan/installation.ts';
import { turned } from '../../../../core/plan/turned.ts';
import { validate } from '../../../../core/plan/validate.ts';
import { installed } from './installed.ts';

const HOME = 'eu-west-1';
const AWAY = 'eu-central-1';
const FAR = 'us-east-1';

const securityGroups = ['sg-0a1b2c3d'];
const network = { subnets: ['subnet-0a1b2c3d'], securityGroups };
const plan: HoldfastInput['plans'][string] = {
  rules: [{ name: 'daily', cron: '0 3 * * ? *' }],
  retention: { daily: 7 },
  objectives: { rpo: '2d', rto: '8h' },
};
const documents: ClusterInput = {
  engine: 'objects',
  plan: 'all',
  bucket: 'acme-documents',
  prefix: 'docs/',
  expectedSize: '1 GB',
  restoreInto: { [AWAY]: { bucket: 'acme-documents-away' } },
};
const orders: ClusterInput = {
  engine: 'aurora',
  plan: 'all',
  clusterId: 'orders',
  expectedSize: '1 GB',
  restoreInto: {
    [HOME]: { subnetGroup: 'home', securityGroups },
    [AWAY]: { subnetGroup: 'away', securityGroups },
    [FAR]: { securityGroups },
  },
};
const shop: ClusterInput = {
  engine: 'tidb',
  plan: 'all',
  version: 'v8.5.3',
  expectedSize: '1 GB',
  reach: { pd: 'pd.shop:2379', ...network },
  restoreInto: { [AWAY]: { reach: { pd: 'pd.away:2379', ...network } } },
};
const reachOf = (host: string, region: string) => ({
  sql: { host, secret: `arn:aws:secretsmanager:${region}:111122223333:secret:${host}-AbCdEf` },
  hostRole: 'arn:aws:iam::111122223333:role/doris-hosts',
  ...network,
});
const other: ClusterInput = { engine: 'objects', plan: 'other', bucket: 'acme-other', expectedSize: '1 GB' };

const input = (clusters: Readonly<Record<string, ClusterInput>> = {}): HoldfastInput => ({
  regions: { primary: HOME, recovery: [AWAY, FAR] },
  plans: { all: plan, other: plan },
  clusters: { documents, orders, shop, other, ...clusters },
  groups: { store: { layers: [['documents', 'orders'], ['shop']], to: AWAY } },
});

const away = (): Installation => {
  const found = turned(installed(input()), AWAY);
  if (!found) throw new Error('a group goes there');
  return found;
};
const cluster = (name: string) => away().clusters.find((one) => one.name === name);

describe('seen from the region that took over', () => {
  test('it is the primary, and what it protects goes to the region that was lost', () => {
    expect(away().regions).toEqual({ primary: AWAY, recovery: [HOME] });
    expect(away().plans.map(({ name, copyTo }) => [name, copyTo])).toEqual([['all', [HOME]]]);
  });

  test('clusters of no group that goes there are not its business', () => {
    expect(away().clusters.map(({ name }) => name)).toEqual(['documents', 'orders', 'shop']);
    expect(turned(installed(input()), FAR)).toBeUndefined();
  });

  test('a cluster is where a failover brought it, and where it was is where it is brought back', () => {
    expect(cluster('documents')).toMatchObject({
      bucket: 'acme-documents-away',
      prefix: 'docs/',
      restoreInto: { [HOME]: { bucket: 'acme-documents' } },
    });
    expect(cluster('orders')).toMatchObject({
      clusterId: 'orders',
      restoreInto: { [HOME]: { subnetGroup: 'home' } },
    });
    expect(cluster('shop')).toMatchObject({
      reach: { pd: 'pd.away:2379' },
      restoreInto: { [HOME]: { reach: { pd: 'pd.shop:2379' } } },
    });
  });

  test('no rule has the name of a rule at home, so that no two recovery points get one id', () => {
    expect(away().plans.flatMap(({ rules }) => rules.map(({ name }) => name))).toEqual(['dailydr']);
  });

  test('turned again, every cluster is where it was', () => {
    const home = turned(away(), HOME);
    const places = (of: Installation | undefined) =>
      of?.clusters.map((one) =>
        'bucket' in one ? one.bucket : 'clusterId' in one ? one.clusterId : 'reach' in one ? one.reach : '',
      );
    const members = installed(input()).clusters.slice(0, 3);
    expect(places(home)).toEqual(places({ ...installed(input()), clusters: members }));
  });
});

describe('says what to change about', () => {
  const said = (of: HoldfastInput): string[] => {
    const answer = validate(of);
    return Array.isArray(answer) ? answer.map(({ path, change }) => `${path}: ${change}`) : [];
  };

  test('objects whose bucket in the other region nobody named, or that is their own', () => {
    const { restoreInto: _, ...homeless } = documents as ClusterInput & { restoreInto: unknown };
    expect(said(input({ documents: homeless as ClusterInput })).join()).toContain(
      'clusters.documents.restoreInto.eu-central-1.bucket: name the bucket of eu-central-1',
    );
    const own: ClusterInput = { ...documents, restoreInto: { [AWAY]: { bucket: 'acme-documents' } } };
    expect(said(input({ documents: own })).length).toBeGreaterThan(0);
  });

  test('two clusters that a failover would bring to the same keys', () => {
    const inside = { ...documents, bucket: 'acme-inside', prefix: 'docs/2026/' } as ClusterInput;
    const of = input({ inside });
    const both = { ...of, groups: { store: { layers: [['documents', 'inside']], to: AWAY } } };
    expect(said(both)).toEqual([
      'clusters.inside.restoreInto.eu-central-1.bucket: a failover brings documents to the same keys of this bucket; name another bucket',
    ]);
  });

  test('two clusters that a failover would bring into one of TiDB, or into the same database of one of Doris', () => {
    const second = { ...shop, reach: { pd: 'pd.second:2379', ...network } } as ClusterInput;
    const doris = (host: string, databases: object): ClusterInput =>
      ({
        ...{ engine: 'doris', plan: 'all', version: '3.0.6', expectedSize: '1 GB', databases },
        reach: reachOf(host, HOME),
        restoreInto: { [AWAY]: { reach: reachOf('fe.away', AWAY) } },
      }) as never;
    const olap = doris('fe.olap', { shop: {} });
    const saidOf = (clusters: Readonly<Record<string, ClusterInput>>): string[] => {
      const layers = [['documents', 'orders', 'shop', ...Object.keys(clusters)]];
      return said({ ...input(clusters), groups: { store: { layers, to: AWAY } } });
    };
    expect(saidOf({ second })).toEqual([
      'clusters.second.restoreInto.eu-central-1.reach: a failover brings shop to the same cluster; name another one',
    ]);
    expect(saidOf({ olap, mart: doris('fe.mart', { crm: {}, shop: {} }) })).toEqual([
      'clusters.mart.restoreInto.eu-central-1.reach: a failover brings olap to the same database of this cluster; name another one',
    ]);
    expect(saidOf({ olap, mart: doris('fe.mart', { crm: {} }) })).toEqual([]);
  });

  test('rules whose names the other side would use, or that leave it no room', () => {
    const rules = (name: string) => {
      const of = input();
      return { ...of, plans: { ...of.plans, all: { ...plan, rules: [{ name, cron: '0 3 * * ? *' }] } } };
    };
    expect(said(rules('dailydr'))).toHaveLength(1);
    expect(said(rules('elevenchars'))).toHaveLength(1);
    expect(said(rules('tencharsxx'))).toEqual([]);
  });
});
