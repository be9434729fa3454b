import { hours } from '../../../core/time/instant.ts';
import { machineArn } from '../../../lib/names.ts';
import { HOME } from '../installations.ts';
import { protect } from './preparing.ts';
import { equalsTruth, nothingBeside, placeIsFree, target } from './restored.ts';
import { type FlowScenario, functionsOf } from './scenario.ts';
import { announced, executionsSucceeded } from './verdicts.ts';

/** From a few lines of JSON to a validated copy in the place that they name. */
export const restore: FlowScenario = {
  flow: 'restore',
  functions: functionsOf('restore'),
  patience: hours(4),
  prepare: async (on) => [await protect(on, 1), await protect(on, 2)],
  begin: (stage, cluster, points) => {
    stage.start(HOME, 'restore', { cluster, to: points.at(-1), target: target(stage, cluster) });
  },
  judge: async (ended) => {
    const { states, account } = ended.stage.cloud;
    const id = ended.points.at(-1)!;
    return [
      ...executionsSucceeded(ended, 'restore'),
      ...announced(ended, id, ['RestoreFinished']),
      ...equalsTruth(ended, states.list(machineArn(account, HOME, 'restore'))[0]),
      ...nothingBeside(ended),
      ...(ended.thorough ? await placeIsFree(ended, id) : []),
    ];
  },
};
