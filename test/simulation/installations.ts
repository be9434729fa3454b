import type { HoldfastInput } from '../../core/plan/input.ts';

export const HOME = 'eu-west-1';
export const AWAY = 'eu-central-1';

const restoreInto = { [AWAY]: { subnetGroup: 'recovery', securityGroups: ['sg-0f2a9d1c'] } };

/** Both engines under plans that keep little, so that a few weeks show points come, stay and go. */
export const SMALL: HoldfastInput = {
  name: 'small',
  regions: { primary: HOME, recovery: [AWAY] },
  plans: {
    files: {
      timeZone: 'Europe/Berlin',
      rules: [
        { name: 'sixhourly', cron: '0 0/6 * * ? *', deadline: '30m' },
        { name: 'daily', cron: '30 2 * * ? *', deadline: '1h' },
      ],
      retention: { keepLast: 3, daily: 3, weekly: 2, minimumKeep: 2 },
      objectives: { rpo: '9h', rto: '1h', survives: 'region' },
      copyAllowance: '30m',
      grace: '1d',
    },
    database: {
      timeZone: 'Europe/Berlin',
      rules: [{ name: 'twelvely', cron: '15 0/12 * * ? *', deadline: '1h' }],
      retention: { keepLast: 2, daily: 3, weekly: 2, minimumKeep: 2 },
      objectives: { rpo: '15h', rto: '4h', survives: 'region' },
      copyAllowance: '40m',
      grace: '1d',
    },
  },
  clusters: {
    documents: { engine: 'objects', plan: 'files', bucket: 'acme-documents', expectedSize: '1 GB' },
    orders: { engine: 'aurora', plan: 'database', clusterId: 'orders', expectedSize: '250 GB', restoreInto },
  },
};

/** Few runs a day and short keeps, so that three weeks cost little and whatever expires is really gone before they end. */
export const FLEETING: HoldfastInput = {
  name: 'fleeting',
  regions: { primary: HOME, recovery: [AWAY] },
  plans: {
    files: {
      timeZone: 'Europe/Berlin',
      rules: [{ name: 'daily', cron: '30 4 * * ? *', deadline: '1h' }],
      retention: { keepLast: 2, daily: 3, weekly: 2, minimumKeep: 2 },
      objectives: { rpo: '27h', rto: '1h', survives: 'region' },
      copyAllowance: '30m',
      grace: '1d',
    },
    database: {
      timeZone: 'Europe/Berlin',
      rules: [{ name: 'daily', cron: '45 5 * * ? *', deadline: '1h' }],
      retention: { keepWithin: '4d', weekly: 1, minimumKeep: 2 },
      objectives: { rpo: '27h', rto: '4h', survives: 'region' },
      copyAllowance: '40m',
      grace: '2d',
    },
  },
  clusters: {
    documents: { engine: 'objects', plan: 'files', bucket: 'acme-documents', expectedSize: '1 GB' },
    orders: { engine: 'aurora', plan: 'database', clusterId: 'orders', expectedSize: '250 GB', restoreInto },
  },
};

const reach = (pd: string, group: string) => ({ pd, subnets: ['subnet-0a1b2c3d'], securityGroups: [group] });

/** What a person runs by himself: TiDB with its log, restored into clusters beside and away, and a database on EBS. */
export const SELF_RUN: HoldfastInput = {
  name: 'selfrun',
  regions: { primary: HOME, recovery: [AWAY] },
  plans: {
    tables: {
      timeZone: 'Europe/Berlin',
      rules: [
        { name: 'daily', cron: '30 2 * * ? *', deadline: '2h' },
        { name: 'sixhourly', cron: '0 0/6 * * ? *', deadline: '2h', kind: 'incremental' },
      ],
      retention: { keepLast: 2, daily: 2, minimumKeep: 2 },
      objectives: { rpo: '15m', rto: '4h', survives: 'region' },
      copyAllowance: '30m',
      grace: '12h',
      logBackup: true,
    },
    volumes: {
      rules: [{ name: 'twelvely', cron: '15 0/12 * * ? *', deadline: '1h' }],
      retention: { keepLast: 2, daily: 2, minimumKeep: 2 },
      objectives: { rpo: '15h', rto: '4h', survives: 'region' },
      copyAllowance: '40m',
      grace: '12h',
    },
  },
  clusters: {
    shop: {
      engine: 'tidb',
      plan: 'tables',
      version: 'v8.5.3',
      // Each flush is an event, a proof and a copy: as few as the objective allows.
      logFlush: '8m',
      reach: reach('pd.shop:2379', 'sg-0a1b2c3d'),
      restoreInto: {
        [HOME]: { reach: reach('pd.shop-beside:2379', 'sg-0a1b2c3d') },
        [AWAY]: { reach: reach('pd.shop-restored:2379', 'sg-0e1f2a3b') },
      },
      expectedSize: '100 GB',
    },
    search: {
      engine: 'ebs',
      plan: 'volumes',
      instances: { key: 'cluster', value: 'search' },
      expectedSize: '120 GB',
      restoreInto: { [AWAY]: { availabilityZone: `${AWAY}b`, volumeType: 'gp3' } },
    },
  },
};
