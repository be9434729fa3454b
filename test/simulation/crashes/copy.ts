import { copyName } from '../../../core/ids/names.ts';
import { hours } from '../../../core/time/instant.ts';
import { AWAY, HOME } from '../installations.ts';
import { backUp, protect } from './preparing.ts';
import { type FlowScenario, functionsOf } from './scenario.ts';
import { announced, executionsSucceeded, holdsTheTruth, provenIn } from './verdicts.ts';

/** From a sealed recovery point to its proof in the recovery region, where the point before it is proven. */
export const copy: FlowScenario = {
  flow: 'copy',
  functions: functionsOf('copy'),
  patience: hours(5),
  prepare: async (on) => [await protect(on, 1), await backUp(on, 2)],
  begin: (stage, cluster, points) => {
    const id = points.at(-1)!;
    stage.start(HOME, 'copy', { cluster, recoveryPointId: id, region: AWAY }, copyName(id, AWAY));
  },
  judge: async (ended) => {
    const id = ended.points.at(-1)!;
    return [
      ...executionsSucceeded(ended, 'copy'),
      ...announced(ended, id, ['RecoveryPointCopied']),
      ...provenIn(ended, id, AWAY),
      ...(await holdsTheTruth(ended, id, AWAY)),
    ];
  },
};
