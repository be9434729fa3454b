import { iso } from '../../core/time/instant.ts';
import { command, required } from '../operator/command.ts';
import { placeHold } from '../operator/holds.ts';
import { holdJson } from '../output/points.ts';

const HELP = `holdfast hold <cluster | recovery point> --name <name> --why <why>: nothing held expires or is discarded

  --name <name>       what it is lifted by; several holds may stack
  --why <why>         the reason, for whoever finds it later
  --region <region>   write it there; it reaches the other regions by itself (default: AWS_REGION if it is one of the
                      installation's, else the primary). While the primary is dark: a recovery region
  --json              for machines`;

export const hold = command({
  name: 'hold',
  help: HELP,
  operands: [1, 1],
  options: { name: { type: 'string' }, why: { type: 'string' }, region: { type: 'string' } },
  work: async (request, operator) => {
    const name = required(request, 'name', 'a name to lift the hold by');
    const why = required(request, 'why', 'the reason for the hold');
    const [target = ''] = request.operands;
    const { hold: placed, point } = await placeHold(target, { name, why }, operator);
    return {
      json: holdJson(placed),
      lines: [
        `${target} is held by ${placed.name} since ${iso(placed.placedAt)}: ${placed.why}`,
        ...(point?.state === 'expiring'
          ? [
              `${target} is in the bin and stays there, undiscarded; "holdfast undelete ${target}" brings it back`,
            ]
          : []),
        `"holdfast lift ${placed.cluster} --name ${placed.name}" lifts it`,
      ],
    };
  },
});
