import type { HoldfastInput } from '../../core/plan/input.ts';

/** What the demo protects: files in a bucket, hourly, and an Aurora cluster, every six hours and to any instant at home. */
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
  },
  clusters: {
    documents: { engine: 'objects', plan: 'files', bucket: 'acme-documents', expectedSize: '100 GB' },
    orders: {
      engine: 'aurora',
      plan: 'database',
      clusterId: 'orders',
      expectedSize: '250 GB',
      restoreInto: { 'eu-central-1': { subnetGroup: 'recovery', securityGroups: ['sg-0f2a9d1c'] } },
    },
  },
  notify: { emails: ['oncall@example.com'] },
};
