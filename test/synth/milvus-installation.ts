import type { HoldfastInput } from '../../core/plan/input.ts';
import config from '../../holdfast.config.ts';
import { ACCOUNT, PRIMARY, RECOVERY } from './synthesized.ts';

const reach = (region: string, name: string) => ({
  host: `${name}.internal`,
  management: `${name}.internal:9091`,
  secret: `arn:aws:secretsmanager:${region}:${ACCOUNT}:secret:${name}-login-AbCdEf`,
  bucket: `${name}-bucket`,
  rootPath: 'file',
  subnets: ['subnet-0a1b2c3d'],
  securityGroups: ['sg-0a1b2c3d'],
});

export const vectors = {
  engine: 'milvus',
  plan: 'gold',
  expectedSize: '100 GB',
  version: 'v2.6.12',
  reach: reach(PRIMARY, 'vectors'),
  restoreInto: { [RECOVERY]: { reach: reach(RECOVERY, 'vectors-recovery') } },
} as const;

/** The example installation with a Milvus cluster beside what it has. */
export const withMilvus = (more: object = {}): HoldfastInput => ({
  ...config,
  clusters: { ...config.clusters, vectors: { ...vectors, ...more } },
});
