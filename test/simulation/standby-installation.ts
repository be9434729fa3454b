import type { HoldfastInput } from '../../core/plan/input.ts';
import { AWAY, HOME } from './installations.ts';

const secret = (region: string, name: string): string =>
  `arn:aws:secretsmanager:${region}:111111111111:secret:${name}-AbCdEf`;

/** A Doris cluster with two databases, and its standby with two syncers in the other region. */
export const WITH_STANDBY: HoldfastInput = {
  name: 'shop',
  regions: { primary: HOME, recovery: [AWAY] },
  plans: {
    standard: {
      rules: [{ name: 'daily', cron: '30 2 * * ? *', deadline: '2h' }],
      retention: { keepLast: 3, minimumKeep: 2 },
      objectives: { rpo: '27h', rto: '4h', survives: 'region' },
      copyAllowance: '30m',
      grace: '1d',
    },
  },
  clusters: {
    olap: {
      engine: 'doris',
      plan: 'standard',
      version: '3.0.6',
      reach: {
        sql: { host: 'fe.olap', secret: secret(HOME, 'olap') },
        subnets: ['subnet-0a1b2c3d'],
        securityGroups: ['sg-0a1b2c3d'],
        hostRole: 'arn:aws:iam::111111111111:role/doris-hosts',
      },
      databases: { shop: {}, crm: {} },
      standby: {
        region: AWAY,
        reach: {
          sql: { host: 'fe.olap-standby', secret: secret(AWAY, 'olap-standby') },
          subnets: ['subnet-0e1f2a3b'],
          securityGroups: ['sg-0e1f2a3b'],
        },
        syncer: { host: 'ccr.olap', others: ['ccr-2.olap:9190'] },
        source: { secret: secret(AWAY, 'olap') },
        lagBinlogs: 20,
      },
      expectedSize: '100 GB',
    },
  },
};
