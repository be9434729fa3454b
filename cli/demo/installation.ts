import type { HoldfastInput } from '../../core/plan/input.ts';

const network = (group: string) => ({ subnets: ['subnet-0a1b2c3d'], securityGroups: [group] });
const secret = (region: string, name: string) =>
  `arn:aws:secretsmanager:${region}:111111111111:secret:${name}`;

const doris = (name: string, region: string, group: string) => ({
  sql: { host: `fe.${name}.internal`, secret: secret(region, `${name}-a1b2c3`) },
  hostRole: 'arn:aws:iam::111111111111:role/doris-hosts',
  ...network(group),
});

const milvus = (name: string, region: string, group: string) => ({
  host: `${name}.internal`,
  management: `${name}.internal:9091`,
  secret: secret(region, `${name}-a1b2c3`),
  bucket: `acme-milvus-${name}`,
  rootPath: 'file',
  ...network(group),
});

/**
 * What the demo protects: files in a bucket, hourly; an Aurora cluster, every six hours and to any instant at home; a
 * TiDB cluster, daily, with its log following to the other region; a Doris and a
 * Milvus cluster, nightly. Two groups say what comes back together, and in which order.
 */
export const DEMO: HoldfastInput = {
  name: 'demo',
  regions: { primary: 'eu-west-1', recovery: ['eu-central-1'] },
  plans: {
    files: {
      timeZone: 'Europe/Berlin',
      rules: [
        { name: 'hourly', cron: '0 * * * ? *', deadline: '30m' },
        { name: 'daily', cron: '30 2 * * ? *', deadline: '30m' },
      ],
      retention: { hourly: 24, daily: 7, weekly: 4, monthly: 12, minimumKeep: 3 },
      objectives: { rpo: '4h', rto: '1h', survives: 'region' },
      copyAllowance: '20m',
      grace: '3d',
    },
    database: {
      timeZone: 'Europe/Berlin',
      rules: [
        { name: 'sixhourly', cron: '15 0/6 * * ? *', deadline: '1h' },
        { name: 'daily', cron: '45 1 * * ? *', deadline: '2h' },
      ],
      retention: { keepLast: 4, daily: 7, weekly: 4, monthly: 12, minimumKeep: 3 },
      objectives: { rpo: '8h', rto: '4h', survives: 'region' },
      copyAllowance: '40m',
      grace: '3d',
    },
    nightly: {
      timeZone: 'Europe/Berlin',
      rules: [{ name: 'nightly', cron: '30 1 * * ? *', deadline: '2h' }],
      retention: { daily: 7, weekly: 4, minimumKeep: 2 },
      objectives: { rpo: '28h', rto: '4h', survives: 'region' },
      copyAllowance: '40m',
      grace: '3d',
    },
    vectors: {
      timeZone: 'Europe/Berlin',
      rules: [{ name: 'nightly', cron: '30 4 * * ? *', deadline: '2h' }],
      retention: { daily: 5, minimumKeep: 2 },
      objectives: { rpo: '28h', rto: '8h', survives: 'region' },
      copyAllowance: '40m',
      grace: '3d',
    },
    continuous: {
      timeZone: 'Europe/Berlin',
      rules: [{ name: 'daily', cron: '10 3 * * ? *', deadline: '2h' }],
      retention: { daily: 3, weekly: 2, minimumKeep: 2 },
      objectives: { rpo: '5m', rto: '4h', survives: 'region' },
      copyAllowance: '40m',
      grace: '3d',
      logBackup: true,
    },
  },
  clusters: {
    documents: {
      engine: 'objects',
      plan: 'files',
      bucket: 'acme-documents',
      expectedSize: '100 GB',
      heartbeat: true,
      restoreInto: { 'eu-central-1': { bucket: 'acme-documents-dr' } },
      switch: [{ parameter: '/shop/documents/bucket' }],
    },
    orders: {
      engine: 'aurora',
      plan: 'database',
      clusterId: 'orders',
      expectedSize: '250 GB',
      dataApi: { secret: secret('eu-west-1', 'orders-a1b2c3') },
      restoreInto: {
        'eu-west-1': { subnetGroup: 'service', securityGroups: ['sg-07d3b15e'] },
        'eu-central-1': {
          subnetGroup: 'recovery',
          securityGroups: ['sg-0f2a9d1c'],
          dataApi: { secret: secret('eu-central-1', 'orders-d4e5f6') },
        },
      },
      switch: [{ parameter: '/shop/orders/host' }],
    },
    ledger: {
      engine: 'tidb',
      plan: 'continuous',
      version: 'v8.5.3',
      reach: {
        pd: 'pd.ledger.internal:2379',
        sql: { host: 'ledger.internal', secret: secret('eu-west-1', 'ledger-a1b2c3') },
        ...network('sg-0b7c3d21'),
      },
      // TiKV's log-backup.max-flush-interval is set to 2m, and the checkpoint follows within two more.
      logFlush: '4m',
      restoreInto: {
        'eu-central-1': {
          reach: {
            pd: 'pd.ledger-dr.internal:2379',
            sql: { host: 'ledger-dr.internal', secret: secret('eu-central-1', 'ledger-d4e5f6') },
            ...network('sg-0f2a9d1c'),
          },
        },
      },
      expectedSize: '200 GB',
      logPerDay: '20 GB',
    },
    warehouse: {
      engine: 'doris',
      plan: 'nightly',
      version: '3.0.6',
      reach: doris('warehouse', 'eu-west-1', 'sg-0b7c3d21'),
      databases: { sales: {} },
      restoreInto: { 'eu-central-1': { reach: doris('warehouse-dr', 'eu-central-1', 'sg-0f2a9d1c') } },
      expectedSize: '500 GB',
    },
    search: {
      engine: 'milvus',
      plan: 'vectors',
      version: 'v2.6.12',
      reach: milvus('search', 'eu-west-1', 'sg-0b7c3d21'),
      restoreInto: { 'eu-central-1': { reach: milvus('search-dr', 'eu-central-1', 'sg-0f2a9d1c') } },
      expectedSize: '40 GB',
    },
  },
  groups: {
    shop: { layers: [['documents', 'orders']], maxSkew: '8h' },
    insight: { layers: [['ledger'], ['warehouse', 'search']], maxSkew: '28h' },
  },
  notify: { emails: ['oncall@example.com'] },
};
