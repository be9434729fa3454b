import type { Stage } from '../../../cli/stage.ts';
import { hours, type Instant, parseInstant } from '../../../core/time/instant.ts';
import type { Comparison } from '../../../embedded/applications/compare.ts';
import { landingName } from '../../../lib/names.ts';
import { HOME } from '../installations.ts';
import { protect } from './preparing.ts';
import { type Ended, type FlowScenario, functionsOf } from './scenario.ts';
import { announced, executionsSucceeded, holdsTheTruth } from './verdicts.ts';

/** From three lines of JSON to a validated copy beside what is there. */
export const restore: FlowScenario = {
  flow: 'restore',
  functions: functionsOf('restore'),
  patience: hours(4),
  prepare: async (on) => [await protect(on, 1), await protect(on, 2)],
  begin: (stage, cluster, points) => {
    stage.start(HOME, 'restore', { cluster, to: points.at(-1) });
  },
  judge: async (ended) => {
    const id = ended.points.at(-1)!;
    return [
      ...executionsSucceeded(ended, 'restore'),
      ...announced(ended, id, ['RestoreFinished']),
      ...equalsTruth(ended),
      ...nothingBeside(ended),
      // Whatever the first one went through, another one finds nothing in its way.
      ...(await holdsTheTruth(ended, id, HOME)),
    ];
  },
};

interface Output {
  readonly restore: {
    readonly target: { readonly bucket?: string; readonly prefix?: string; readonly clusterId?: string };
  };
  readonly record: { readonly restoredTo: string };
}

const outputOf = ({ stage }: Ended): Output | undefined => {
  const machine = stage.cloud.states.machines.find(
    ({ name, region }) => name === 'holdfast-restore' && region === HOME,
  )!;
  const [execution] = stage.cloud.states.list(machine.arn);
  return execution?.output === undefined ? undefined : (JSON.parse(execution.output) as Output);
};

function equalsTruth(ended: Ended): readonly string[] {
  const output = outputOf(ended);
  if (!output) return ['the restore has no output'];
  const { differing, differences } = compared(ended, output, parseInstant(output.record.restoredTo)!);
  return differing === 0 ? [] : [`${differing} restored items differ: ${differences.join('; ')}`];
}

function compared({ stage, cluster }: Ended, { restore: { target } }: Output, at: Instant): Comparison {
  const files = stage.files.get(cluster);
  if (files) return files.compareWith(target.bucket!, target.prefix!, at);
  return stage.orders.get(cluster)!.compareWith(stage.rowsOf(HOME, target.clusterId!), at);
}

/** One restore makes one target: nothing lies beside it that a person would pay for and never find. */
function nothingBeside({ stage, ...ended }: Ended): readonly string[] {
  const target = outputOf({ stage, ...ended })?.restore.target;
  const made = [...restoredClusters(stage), ...prefixesIn(stage, landingName(stage.cloud.account, HOME))];
  const wanted = target?.clusterId ?? target?.prefix;
  return made
    .filter((name) => name !== wanted)
    .map((name) => `${name} was made, and the target is ${wanted}`);
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
