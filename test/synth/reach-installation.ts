import { ACCOUNT, PRIMARY, RECOVERY } from './synthesized.ts';
import { shop, till } from './tidb-installation.ts';

export const secret = (region: string, name = 'shop-sql'): string =>
  `arn:aws:secretsmanager:${region}:${ACCOUNT}:secret:${name}-AbCdEf`;
export const sql = (host: string, region: string) => ({ host, secret: secret(region) });
export const network = { subnets: ['subnet-0a1b2c3d', 'subnet-0c2d3e4f'], securityGroups: ['sg-0a1b2c3d'] };

export const clusters = {
  shop: {
    ...shop,
    reach: { ...shop.reach, sql: { ...sql('tidb.shop.internal', PRIMARY), tls: false } },
    restoreInto: {
      [RECOVERY]: {
        reach: { ...shop.restoreInto[RECOVERY].reach, sql: sql('tidb.shop-recovery.internal', RECOVERY) },
      },
    },
  },
  // Reached by its tools alone.
  till,
  docs: {
    engine: 'milvus',
    plan: 'gold',
    expectedSize: '10 GB',
    version: 'v2.6.12',
    reach: {
      ...network,
      host: 'milvus.internal',
      secret: secret(PRIMARY, 'docs'),
      management: 'milvus.internal:9091',
      bucket: 'acme-milvus',
      rootPath: 'file',
    },
  },
} as const;
