import type { Instant } from '../../../core/time/instant.ts';
import { INCOMPLETE, plannedRequest } from '../../../workflows/contracts/failback.ts';
import { failoverRequest } from '../../../workflows/contracts/failover.ts';
import { endFailback, plannedKindOf } from '../../failback/end-failback.ts';
import { endMove } from '../../failover/end-move.ts';
import type { TaskPorts } from '../../shared/ports.ts';
import { reasonOfEnd, type Stopped } from './stopped.ts';

/** A move that was cut off is ended, so that starting the failover again goes on with it. */
export async function closeFailover(
  stopped: Stopped,
  ports: Pick<TaskPorts, 'region' | 'groups' | 'announcer'>,
  now: Instant,
): Promise<string> {
  const request = failoverRequest.safeParse(stopped.input);
  // A request that was refused has opened nothing, and the console shows the refusal to whoever asked.
  if (!request.success) return 'nothing';
  // The one that it carried out last: what another execution took over from it is that one's to end.
  const move = (await ports.groups.moves(request.data.group)).find(
    ({ execution }) => execution === stopped.execution,
  );
  if (!move || move.state === 'moved' || move.state === 'failed' || move.state === 'refused')
    return 'nothing';
  const reason = reasonOfEnd(stopped, 'FailoverIncomplete', 'FailoverIncomplete');
  await endMove(move, reason, 'failed', ports, now);
  return `${move.id}: failed`;
}

/** So is a planned move that was cut off. */
export async function closePlanned(
  stopped: Stopped,
  ports: Pick<TaskPorts, 'region' | 'groups' | 'announcer'>,
  now: Instant,
): Promise<string> {
  const request = plannedRequest.safeParse(stopped.input);
  if (!request.success) return 'nothing';
  const move = (await ports.groups.moves(request.data.group)).find(
    ({ execution }) => execution === stopped.execution,
  );
  if (!move || move.state === 'moved' || move.state === 'failed' || move.state === 'refused')
    return 'nothing';
  const kind = plannedKindOf(move);
  await endFailback(move, reasonOfEnd(stopped, INCOMPLETE[kind], INCOMPLETE[kind]), 'failed', ports, now);
  return `${move.id}: failed`;
}
