import type { HoldfastInput } from '../../core/plan/input.ts';
import { AWAY, HOME } from './installations.ts';

const secret = (region: string, name: string): string =>
  `arn:aws:secretsmanager:${region}:111122223333:secret:${name}-AbCdEf`;

const AT_HOME = { subnets: ['subnet-0a1b2c3d'], securityGroups: ['sg-0a1b2c3d'] };
const AWAY_FROM_HOME = { subnets: ['subnet-0e1f2a3b'], securityGroups: ['sg-0e1f2a3b'] };

const doris = (host: string, region: string) => ({
  sql: { host, secret: secret(region, host) },
  ...(region === HOME ? AT_HOME : AWAY_FROM_HOME),
  hostRole: 'arn:aws:iam::111122223333:role/doris-hosts',
});

const milvus = (name: string, region: string) => ({
  host: `${name}.internal`,
  management: `${name}.internal:9091`,
  // Whatever is filled at home has the same user: the tool has one login in a region.
  secret: secret(region, 'vectors'),
  bucket: `milvus-${name}-bucket`,
  rootPath: 'file',
  ...(region === HOME ? AT_HOME : AWAY_FROM_HOME),
});

/** What no service of AWS protects: a Doris with two databases, of one of them a part, and its standby; and a Milvus. */
export const WAREHOUSE: HoldfastInput = {
  name: 'warehouse',
  regions: { primary: HOME, recovery: [AWAY] },
  plans: {
    tables: {
      timeZone: 'Europe/Berlin',
      rules: [
        { name: 'eighthourly', cron: '10 3/8 * * ? *', deadline: '90m' },
        { name: 'daily', cron: '30 1 * * ? *', deadline: '1h' },
      ],
      retention: { keepLast: 2, daily: 2, minimumKeep: 2 },
      objectives: { rpo: '12h', rto: '4h', survives: 'region' },
      copyAllowance: '40m',
      grace: '12h',
    },
    vectors: {
      rules: [{ name: 'twelvely', cron: '15 0/12 * * ? *', deadline: '1h' }],
      retention: { keepLast: 2, daily: 2, minimumKeep: 2 },
      objectives: { rpo: '15h', rto: '4h', survives: 'region' },
      copyAllowance: '40m',
      grace: '12h',
    },
  },
  clusters: {
    olap: {
      engine: 'doris',
      plan: 'tables',
      version: '3.0.6',
      reach: doris('fe.olap', HOME),
      databases: { shop: {}, crm: { on: ['items', { table: 'orders', partitions: ['p202603'] }] } },
      // At home what was lost comes back beside what is there.
      restoreInto: { [AWAY]: { reach: doris('fe.olap-restored', AWAY) } },
      standby: {
        region: AWAY,
        reach: {
          sql: { host: 'fe.olap-standby', secret: secret(AWAY, 'olap-standby') },
          ...AWAY_FROM_HOME,
        },
        syncer: { host: 'ccr.olap', others: ['ccr-2.olap:9190'] },
        source: { secret: secret(AWAY, 'olap') },
        lagBinlogs: 20,
      },
      expectedSize: '100 GB',
    },
    vectors: {
      engine: 'milvus',
      plan: 'vectors',
      version: 'v2.6.12',
      reach: milvus('vectors', HOME),
      restoreInto: {
        [HOME]: { reach: milvus('vectors-beside', HOME) },
        [AWAY]: { reach: milvus('vectors-restored', AWAY) },
      },
      expectedSize: '10 GB',
    },
  },
};
