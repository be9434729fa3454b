import type { HoldfastInput } from '../../core/plan/input.ts';
import { AWAY, HOME } from './installations.ts';

const secret = (region: string, name: string): string =>
  `arn:aws:secretsmanager:${region}:111111111111:secret:${name}-AbCdEf`;

const AT_HOME = { subnets: ['subnet-0a1b2c3d'], securityGroups: ['sg-0a1b2c3d'] };
const AWAY_FROM_HOME = { subnets: ['subnet-0e1f2a3b'], securityGroups: ['sg-0e1f2a3b'] };
const hostRole = 'arn:aws:iam::111111111111:role/doris-hosts';

/** Files and rows that go before a warehouse with a standby, and files that are a group of their own. */
export const GROUPED: HoldfastInput = {
  name: 'grouped',
  regions: { primary: HOME, recovery: [AWAY] },
  plans: {
    often: {
      rules: [{ name: 'fourhourly', cron: '0 0/4 * * ? *', deadline: '30m' }],
      retention: { keepLast: 4, minimumKeep: 2 },
      objectives: { rpo: '6h', rto: '4h', survives: 'region' },
      copyAllowance: '30m',
      grace: '1d',
    },
    nightly: {
      rules: [{ name: 'daily', cron: '30 2 * * ? *', deadline: '2h' }],
      retention: { keepLast: 3, minimumKeep: 2 },
      objectives: { rpo: '27h', rto: '4h', survives: 'region' },
      copyAllowance: '30m',
      grace: '1d',
    },
  },
  clusters: {
    documents: {
      engine: 'objects',
      plan: 'often',
      bucket: 'acme-documents',
      expectedSize: '1 GB',
      restoreInto: { [AWAY]: { bucket: 'acme-documents-away' } },
    },
    minutes: {
      engine: 'objects',
      plan: 'often',
      bucket: 'acme-minutes',
      expectedSize: '1 GB',
      restoreInto: { [AWAY]: { bucket: 'acme-minutes-away' } },
    },
    orders: {
      engine: 'aurora',
      plan: 'often',
      clusterId: 'orders',
      expectedSize: '250 GB',
      restoreInto: {
        [HOME]: { subnetGroup: 'service', securityGroups: ['sg-07d3b15e'] },
        [AWAY]: { subnetGroup: 'recovery', securityGroups: ['sg-0f2a9d1c'] },
      },
    },
    olap: {
      engine: 'doris',
      plan: 'nightly',
      version: '3.0.6',
      reach: { sql: { host: 'fe.olap', secret: secret(HOME, 'olap') }, ...AT_HOME, hostRole },
      databases: { shop: {} },
      restoreInto: {
        [AWAY]: {
          reach: {
            sql: { host: 'fe.olap-restored', secret: secret(AWAY, 'olap-restored') },
            ...AWAY_FROM_HOME,
            hostRole,
          },
        },
      },
      standby: {
        region: AWAY,
        reach: { sql: { host: 'fe.olap-standby', secret: secret(AWAY, 'olap-standby') }, ...AWAY_FROM_HOME },
        syncer: { host: 'ccr.olap' },
        source: { secret: secret(AWAY, 'olap') },
        lagBinlogs: 20,
      },
      expectedSize: '100 GB',
    },
  },
  groups: {
    shop: { layers: [['documents', 'orders'], ['olap']], to: AWAY, maxSkew: '15m', approvalWithin: '1h' },
    archive: { layers: [['minutes']], to: AWAY },
  },
};
