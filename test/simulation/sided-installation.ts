import type { HoldfastInput } from '../../core/plan/input.ts';
import { AWAY, HOME } from './installations.ts';

/** Where the documents live while the group is active away. */
export const DOCUMENTS_AWAY = 'acme-documents-away';

/** Files that go before a database: one group of two layers, drilled each day in the region that takes over. */
export const SIDED: HoldfastInput = {
  name: 'sided',
  regions: { primary: HOME, recovery: [AWAY] },
  plans: {
    files: {
      rules: [{ name: 'sixhourly', cron: '0 0/6 * * ? *', deadline: '30m' }],
      retention: { keepLast: 3, daily: 2, minimumKeep: 2 },
      objectives: { rpo: '9h', rto: '4h', survives: 'region' },
      copyAllowance: '30m',
      grace: '1d',
      drills: { cron: '20 4 * * ? *', deadline: '3h', mode: 'region-lost' },
    },
    database: {
      rules: [{ name: 'eighthly', cron: '15 1/8 * * ? *', deadline: '1h' }],
      retention: { keepLast: 3, minimumKeep: 2 },
      objectives: { rpo: '15h', rto: '4h', survives: 'region' },
      copyAllowance: '40m',
      grace: '1d',
      drills: { cron: '30 5 * * ? *', deadline: '3h' },
    },
  },
  clusters: {
    documents: {
      engine: 'objects',
      plan: 'files',
      bucket: 'acme-documents',
      expectedSize: '1 GB',
      restoreInto: { [AWAY]: { bucket: DOCUMENTS_AWAY } },
    },
    orders: {
      engine: 'aurora',
      plan: 'database',
      clusterId: 'orders',
      expectedSize: '10 GB',
      restoreInto: {
        [HOME]: { subnetGroup: 'service', securityGroups: ['sg-07d3b15e'] },
        [AWAY]: { subnetGroup: 'recovery', securityGroups: ['sg-0f2a9d1c'] },
      },
      drillInto: { [AWAY]: { securityGroups: ['sg-0d0d0d0d'] } },
    },
  },
  groups: { shop: { layers: [['documents'], ['orders']], to: AWAY, maxSkew: '3h', approvalWithin: '1h' } },
};
