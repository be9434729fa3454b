import type { HoldfastInput } from '../../core/plan/input.ts';
import { AWAY, HOME } from './installations.ts';
import { dorisReach } from './self-run.ts';

/** Files, an Aurora cluster and a Doris, all drilled each morning in the region that they are copied to. */
export const DRILLED: HoldfastInput = {
  name: 'drilled',
  regions: { primary: HOME, recovery: [AWAY] },
  plans: {
    standard: {
      rules: [{ name: 'hourly', cron: '0 * * * ? *', deadline: '50m' }],
      retention: { keepLast: 6, minimumKeep: 2 },
      objectives: { rpo: '3h', rto: '4h', survives: 'region' },
      copyAllowance: '40m',
      grace: '1d',
      drills: { cron: '30 1 * * ? *', deadline: '3h' },
    },
  },
  clusters: {
    documents: { engine: 'objects', plan: 'standard', bucket: 'acme-documents', expectedSize: '1 GB' },
    orders: {
      engine: 'aurora',
      plan: 'standard',
      clusterId: 'orders',
      expectedSize: '10 GB',
      restoreInto: { [AWAY]: { subnetGroup: 'recovery', securityGroups: ['sg-0f2a9d1c'] } },
      drillInto: { [AWAY]: { securityGroups: ['sg-0d0d0d0d'] } },
    },
    olap: {
      engine: 'doris',
      plan: 'standard',
      version: '3.0.6',
      reach: dorisReach('fe.olap', HOME),
      databases: { shop: {}, crm: {} },
      restoreInto: { [AWAY]: { reach: dorisReach('fe.olap-restored', AWAY) } },
      expectedSize: '100 GB',
    },
  },
};

/** Thinner, and drilled by hand. */
export const DRILLED_BY_HAND: HoldfastInput = {
  ...DRILLED,
  name: 'drilled-by-hand',
  plans: {
    standard: {
      ...DRILLED.plans['standard']!,
      rules: [{ name: 'fourhourly', cron: '0 0/4 * * ? *', deadline: '50m' }],
      objectives: { rpo: '6h', rto: '4h', survives: 'region' },
      drills: { cron: '0 12 1 * ? *', deadline: '3h' },
    },
  },
};
