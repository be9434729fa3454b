import { FencedOff } from '../../core/errors/registry.ts';
import { numberOf } from '../../core/groups/fence.ts';
import type { Move } from '../../core/groups/move.ts';
import { knownMove } from '../failover/moves.ts';
import type { TaskPorts } from '../shared/ports.ts';

/**
 * The planned move that an execution carries out, as long as it is still about the epoch that it was planned in. A region
 * may be lost in the middle of it and the group fail over: what this one would bring over then, it would bring over what
 * is written there since.
 *
 * @throws FencedOff when another move raised the group since
 */
export async function currentMove(
  planned: { readonly group: string; readonly move: string },
  ports: Pick<TaskPorts, 'groups'>,
): Promise<Move> {
  const move = await knownMove(planned, ports);
  const epoch = await ports.groups.epoch(move.group);
  const number = numberOf(epoch);
  if (epoch?.move === move.id || number + 1 === move.epoch) return move;
  throw new FencedOff(
    `group ${move.group} is in epoch ${number}${epoch?.move ? `, by ${epoch.move}` : ''}, and ${move.id} was planned before that: it does nothing more; look at what that one did`,
    { group: move.group, move: move.id, epoch: number },
  );
}
