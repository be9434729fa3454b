import type { Reason } from '../../../core/errors/registry.ts';
import type { Instant } from '../../../core/time/instant.ts';
import { type failFailback, INCOMPLETE, type PlannedKind } from '../../../workflows/contracts/failback.ts';
import { knownMove } from '../../failover/moves.ts';
import type { Input, Output, TaskPorts } from '../../shared/ports.ts';
import { reasonCaught } from '../../shared/reasons.ts';
import { endFailback, plannedKindOf } from '../end-failback.ts';

export async function fail(
  { unapproved, state }: Input<typeof failFailback>,
  ports: Pick<TaskPorts, 'region' | 'groups' | 'announcer'>,
  now: Instant,
): Promise<Output<typeof failFailback>> {
  const move = await knownMove(state.planned, ports);
  const reason = reasonOf(unapproved, state, plannedKindOf(move));
  await endFailback(move, reason, unapproved === undefined ? 'failed' : 'refused', ports, now);
  return { reason };
}

function reasonOf(
  unapproved: 'refused' | 'expired' | undefined,
  { approval, error }: Input<typeof failFailback>['state'],
  kind: PlannedKind,
): Reason {
  if (unapproved === 'expired')
    return { name: 'ApprovalExpired', message: 'nobody said in time that writers have stopped' };
  if (unapproved === 'refused') {
    const said = `${approval?.by ?? 'somebody'} said no${approval?.note ? `: ${approval.note}` : ''}`;
    return { name: 'ApprovalRefused', message: said };
  }
  return error
    ? reasonCaught(error, INCOMPLETE[kind])
    : { name: INCOMPLETE[kind], message: 'no step gave a reason' };
}
