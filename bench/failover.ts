import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { connect } from '../adapters/aws/clients.ts';
import { dynamoApprovals } from '../adapters/aws/dynamo-approvals.ts';
import { dynamoGroups } from '../adapters/aws/dynamo-groups.ts';
import type { Stage } from '../cli/stage.ts';
import { minutes, seconds } from '../core/time/instant.ts';
import { CATALOG_TABLE } from '../lib/names.ts';
import { GROUP, regionLost } from './failover-world.ts';
import { atMost, type Benchmark, count, type Figure, ratio } from './figure.ts';
import { AWAY } from './quiet-stage.ts';

const SIZES = [1, 10, 100] as const;

/**
 * Layers come one after the other, and members of a layer side by side: so a failover takes as long as the longest
 * restore of each layer, and what is between them. What RDS takes is drawn anew for each restore, which is most of the
 * half that is allowed here.
 */
const BETWEEN = 1.5;

interface Took {
  readonly clusters: number;
  readonly layers: number;
  /** From the declaration to the last member's validation. */
  readonly failover: number;
  /** Of each by itself, in the same world, one after the other. */
  readonly singles: readonly number[];
}

async function measured(clusters: number): Promise<Took> {
  const stage = await regionLost(clusters);
  try {
    const failover = await failedOver(stage);
    const singles = [];
    for (const { name } of stage.installation.clusters) singles.push(await restored(stage, name));
    return { clusters, layers: stage.installation.groups[0]!.layers.length, failover, singles };
  } finally {
    stage.close();
  }
}

const tableClient = () => connect(new DynamoDBClient({ region: AWAY }), 'dynamodb', AWAY);

/** Somebody says yes as soon as it is asked: how long people take is theirs. */
async function failedOver(stage: Stage): Promise<number> {
  const failover = stage.start(AWAY, 'failover', { group: GROUP, by: 'bench' });
  const approvals = dynamoApprovals(tableClient(), CATALOG_TABLE);
  const groups = dynamoGroups(tableClient(), CATALOG_TABLE);
  let asked = await stage.until(approvals.waiting());
  while (asked.length === 0 && failover.status === 'RUNNING') {
    await stage.run(seconds(1));
    asked = await stage.until(approvals.waiting());
  }
  for (const { id } of asked)
    await stage.execute(AWAY, 'answer', { approval: id, answer: 'yes', by: 'the duty officer' });
  await stage.until(failover.ended);
  const [move] = await stage.until(groups.moves(GROUP));
  const members = await stage.until(groups.members(GROUP, move!.id));
  const failed = members.flatMap(({ cluster, reason }) => (reason ? [`${cluster}: ${reason.message}`] : []));
  if (failover.status !== 'SUCCEEDED')
    throw new Error(`the failover ended ${failover.status}: ${[failover.cause, ...failed].join('; ')}`);
  const last = Math.max(...members.map(({ servingAt }) => servingAt ?? Number.NaN));
  if (Number.isNaN(last)) throw new Error('a member of the failover does not say since when it serves');
  return (last - failover.startedAt) / seconds(1);
}

async function restored(stage: Stage, cluster: string): Promise<number> {
  const { status, cause, output } = await stage.execute(AWAY, 'restore', { cluster, to: 'latest' });
  if (status !== 'SUCCEEDED') throw new Error(`the restore of ${cluster} ended: ${cause}`);
  await stage.run(minutes(1));
  return (JSON.parse(output!) as { record: { achievedRtoSeconds: number } }).record.achievedRtoSeconds;
}

function figure({ clusters, layers, failover, singles }: Took): Figure {
  const sum = singles.reduce((total, each) => total + each, 0);
  const longest = Math.max(...singles);
  return {
    what: `${clusters} ${clusters === 1 ? 'cluster' : 'clusters'} in ${layers} ${layers === 1 ? 'layer' : 'layers'}, virtual seconds from declaration to last validation`,
    value: `${count(failover)}; single restores: sum ${count(sum)}, longest ${count(longest)}; ${ratio(failover / sum)} of the sum, ${ratio(failover / longest)} of the longest`,
    target: atMost(BETWEEN * layers * longest, failover, `${ratio(BETWEEN * layers, 1)} of the longest`),
  };
}

async function run(): Promise<readonly Figure[]> {
  const figures = [];
  for (const clusters of SIZES) figures.push(figure(await measured(clusters)));
  return figures;
}

export const failover: Benchmark = {
  name: 'failover',
  title:
    'a group of buckets and Aurora clusters, four to one, whose region is lost, against its single restores',
  run,
};
