import { hours, iso, wholeSecond } from '../../../core/time/instant.ts';
import { functionName } from '../../../lib/names.ts';
import { AWAY, HOME } from '../installations.ts';
import { RULE } from './lean-blueprint.ts';
import { live, protect } from './preparing.ts';
import { type FlowScenario, functionsOf } from './scenario.ts';
import {
  announced,
  EVENT_ATTEMPTS,
  executionsSucceeded,
  holdsTheTruth,
  newPoints,
  provenIn,
  undelivered,
} from './verdicts.ts';

/** From the trigger of a rule to a sealed recovery point, with one before it. Its copy runs undisturbed. */
export const backup: FlowScenario = {
  flow: 'backup',
  functions: functionsOf('backup', 'StartBackups'),
  patience: hours(5),
  prepare: async (on) => {
    const first = await protect(on, 1);
    live(on, 2);
    return [first];
  },
  begin: (stage, cluster) => {
    const { functions, account } = stage.cloud;
    const trigger = { plan: cluster, rule: RULE, scheduledAt: iso(wholeSecond(stage.now)) };
    functions.invokeAsync(
      `arn:aws:lambda:${HOME}:${account}:function:${functionName('StartBackups')}`,
      JSON.stringify(trigger),
    );
  },
  judge: async (ended) => {
    const points = newPoints(ended);
    if (points.length === 0 && ended.crashes >= EVENT_ATTEMPTS && undelivered(ended.stage).length > 0)
      return [];
    if (points.length !== 1)
      return [`one trigger made ${points.length} recovery points: ${points.map(({ id }) => id).join(', ')}`];
    const [{ id, state }] = points as [(typeof points)[0]];
    return [
      ...(state === 'sealed' ? [] : [`${id} is ${state}`]),
      ...executionsSucceeded(ended, 'backup', 'copy'),
      ...announced(ended, id, ['RecoveryPointSealed', 'RecoveryPointCopied']),
      ...[HOME, AWAY].flatMap((region) => provenIn(ended, id, region)),
      ...(await holdsTheTruth(ended, id, HOME)),
      ...(await holdsTheTruth({ ...ended, thorough: false }, id, AWAY)),
    ];
  },
};
