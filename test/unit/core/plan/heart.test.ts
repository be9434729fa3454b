import { describe, expect, test } from 'vitest';
import type { HoldfastInput } from '../../../../core/plan/input.ts';
import { validate } from '../../../../core/plan/validate.ts';
import config from '../../../../holdfast.config.ts';

const secret = (region: string): string =>
  `arn:aws:secretsmanager:${region}:111111111111:secret:shop-sql-AbCdEf`;
const reach = (region: string) => ({
  pd: `pd.${region}.internal:2379`,
  subnets: ['subnet-0a1b2c3d'],
  securityGroups: ['sg-0a1b2c3d'],
  sql: { host: 'tidb.internal', secret: secret(region) },
});
const shop = { engine: 'tidb', plan: 'gold', expectedSize: '1 GB', version: 'v8.5.1' } as const;
const withClusters = (clusters: object): HoldfastInput =>
  ({ ...config, clusters: { ...config.clusters, ...clusters } }) as HoldfastInput;

describe('a heart in the configuration', () => {
  test('has TiDB on port 4000 and encrypted, when nothing else is said', () => {
    const read = validate(withClusters({ shop: { ...shop, reach: reach('eu-west-1') } }));
    expect(read).toMatchObject({
      clusters: expect.arrayContaining([
        expect.objectContaining({
          name: 'shop',
          reach: expect.objectContaining({
            sql: { host: 'tidb.internal', port: 4_000, secret: secret('eu-west-1'), tls: true },
          }),
        }),
      ]),
    });
  });

  test('reads its secret in the region that it is in', () => {
    const restoreInto = { 'eu-central-1': { reach: reach('eu-west-1') } };
    expect(
      validate(withClusters({ shop: { ...shop, reach: reach('eu-central-1'), restoreInto } })),
    ).toMatchObject([
      {
        path: 'clusters.shop.reach.sql.secret',
        change: expect.stringContaining('lies in eu-central-1, and it is read in eu-west-1'),
      },
      { path: 'clusters.shop.restoreInto.eu-central-1.reach.sql.secret' },
    ]);
  });

  test('has what BR speaks TLS with, and what restores encrypt with, in the region that it is used in', () => {
    const away = { ...reach('eu-central-1'), tls: secret('eu-west-1') };
    const restoreInto = { 'eu-central-1': { reach: away } };
    const graph = {
      ...{ engine: 'neptune', plan: 'database', clusterId: 'graph', expectedSize: '1 GB' },
      restoreInto: {
        'eu-central-1': {
          ...{ subnetGroup: 'away', securityGroups: ['sg-0a1b2c3d'] },
          kmsKey: 'arn:aws:kms:eu-west-1:111111111111:key/1',
        },
      },
    };
    expect(
      validate(withClusters({ graph, shop: { ...shop, reach: reach('eu-west-1'), restoreInto } })),
    ).toMatchObject([
      {
        path: 'clusters.graph.restoreInto.eu-central-1.kmsKey',
        change: expect.stringContaining('lies in eu-west-1'),
      },
      { path: 'clusters.shop.restoreInto.eu-central-1.reach.tls' },
    ]);
  });

  test('is allowed through a Data API for Aurora only', () => {
    const graph = {
      engine: 'neptune',
      plan: 'database',
      clusterId: 'graph',
      expectedSize: '1 GB',
      dataApi: { secret: secret('eu-west-1') },
    };
    expect(validate(withClusters({ graph }))).toContainEqual(
      expect.objectContaining({
        path: 'clusters.graph.dataApi',
        change: 'only Aurora has a Data API; leave this out',
      }),
    );
  });
});
