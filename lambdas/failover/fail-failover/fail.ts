import type { Reason } from '../../../core/errors/registry.ts';
import type { Instant } from '../../../core/time/instant.ts';
import type { failFailover } from '../../../workflows/contracts/failover.ts';
import type { Input, Output } from '../../shared/ports.ts';
import { reasonCaught } from '../../shared/reasons.ts';
import { endMove } from '../end-move.ts';
import { knownMove } from '../moves.ts';
import type { FailoverPorts } from '../ports.ts';

export async function fail(
  { unapproved, state }: Input<typeof failFailover>,
  ports: Pick<FailoverPorts, 'region' | 'groups' | 'announcer'>,
  now: Instant,
): Promise<Output<typeof failFailover>> {
  const move = await knownMove(state.failover, ports);
  const reason = reasonOfEnd(unapproved, state);
  await endMove(move, reason, unapproved === undefined ? 'failed' : 'refused', ports, now);
  return { reason };
}

function reasonOfEnd(
  unapproved: 'refused' | 'expired' | undefined,
  { approval, error }: Input<typeof failFailover>['state'],
): Reason {
  if (unapproved === 'expired')
    return { name: 'ApprovalExpired', message: 'nobody answered in time, which is a no' };
  if (unapproved === 'refused') {
    const said = `${approval?.by ?? 'somebody'} said no${approval?.note ? `: ${approval.note}` : ''}`;
    return { name: 'ApprovalRefused', message: said };
  }
  return error
    ? reasonCaught(error, 'FailoverIncomplete')
    : { name: 'FailoverIncomplete', message: 'a member of a layer does not serve' };
}
