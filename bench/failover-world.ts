import { Stage } from '../cli/stage.ts';
import { synthesize } from '../cli/synthesize.ts';
import type { ClusterInput, HoldfastInput } from '../core/plan/input.ts';
import { instant, minutes } from '../core/time/instant.ts';
import { load } from '../lib/config/load.ts';
import { AWAY, HOME } from './quiet-stage.ts';

/** A minute past midnight, the third of a month: the plan's one rule is not near. */
const START = instant(Date.UTC(2026, 10, 3, 0, 1, 0));
const FILES_EACH = 20;
const LAYERS = 3;
/** Where files live after a failover: a bucket for each, which nothing else writes into. */
const away = (n: number): string => `files-${n}-away`;

export const GROUP = 'shop';

/**
 * Every fifth a database: an account has 40 clusters in a region unless it asked for more, and here each is restored
 * twice. Files are prefixes of one bucket at home, and have a bucket each where they live after a failover.
 */
const isDatabase = (n: number): boolean => n % 5 === 0;

const clusterNumber = (n: number): [string, ClusterInput] =>
  isDatabase(n)
    ? [
        `orders${n}`,
        {
          engine: 'aurora',
          plan: 'quiet',
          clusterId: `orders-${n}`,
          expectedSize: '250 GB',
          restoreInto: {
            [HOME]: { securityGroups: ['sg-07d3b15e'] },
            [AWAY]: { securityGroups: ['sg-0f2a9d1c'] },
          },
        },
      ]
    : [
        `files${n}`,
        {
          engine: 'objects',
          plan: 'quiet',
          bucket: 'acme-files',
          prefix: `tenant-${n}/`,
          expectedSize: '1 GB',
          restoreInto: { [AWAY]: { bucket: away(n) } },
        },
      ];

/** An installation of so many clusters in one group, in three layers of one size as far as there are enough. */
function installationOf(clusters: number): HoldfastInput {
  const all = Array.from({ length: clusters }, (_, n) => clusterNumber(n));
  const each = Math.ceil(clusters / LAYERS);
  const layers = Array.from({ length: LAYERS }, (_, n) =>
    all.slice(n * each, (n + 1) * each).map(([name]) => name),
  ).filter((layer) => layer.length > 0);
  return {
    name: 'bench',
    regions: { primary: HOME, recovery: [AWAY] },
    plans: {
      quiet: {
        rules: [{ name: 'monthly', cron: '0 3 1 * ? *' }],
        retention: { keepLast: 12 },
        objectives: { rpo: '60d', rto: '30d' },
      },
    },
    clusters: Object.fromEntries(all),
    groups: { [GROUP]: { layers, maxSkew: '7d' } },
    // Each recovery point of a database is a snapshot.
    quotas: { clusterSnapshots: 1_000 },
  };
}

/** Deployed, each cluster with data and one recovery point that is proven in the recovery region; then home goes dark. */
export async function regionLost(clusters: number): Promise<Stage> {
  const loaded = load(installationOf(clusters), START);
  if ('refused' in loaded) throw loaded.refused;
  const { installation } = loaded;
  const stage = await synthesize(
    installation,
    (assembly) => new Stage({ installation, assembly, start: START, seed: 1 }),
  );
  const { s3, account } = stage.cloud;
  for (let n = 0; n < clusters; n++)
    if (!isDatabase(n))
      s3.createBucket({ name: away(n), region: AWAY, account, versioning: true, eventBridge: false });
  for (const files of stage.files.values())
    for (let n = 0; n < FILES_EACH; n++) files.write(`file ${n}`, Buffer.from(`content ${n}\n`));
  for (const orders of stage.orders.values()) orders.scheduleDay(24);
  await stage.run(minutes(5));
  const backups = installation.clusters.map(({ name }) => stage.start(HOME, 'backup', { cluster: name }));
  for (const backup of backups) {
    await stage.until(backup.ended);
    if (backup.status !== 'SUCCEEDED') throw new Error(`${backup.name} ended: ${backup.cause}`);
  }
  await allProven(stage);
  stage.cloud.loseRegion(HOME);
  return stage;
}

/** Copies of snapshots wait for one another: a region takes some at a time. */
async function allProven(stage: Stage): Promise<void> {
  const catalog = stage.catalog(AWAY);
  for (let waited = 0; waited < 100; waited++) {
    const newest = await stage.until(
      Promise.all(stage.installation.clusters.map(({ name }) => catalog.newestProven(name, AWAY))),
    );
    if (newest.every((copy) => copy !== undefined)) return;
    await stage.run(minutes(10));
  }
  throw new Error('after a thousand minutes not every copy is proven');
}
