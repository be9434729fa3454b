import type { HoldfastInput } from '../../core/plan/input.ts';
import config from '../../holdfast.config.ts';
import { ACCOUNT, PRIMARY, RECOVERY } from './synthesized.ts';

export const HOSTS = `arn:aws:iam::${ACCOUNT}:role/olap-hosts`;
export const HOSTS_THERE = `arn:aws:iam::${ACCOUNT}:role/olap-hosts-recovery`;

const reach = (region: string, host: string, hostRole: string) => ({
  sql: { host, secret: `arn:aws:secretsmanager:${region}:${ACCOUNT}:secret:olap-sql-AbCdEf` },
  subnets: ['subnet-0a1b2c3d'],
  securityGroups: ['sg-0a1b2c3d'],
  hostRole,
});

export const olap = {
  engine: 'doris',
  plan: 'gold',
  expectedSize: '100 GB',
  version: '3.0.6',
  reach: reach(PRIMARY, 'fe.olap.internal', HOSTS),
  databases: { shop: {} },
  restoreInto: { [RECOVERY]: { reach: reach(RECOVERY, 'fe.olap-recovery.internal', HOSTS_THERE) } },
} as const;

/** The example installation with a Doris cluster beside what it has. */
export const withDoris = (): HoldfastInput => ({ ...config, clusters: { ...config.clusters, olap } });
