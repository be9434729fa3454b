import { defineHoldfast } from './core/plan/input.ts';

/**
 * What this installation protects, how often, and how well. `npx cdk synth` checks every line of it and shows the
 * arithmetic behind the objectives; `npx cdk deploy --all` puts it in place.
 */
export default defineHoldfast({
  regions: { primary: 'eu-west-1', recovery: ['eu-central-1'] },

  plans: {
    gold: {
      rules: [
        { name: 'hourly', cron: '0 * * * ? *', deadline: '30m' },
        { name: 'daily', cron: '30 2 * * ? *', deadline: '30m' },
      ],
      retention: { keepWithin: '6h', hourly: 24, daily: 14, weekly: 8, monthly: 12, minimumKeep: 3 },
      copyTo: ['eu-central-1'],
      objectives: { rpo: '3h', rto: '2h', survives: 'region' },
      copyAllowance: '45m',
    },
    // Each recovery point of a database cluster is a snapshot, and each copy of one moves the whole volume: fewer of
    // them, because in its own region the database's log restores to any instant anyway.
    database: {
      rules: [
        { name: 'sixhourly', cron: '15 0/6 * * ? *' },
        { name: 'daily', cron: '45 1 * * ? *', deadline: '2h' },
      ],
      retention: { keepWithin: '1d', daily: 7, weekly: 4, monthly: 6, minimumKeep: 3 },
      copyTo: ['eu-central-1'],
      objectives: { rpo: '10h', rto: '2h', survives: 'region' },
      copyAllowance: '2h',
      grace: '3d',
    },
  },

  clusters: {
    documents: {
      engine: 'objects',
      plan: 'gold',
      bucket: 'acme-documents',
      expectedSize: '500 GB',
    },
    orders: {
      engine: 'aurora',
      plan: 'database',
      clusterId: 'orders',
      expectedSize: '250 GB',
      restoreInto: {
        // Where it comes home to, should its group ever have to leave.
        'eu-west-1': { subnetGroup: 'orders', securityGroups: ['sg-0c3d4e5f60718293a'] },
        'eu-central-1': { subnetGroup: 'orders-recovery', securityGroups: ['sg-0a1b2c3d4e5f60718'] },
      },
    },
  },

  notify: { emails: ['oncall@example.com'] },
});
