import type { PlanInput } from '../../core/plan/input.ts';
import { HOME } from './installations.ts';

/** A plan of TiDB with its log: a full each night, and any instant between them. */
export const LOGGED = {
  rules: [{ name: 'daily', cron: '10 0 * * ? *', deadline: '2h' }],
  retention: { daily: 3, minimumKeep: 2 },
  objectives: { rpo: '15m', rto: '4h', survives: 'region' },
  copyAllowance: '30m',
  grace: '1d',
  logBackup: true,
} satisfies PlanInput;

/** A login in Secrets Manager of the region. */
export const secret = (region: string, name: string): string =>
  `arn:aws:secretsmanager:${region}:111122223333:secret:${name}-AbCdEf`;

/** Where a function or a task stands to reach what somebody runs there. */
export const network = (region: string) =>
  region === HOME
    ? { subnets: ['subnet-0a1b2c3d'], securityGroups: ['sg-0a1b2c3d'] }
    : { subnets: ['subnet-0e1f2a3b'], securityGroups: ['sg-0e1f2a3b'] };

/** How a Doris is reached that simulated installations protect, or fill. */
export const dorisReach = (host: string, region: string) => ({
  sql: { host, secret: secret(region, host) },
  ...network(region),
  hostRole: 'arn:aws:iam::111122223333:role/doris-hosts',
});

/** The same of a Milvus. Whatever is filled in a region has the same user there: the tool has one login. */
export const milvusReach = (name: string, region: string) => ({
  host: `${name}.internal`,
  management: `${name}.internal:9091`,
  secret: secret(region, 'vectors'),
  bucket: `milvus-${name}-bucket`,
  rootPath: 'file',
  ...network(region),
});
