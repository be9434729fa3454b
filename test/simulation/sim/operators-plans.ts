import type { HoldfastInput, PlanInput } from '../../../core/plan/input.ts';
import { SMALL } from '../installations.ts';

const files = SMALL.plans['files']!;
const database = SMALL.plans['database']!;
const { documents, orders } = SMALL.clusters;

const withPlans = (plans: Readonly<Record<string, PlanInput>>): HoldfastInput => ({ ...SMALL, plans });

/** The configuration in which nothing changes but a number that only arithmetic reads. */
export const TUNED: HoldfastInput = {
  ...SMALL,
  clusters: { documents: { ...documents!, expectedSize: '2 GB' }, orders: orders! },
};

/** Keeps less, without one rule, and captures the database at another time of day. */
const SHORTER = withPlans({
  files: {
    ...files,
    rules: [{ name: 'sixhourly', cron: '0 0/6 * * ? *', deadline: '30m' }],
    retention: { keepLast: 2, daily: 1, minimumKeep: 2 },
  },
  database: {
    ...database,
    rules: [{ name: 'twelvely', cron: '45 5/12 * * ? *', deadline: '1h' }],
    retention: { keepLast: 2, minimumKeep: 2 },
  },
});

/** Keeps more, a higher floor among it, with one rule more and another one at another time. */
const LONGER = withPlans({
  files: {
    ...files,
    rules: [
      { name: 'sixhourly', cron: '20 1/6 * * ? *', deadline: '30m' },
      { name: 'daily', cron: '30 2 * * ? *', deadline: '1h' },
      { name: 'noon', cron: '40 12 * * ? *', deadline: '1h' },
    ],
    retention: { keepLast: 8, daily: 7, weekly: 4, minimumKeep: 3 },
  },
  database: { ...database, retention: { keepLast: 4, daily: 7, weekly: 4, minimumKeep: 2 } },
});

/** What somebody makes of the plans, and takes back. */
export const EDITED: readonly HoldfastInput[] = [SMALL, SHORTER, LONGER];

/** Somebody has stopped protecting one of the clusters. Its plan stays, for whoever comes after it. */
export const WITHOUT: Readonly<Record<'documents' | 'orders', HoldfastInput>> = {
  documents: { ...SMALL, clusters: { orders: orders! } },
  orders: { ...SMALL, clusters: { documents: documents! } },
};
