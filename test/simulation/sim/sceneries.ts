import type { HoldfastInput, PlanInput } from '../../../core/plan/input.ts';
import { SELF_RUN, SMALL } from '../installations.ts';
import { SIDED } from '../sided-installation.ts';
import { WAREHOUSE } from '../warehouse-installation.ts';

/** An installation that runs are lived through in, and what people make of it while they are. */
export interface Scenery {
  readonly input: HoldfastInput;
  /** Nothing changes but a number that only arithmetic reads. */
  readonly tuned: HoldfastInput;
  /** What somebody makes of the plans and takes back, the input itself among it. */
  readonly edited: readonly HoldfastInput[];
  /** By a cluster's name: somebody has stopped protecting it. Its plan stays, for whoever comes after it. */
  readonly without: Readonly<Record<string, HoldfastInput>>;
}

const withPlans = (input: HoldfastInput, plans: Readonly<Record<string, PlanInput>>): HoldfastInput => ({
  ...input,
  plans,
});

const without = (input: HoldfastInput): Record<string, HoldfastInput> =>
  Object.fromEntries(
    Object.keys(input.clusters).map((name) => {
      const { [name]: _, ...clusters } = input.clusters;
      return [name, { ...input, clusters }];
    }),
  );

function small(): Scenery {
  const files = SMALL.plans['files']!;
  const database = SMALL.plans['database']!;
  const { documents, orders } = SMALL.clusters;
  /** Keeps less, without one rule, and captures the database at another time of day. */
  const shorter = withPlans(SMALL, {
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
  const longer = withPlans(SMALL, {
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
  return {
    input: SMALL,
    tuned: {
      ...SMALL,
      clusters: { documents: { ...documents!, expectedSize: '2 GB' }, orders: orders! },
    },
    edited: [SMALL, shorter, longer],
    without: without(SMALL),
  };
}

function selfRun(): Scenery {
  const tables = SELF_RUN.plans['tables']!;
  const volumes = SELF_RUN.plans['volumes']!;
  const { shop, search } = SELF_RUN.clusters;
  /** Keeps less, without incremental snapshots. */
  const shorter = withPlans(SELF_RUN, {
    tables: {
      ...tables,
      rules: [{ name: 'daily', cron: '45 3/12 * * ? *', deadline: '2h' }],
      retention: { keepLast: 2, minimumKeep: 2 },
    },
    volumes: { ...volumes, retention: { keepLast: 2, minimumKeep: 2 } },
  });
  /** Keeps more, and takes more incremental snapshots. */
  const longer = withPlans(SELF_RUN, {
    tables: {
      ...tables,
      rules: [
        { name: 'daily', cron: '30 2 * * ? *', deadline: '2h' },
        { name: 'sixhourly', cron: '20 1/4 * * ? *', deadline: '2h', kind: 'incremental' },
      ],
      retention: { keepLast: 8, daily: 7, minimumKeep: 3 },
    },
    volumes: { ...volumes, rules: [{ name: 'twelvely', cron: '40 5/12 * * ? *', deadline: '1h' }] },
  });
  return {
    input: SELF_RUN,
    tuned: { ...SELF_RUN, clusters: { shop: { ...shop!, expectedSize: '200 GB' }, search: search! } },
    edited: [SELF_RUN, shorter, longer],
    // With the last log its queue and rules would go, which the embedded CloudFormation does not take away.
    without: { search: without(SELF_RUN)['search']! },
  };
}

function warehouse(): Scenery {
  const tables = WAREHOUSE.plans['tables']!;
  const vectors = WAREHOUSE.plans['vectors']!;
  const { olap, vectors: documents } = WAREHOUSE.clusters;
  /** Keeps less, and captures one of them at another time. */
  const shorter = withPlans(WAREHOUSE, {
    tables: {
      ...tables,
      rules: [{ name: 'eighthourly', cron: '40 3/8 * * ? *', deadline: '90m' }],
      retention: { keepLast: 2, minimumKeep: 2 },
    },
    vectors: { ...vectors, retention: { keepLast: 2, minimumKeep: 2 } },
  });
  /** Keeps more, and captures more often. */
  const longer = withPlans(WAREHOUSE, {
    tables: { ...tables, retention: { keepLast: 8, daily: 7, minimumKeep: 3 } },
    vectors: { ...vectors, rules: [{ name: 'twelvely', cron: '40 5/8 * * ? *', deadline: '1h' }] },
  });
  return {
    input: WAREHOUSE,
    tuned: {
      ...WAREHOUSE,
      clusters: { olap: olap!, vectors: { ...documents!, expectedSize: '20 GB' } },
    },
    edited: [WAREHOUSE, shorter, longer],
    // With a cluster its functions would go, which the embedded CloudFormation does not take away.
    without: {},
  };
}

function sided(): Scenery {
  const files = SIDED.plans['files']!;
  const { documents, orders } = SIDED.clusters;
  /** Keeps more, and drills at another time and another point. */
  const longer = withPlans(SIDED, {
    ...SIDED.plans,
    files: {
      ...files,
      retention: { keepLast: 5, daily: 3, minimumKeep: 2 },
      drills: { cron: '50 13 * * ? *', deadline: '3h', pick: 'random' },
    },
  });
  return {
    input: SIDED,
    tuned: { ...SIDED, clusters: { documents: { ...documents!, expectedSize: '2 GB' }, orders: orders! } },
    edited: [SIDED, longer],
    // A group without one of its members is another group.
    without: {},
  };
}

/** By what `--installation` calls them. */
export const SCENERIES = {
  small: small(),
  selfrun: selfRun(),
  warehouse: warehouse(),
  sided: sided(),
} as const satisfies Record<string, Scenery>;
export type SceneryName = keyof typeof SCENERIES;
export const SCENERY_NAMES = Object.keys(SCENERIES) as readonly SceneryName[];
export const isSceneryName = (name: string): name is SceneryName => Object.hasOwn(SCENERIES, name);
