import type { Stage } from '../../../cli/stage.ts';
import { parseInstant } from '../../../core/time/instant.ts';
import type { Execution } from '../../../embedded/states/execution.ts';
import { landingName } from '../../../lib/names.ts';
import { HOME } from '../installations.ts';
import { CLUSTERS, type Ended } from './scenario.ts';

const PREFIX = 'asked-for/';

/** Where every restore is asked to land: a place that a person named, so that no two restores may have it at once. */
export const target = (stage: Stage, cluster: string): object =>
  cluster === CLUSTERS.objects
    ? { bucket: landingName(stage.cloud.account, HOME), prefix: PREFIX }
    : { clusterId: `${cluster}-asked-for` };

interface Output {
  readonly restore: {
    readonly target: { readonly bucket?: string; readonly prefix?: string; readonly clusterId?: string };
  };
  readonly record: { readonly restoredTo: string };
}

/** An execution that ended well, and a target that equals what the application had at its instant. */
export function equalsTruth({ stage, cluster }: Ended, execution: Execution | undefined): readonly string[] {
  if (execution?.output === undefined)
    return [`the restore ended ${execution?.status}: ${execution?.error}: ${execution?.cause}`];
  const { restore, record } = JSON.parse(execution.output) as Output;
  const { bucket, prefix, clusterId } = restore.target;
  const at = parseInstant(record.restoredTo)!;
  const files = stage.files.get(cluster);
  const { differing, differences } = files
    ? files.compareWith(bucket!, prefix!, at)
    : stage.orders.get(cluster)!.compareWith(stage.rowsOf(HOME, clusterId!), at);
  return differing === 0 ? [] : [`${differing} restored items differ: ${differences.join('; ')}`];
}

/**
 * Whatever a restore went through, it holds its place no longer: emptied by its owner, it takes another restore. The
 * name of a database cluster is free when the cluster is gone, so there another name is taken.
 */
export async function placeIsFree(ended: Ended, id: string): Promise<readonly string[]> {
  const { stage, cluster, engine } = ended;
  if (engine === 'objects') emptied(stage, landingName(stage.cloud.account, HOME));
  const where = engine === 'objects' ? target(stage, cluster) : { clusterId: `${cluster}-once-more` };
  return equalsTruth(ended, await stage.execute(HOME, 'restore', { cluster, to: id, target: where }));
}

function emptied({ cloud: { s3, account, world } }: Stage, bucket: string): void {
  const call = { account, region: HOME, principal: `arn:aws:iam::${account}:root`, now: world.now() };
  for (const [key] of [...s3.current(bucket)]) s3.call('DeleteObject', { Bucket: bucket, Key: key }, call);
}

/** One restore makes one target: nothing lies beside it that a person would pay for and never find. */
export function nothingBeside({ stage }: Ended): readonly string[] {
  const made = [...restoredClusters(stage), ...prefixesIn(stage, landingName(stage.cloud.account, HOME))];
  return made
    .filter((name) => !/asked-for/.test(name))
    .map((name) => `${name} was made, and nobody asked for it`);
}
const prefixesIn = (stage: Stage, bucket: string): readonly string[] => [
  ...new Set([...stage.cloud.s3.current(bucket)].map(([key]) => key.slice(0, key.indexOf('/') + 1))),
];

function restoredClusters(stage: Stage): readonly string[] {
  const { DBClusters } = stage.cloud.rds.call(
    'DescribeDBClusters',
    {},
    { account: stage.cloud.account, region: HOME, principal: 'root', now: stage.now },
  ) as { readonly DBClusters: readonly { readonly DBClusterIdentifier: string }[] };
  return DBClusters.map(({ DBClusterIdentifier }) => DBClusterIdentifier).filter(
    (id) => !stage.orders.has(id),
  );
}
