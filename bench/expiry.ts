import type { Stage } from '../cli/stage.ts';
import type { Used } from '../embedded/dynamodb/usage.ts';
import { type Benchmark, count, exactly, type Figure, ratio } from './figure.ts';
import { FilledCatalog } from './filled-catalog.ts';
import { HOME, quietStage } from './quiet-stage.ts';

const EXISTING = [100, 1_000, 10_000];
const DUE = [0, 1, 10, 100];
const CLUSTERS = 100;

const spread = Array.from({ length: CLUSTERS }, (_, n) => `c${String(n).padStart(3, '0')}`);

/** Where the due points lie among those that exist. */
interface Layout {
  readonly what: string;
  readonly clusters: readonly string[];
  readonly nth: (due: number) => readonly [cluster: string, nth: number];
  /** Whether what is read follows what is due alone. */
  readonly followsDue: boolean;
}

const LAYOUTS: readonly Layout[] = [
  {
    what: `in ${CLUSTERS} clusters, the newest of each`,
    clusters: spread,
    nth: (due) => [spread[due % CLUSTERS]!, 0],
    followsDue: true,
  },
  {
    what: 'in one cluster, its newest',
    clusters: ['solo'],
    nth: (due) => ['solo', due],
    followsDue: true,
  },
  {
    what: 'in one cluster, its oldest: all newer are read',
    clusters: ['solo'],
    nth: (due) => ['solo', -1 - due],
    followsDue: false,
  },
];

async function run(): Promise<readonly Figure[]> {
  const clusters = [...spread, 'solo'].map((name) => [
    name,
    { engine: 'objects', plan: 'quiet', bucket: `acme-${name}`, expectedSize: '1 GB' } as const,
  ]);
  const stage = await quietStage(Object.fromEntries(clusters), { keepLast: 20_000 });
  try {
    const catalog = new FilledCatalog(stage);
    const reads = new Map<Layout, Map<number, Used[]>>(LAYOUTS.map((layout) => [layout, new Map()]));
    for (const existing of EXISTING) {
      for (const layout of LAYOUTS) {
        for (const cluster of layout.clusters) catalog.fill(cluster, existing / layout.clusters.length);
        for (const due of DUE) {
          for (let n = 0; n < due; n++) catalog.makeDue(...layout.nth(n));
          const used = await expire(stage);
          reads.get(layout)!.set(due, [...(reads.get(layout)!.get(due) ?? []), used]);
        }
      }
    }
    return [
      ...LAYOUTS.flatMap((layout) => [...reads.get(layout)!].map(([due, used]) => row(layout, due, used))),
      ...(await expiring(stage, catalog)),
    ];
  } finally {
    stage.close();
  }
}

/** What one run of the deployed machine uses of the catalog in its region. */
async function expire(stage: Stage): Promise<Used> {
  stage.cloud.dynamodb.usage.reset();
  const execution = await stage.execute(HOME, 'expire', {});
  if (execution.status !== 'SUCCEEDED') throw new Error(`the expiry run ended: ${execution.cause}`);
  return stage.cloud.dynamodb.usage.of({ region: HOME });
}

/** The three values belong to 100, 1,000 and 10,000 existing points. */
function row({ what, followsDue }: Layout, due: number, used: readonly Used[]): Figure {
  const items = used.map(({ itemsRead }) => itemsRead);
  const same = followsDue || due === 0;
  return {
    what: `${count(due)} due ${what}`,
    value: `${items.map(count).join(' · ')} items, ${used.map(({ readUnits }) => ratio(readUnits, 1)).join(' · ')} units`,
    ...(same && { target: exactly(items[0]!, items.at(-1)!, 'the same however many exist') }),
  };
}

async function expiring(stage: Stage, catalog: FilledCatalog): Promise<readonly Figure[]> {
  for (const cluster of spread) catalog.addExpired(cluster);
  const used = await expire(stage);
  return [
    {
      what: `items read per point that goes into the bin, ${CLUSTERS} points of ${CLUSTERS} clusters beside ${count(2 * 10_000)} others`,
      value: `${ratio(used.itemsRead / CLUSTERS, 1)} items, ${ratio(used.readUnits / CLUSTERS, 1)} units`,
    },
    {
      what: 'items written per point that goes into the bin, with a copy in two regions',
      value: `${ratio(used.itemsWritten / CLUSTERS, 1)} items, ${ratio(used.writeUnits / CLUSTERS, 1)} units`,
    },
  ];
}

export const expiry: Benchmark = {
  name: 'expiry',
  title: `what an expiry run reads of the catalog, with ${EXISTING.map(count).join(' · ')} recovery points in it`,
  run,
};
