import type { HoldfastInput } from '../../core/plan/input.ts';
import { AWAY, HOME } from './installations.ts';
import { dorisReach, milvusReach, network, secret } from './self-run.ts';

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
      reach: dorisReach('fe.olap', HOME),
      databases: { shop: {}, crm: { on: ['items', { table: 'orders', partitions: ['p202603'] }] } },
      // At home what was lost comes back beside what is there.
      restoreInto: { [AWAY]: { reach: dorisReach('fe.olap-restored', AWAY) } },
      standby: {
        region: AWAY,
        reach: {
          sql: { host: 'fe.olap-standby', secret: secret(AWAY, 'olap-standby') },
          ...network(AWAY),
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
      reach: milvusReach('vectors', HOME),
      restoreInto: {
        [HOME]: { reach: milvusReach('vectors-beside', HOME) },
        [AWAY]: { reach: milvusReach('vectors-restored', AWAY) },
      },
      expectedSize: '10 GB',
    },
  },
};
