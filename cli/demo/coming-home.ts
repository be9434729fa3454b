import { isRds } from '../../core/plan/installation.ts';
import { earlier, hours, iso, minutes, wholeSecond } from '../../core/time/instant.ts';
import {
  type Comparison,
  compare,
  NOTHING,
  together,
  withoutHoldfasts,
} from '../../embedded/applications/compare.ts';
import { FilesApplication } from '../../embedded/applications/files.ts';
import { bytes, table } from '../output/table.ts';
import type { Stage } from '../stage.ts';
import { runAllowed } from './failing-over.ts';
import { whyItFailed } from './restoring.ts';

type Say = (line: string) => void;

interface Brought {
  readonly cluster: string;
  readonly target: string;
  readonly lossSeconds: number;
  readonly movedBytes: number;
  readonly totalBytes: number;
}

const WRITTEN_AWAY = 24;

/** The surviving side works on, the lost region wakes up, and a group goes home. False when home differs then. */
export async function comeHome(stage: Stage, region: string, group: string, say: Say): Promise<boolean> {
  const home = stage.installation.regions.primary;
  work(stage, region);
  say(
    `${region} works on: ${WRITTEN_AWAY} documents and ${WRITTEN_AWAY} orders are written there, and backed up there.`,
  );
  await stage.run(hours(7));
  stage.cloud.bringBack(home);
  say(
    `${iso(wholeSecond(stage.now))}: ${home} is back, and everything in it believes that nothing has happened.`,
  );
  await stage.run(minutes(2));
  await tryLate(stage, home, say);
  await stage.run(hours(3));
  for (const line of captured(stage, home, region)) say(line);
  say('');
  const execution = await runAllowed(stage, region, 'failback', { group, by: 'ben' }, say);
  if (execution.status !== 'SUCCEEDED') {
    const failed = execution.history.filter(({ error }) => error !== undefined);
    for (const one of [...failed, execution].map(whyItFailed)) say(`  ${one.name}: ${one.message}`);
    return false;
  }
  const { record } = JSON.parse(execution.output!) as {
    record: { epoch: number; members: readonly Brought[] };
  };
  for (const line of table(record.members.map(moved))) say(`  ${line}`);
  const both = compareSides(
    stage,
    home,
    region,
    record.members.map(({ cluster }) => cluster),
  );
  const { compared, differing, differences } = both;
  say(
    `  ${home} compared with ${region}: ${compared.toLocaleString('en-US')} items, ${bytes(both.bytes)}: ${differing === 0 ? 'all equal' : `${differing} DIFFER: ${differences.join('; ')}`}; epoch ${record.epoch}`,
  );
  return differing === 0;
}

/** Whoever was switched to the other side writes there. */
function work(stage: Stage, region: string): void {
  const { world, s3, rds, account } = stage.cloud;
  for (const cluster of stage.installation.clusters) {
    if (cluster.engine === 'objects') {
      const { bucket } = cluster.restoreInto[region]!;
      const files = new FilesApplication({
        world,
        s3,
        account,
        region,
        bucket: bucket!,
        prefix: cluster.prefix,
      });
      for (let n = 1; n <= WRITTEN_AWAY; n++)
        files.write(`away/decision-${n}.txt`, Buffer.from(`decided while home was dark: ${n}\n`));
    }
    if (isRds(cluster))
      for (let n = 1; n <= WRITTEN_AWAY; n++)
        rds.write(cluster.clusterId, region, { table: 'orders', id: `away-${n}`, values: { n } }, stage.now);
  }
}

/** Somebody, or some schedule, that has not heard of it. */
async function tryLate(stage: Stage, home: string, say: Say): Promise<void> {
  const [late] = stage.installation.groups.flatMap(({ layers }) => layers.flat());
  const input = { cluster: late!, note: 'as every evening' };
  say(`${home} $ holdfast-backup ${JSON.stringify(input)}`);
  const execution = await stage.execute(home, 'backup', input);
  const refused = execution.history.find(({ error }) => error !== undefined);
  say(refused ? `  ${refused.error}: ${whyItFailed(refused).message}` : '  IT WAS TAKEN');
}

/** Points that each side took since a group changed sides. */
function captured(stage: Stage, home: string, region: string): string[] {
  const arn = (where: string) =>
    `arn:aws:states:${where}:${stage.cloud.account}:stateMachine:holdfast-backup`;
  const since = earlier(stage.now, hours(3));
  const taken = (where: string) =>
    stage.cloud.states.list(arn(where)).filter((one) => one.startedAt >= since && one.status === 'SUCCEEDED')
      .length;
  return [
    `Three hours later, backups of these groups since then: ${taken(home)} by ${home}, ${taken(region)} by ${region}, whose epoch it is.`,
  ];
}

const moved = ({ cluster, target, lossSeconds, movedBytes, totalBytes }: Brought): string[] => [
  cluster,
  `home in ${target}`,
  totalBytes > 0
    ? `${bytes(movedBytes)} moved of ${bytes(totalBytes)}`
    : 'by snapshots, of which RDS shows no bytes',
  `lost ${lossSeconds} s`,
];

/** What lies on one side, compared with what lies on the other. */
function compareSides(stage: Stage, home: string, region: string, clusters: readonly string[]): Comparison {
  const { s3 } = stage.cloud;
  const filesIn = (bucket: string) =>
    withoutHoldfasts(new Map([...s3.current(bucket, '')].map(([key, { body }]) => [key, body])));
  return clusters.reduce((sum, name) => {
    const cluster = stage.configured(name);
    if (cluster.engine === 'objects') {
      const [here, there] = [filesIn(cluster.bucket), filesIn(cluster.restoreInto[region]!.bucket!)];
      return together(
        sum,
        compare(
          there,
          here,
          (a, b) => a.equals(b),
          (body) => body.length,
        ),
      );
    }
    if (!isRds(cluster)) return sum;
    const print = (row: object) => JSON.stringify(Object.entries(row).sort());
    const [here, there] = [home, region].map((where) =>
      withoutHoldfasts(stage.rowsOf(where, cluster.clusterId)),
    );
    return together(
      sum,
      compare(
        there!,
        here!,
        (a, b) => print(a) === print(b),
        (row) => print(row).length,
      ),
    );
  }, NOTHING);
}
