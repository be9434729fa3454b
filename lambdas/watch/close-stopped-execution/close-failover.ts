import type { Reason } from '../../../core/errors/registry.ts';
import type { Move } from '../../../core/groups/move.ts';
import type { Instant } from '../../../core/time/instant.ts';
import { INCOMPLETE, plannedRequest } from '../../../workflows/contracts/failback.ts';
import { failoverRequest } from '../../../workflows/contracts/failover.ts';
import { endFailback, plannedKindOf } from '../../failback/end-failback.ts';
import { endMove } from '../../failover/end-move.ts';
import type { TaskPorts } from '../../shared/ports.ts';
import { reasonOfEnd, type Stopped, sameReason, wasCutOff } from './stopped.ts';

type MovePorts = Pick<TaskPorts, 'region' | 'groups' | 'announcer'>;

/** A move that was cut off is ended, so that starting the failover again goes on with it. */
export async function closeFailover(stopped: Stopped, ports: MovePorts, now: Instant): Promise<string> {
  const request = failoverRequest.safeParse(stopped.input);
  // A request that was refused has opened nothing, and the console shows the refusal to whoever asked.
  if (!request.success) return 'nothing';
  const move = await lastOf(stopped, request.data.group, ports);
  const reason = move && reasonToTell(move, stopped, 'FailoverIncomplete');
  if (!reason) return 'nothing';
  await endMove(move, reason, endingOf(move), ports, now);
  return `${move.id}: ${endingOf(move)}`;
}

/** So is a planned move that was cut off. */
export async function closePlanned(stopped: Stopped, ports: MovePorts, now: Instant): Promise<string> {
  const request = plannedRequest.safeParse(stopped.input);
  if (!request.success) return 'nothing';
  const move = await lastOf(stopped, request.data.group, ports);
  const reason = move && reasonToTell(move, stopped, INCOMPLETE[plannedKindOf(move)]);
  if (!reason) return 'nothing';
  await endFailback(move, reason, endingOf(move), ports, now);
  return `${move.id}: ${endingOf(move)}`;
}

/** The move that it carried out last: what another execution took over from it is that one's to end. */
const lastOf = async (stopped: Stopped, group: string, { groups }: MovePorts): Promise<Move | undefined> =>
  (await groups.moves(group)).find(({ execution }) => execution === stopped.execution);

/** Undefined where all is told: by itself, unless it was cut off between the record and the word of it. */
function reasonToTell(move: Move, stopped: Stopped, name: string): Reason | undefined {
  const reason = reasonOfEnd(stopped, name, name);
  const isOpen = move.state === 'asked' || move.state === 'approved' || move.state === 'moving';
  if (isOpen) return reason;
  return wasCutOff(stopped) || sameReason(move.reason, reason) ? (move.reason ?? reason) : undefined;
}

const endingOf = ({ state }: Move): 'failed' | 'refused' => (state === 'refused' ? 'refused' : 'failed');
