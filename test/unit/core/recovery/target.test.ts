import { describe, expect, it } from 'vitest';
import type { Cluster, RestoreDefaults } from '../../../../core/plan/installation.ts';
import { chooseTarget, type TargetRequest } from '../../../../core/recovery/target.ts';

const base = { name: 'orders', plan: 'gold', expectedBytes: 1, restoreBytesPerSecond: 1 };
const objects = (defaults: RestoreDefaults = {}): Cluster => ({
  ...base,
  engine: 'objects',
  bucket: 'shop-orders',
  prefix: '',
  restoreInto: { 'eu-west-1': defaults },
});
const aurora = (defaults: RestoreDefaults = {}): Cluster => ({
  ...base,
  engine: 'aurora',
  clusterId: 'orders-db',
  restoreInto: { 'eu-west-1': defaults },
});
const restoreId = 'orders-restore-20261121t041502z';
const choose = (cluster: Cluster, request: TargetRequest = {}, region = 'eu-west-1') => {
  const answer = chooseTarget(cluster, request, {
    region,
    captureRegion: 'eu-central-1',
    restoreId,
    landingBucket: 'holdfast-restored-1-eu-west-1',
  });
  return answer.outcome === 'chosen' ? answer.target : `${answer.refusal.name}: ${answer.refusal.message}`;
};

describe('where objects land', () => {
  it("is a folder of the restore's own in the region's landing bucket when nobody says", () => {
    expect(choose(objects())).toEqual({ bucket: 'holdfast-restored-1-eu-west-1', prefix: `${restoreId}/` });
  });

  it('is the configured bucket of this region, unless the request names another', () => {
    const cluster = objects({ bucket: 'shop-recovered', kmsKey: 'alias/shop' });
    expect(choose(cluster)).toEqual({
      bucket: 'shop-recovered',
      prefix: `${restoreId}/`,
      kmsKey: 'alias/shop',
    });
    expect(choose(cluster, { bucket: 'mine', prefix: '' })).toEqual({
      bucket: 'mine',
      prefix: '',
      kmsKey: 'alias/shop',
    });
    expect(choose(cluster, {}, 'us-east-1')).toMatchObject({ bucket: 'holdfast-restored-1-eu-west-1' });
  });
});

describe('where a database cluster lands', () => {
  it('is a new cluster named after the restore, in the configured network', () => {
    expect(choose(aurora({ subnetGroup: 'private', securityGroups: ['sg-1'] }))).toEqual({
      clusterId: restoreId,
      subnetGroup: 'private',
      securityGroups: ['sg-1'],
    });
  });

  it("takes the request's words first", () => {
    const request = { clusterId: 'Orders-Now', subnetGroup: 'public', securityGroups: [] };
    expect(choose(aurora({ subnetGroup: 'private', securityGroups: ['sg-1'] }), request)).toEqual({
      clusterId: 'orders-now',
      subnetGroup: 'public',
      securityGroups: [],
    });
  });

  it('is never the protected cluster itself, in any spelling; in another region the name is free', () => {
    expect(choose(aurora(), { clusterId: 'Orders-DB' }, 'eu-central-1')).toContain('TargetNotEmpty');
    expect(choose(aurora(), { clusterId: 'orders-db' })).toMatchObject({ clusterId: 'orders-db' });
  });

  it.each(['1st', 'a--b', 'a-', '', 'x'.repeat(64), 'a_b'])('refuses %j as a cluster name', (clusterId) => {
    expect(choose(aurora(), { clusterId })).toContain('InvalidInput: target.clusterId');
  });
});

it("refuses another engine's fields, with those that it takes", () => {
  expect(choose(objects(), { clusterId: 'x', subnetGroup: 'y' })).toBe(
    'InvalidInput: target has clusterId, subnetGroup, which a restore of orders (objects) does not take; it takes bucket, prefix',
  );
  expect(choose(aurora(), { bucket: 'x' })).toContain('it takes clusterId, subnetGroup, securityGroups');
});

describe('where a Doris cluster is restored', () => {
  const reach = (host: string) => ({
    sql: { host, port: 9030, secret: 'arn', tls: true },
    subnets: ['subnet-1'],
    securityGroups: ['sg-1'],
  });
  const doris: Cluster = {
    ...base,
    engine: 'doris',
    version: '3.0.6',
    reach: reach('fe.orders'),
    databases: { shop: { all: true } },
    restoreInto: { 'eu-west-1': { reach: reach('fe.away') } },
  };
  const called = (cluster: Cluster, region: string) => {
    const surroundings = { region, captureRegion: 'eu-central-1', restoreId, landingBucket: 'b' };
    const answer = chooseTarget(cluster, {}, surroundings);
    return answer.outcome === 'chosen' ? answer.called : answer.refusal.message;
  };

  it('is the cluster that is named for the region, and at home itself', () => {
    expect(called(doris, 'eu-west-1')).toBe('fe.away');
    expect(called(doris, 'eu-central-1')).toBe('fe.orders, the cluster that is protected');
    const other = { ...doris, restoreInto: { 'eu-central-1': { reach: reach('fe.other') } } };
    expect(called(other, 'eu-central-1')).toBe('fe.other');
    expect(called(other, 'eu-west-1')).toContain('restoreInto.eu-west-1.reach');
  });
});
