import { REVIEW_EVERY } from '../../core/retention/next-review.ts';
import { speak } from '../../core/time/instant.ts';
import { command, required } from '../operator/command.ts';
import { liftHold } from '../operator/holds.ts';
import { holdJson } from '../output/points.ts';

const HELP = `holdfast lift <cluster> --name <name>: lifts a legal hold by its name

  --name <name>       the hold's; "holdfast list <cluster> --json" and "holdfast show" name the holds
  --region <region>   as for hold: where it is written
  --json              for machines`;

export const lift = command({
  name: 'lift',
  help: HELP,
  operands: [1, 1],
  options: { name: { type: 'string' }, region: { type: 'string' } },
  work: async (request, operator) => {
    const name = required(request, 'name', 'the name of the hold');
    const [cluster = ''] = request.operands;
    const lifted = await liftHold(cluster, name, operator);
    return {
      json: holdJson(lifted),
      lines: [
        `${lifted.name} on ${lifted.recoveryPoint ?? cluster} is lifted; what nothing else keeps goes into the bin at its next review, within ${speak(REVIEW_EVERY)}`,
      ],
    };
  },
});
