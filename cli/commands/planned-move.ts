import { UnknownGroup } from '../../core/errors/registry.ts';
import type { PlannedKind } from '../../workflows/contracts/failback.ts';
import { command, EXIT } from '../operator/command.ts';
import { messageIn } from '../operator/message-in.ts';

/** A refusal comes within seconds; what takes longer is looked at in the console. */
const LOOKS = 60;

/**
 * Starts a planned move in the region that the group goes to and comes back from, wherever it is active.
 * @param does what the group does, in a word
 */
export const plannedMove = (machine: PlannedKind, help: string, does: string) =>
  command({
    name: machine,
    help,
    operands: [1, 1],
    options: { by: { type: 'string' }, 'by-hand': { type: 'string' } },
    work: async (request, { installation: { groups }, starter, records }) => {
      const [name = ''] = request.operands;
      const group = groups.find((one) => one.name === name);
      if (!group)
        throw new UnknownGroup(
          `no group is called ${name}; known groups: ${groups.map((one) => one.name).join(', ') || 'none'}`,
        );
      const { by, 'by-hand': byHand } = request.values;
      const names = typeof byHand === 'string' ? byHand.split(',').map((one) => one.trim()) : undefined;
      const there = starter(group.to);
      const { execution } = await there.start(machine, {
        group: name,
        ...(by !== undefined && { by }),
        ...(names && { byHand: names }),
      });
      for (let look = 0; look < LOOKS; look++) {
        const ended = await there.ended(execution);
        if (ended && ended.status !== 'SUCCEEDED')
          return {
            json: { execution, ...ended },
            lines: [`${ended.error ?? ended.status}: ${messageIn(ended.cause) ?? `look at ${execution}`}`],
            code: EXIT.refused,
          };
        const move = (await records(group.to).groups.moves(name)).find((one) => one.execution === execution);
        if (move)
          return {
            json: { move: move.id, execution, from: move.from, to: move.to },
            lines: [
              `${move.id}: ${name} ${does} from ${move.from} to ${move.to}; its members are protected first`,
              `then it asks whether writers have stopped: holdfast approvals --region ${group.to}`,
            ],
          };
        await there.pause();
      }
      return { json: { execution }, lines: [`${execution} has not begun yet; look at it`] };
    },
  });
