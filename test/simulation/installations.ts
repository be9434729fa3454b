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
