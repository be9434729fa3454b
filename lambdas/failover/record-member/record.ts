import type { Instant } from '../../../core/time/instant.ts';
import type { recordMember } from '../../../workflows/contracts/failover.ts';
import type { Input, Output } from '../../shared/ports.ts';
import { reasonCaught } from '../../shared/reasons.ts';
import type { FailoverPorts } from '../ports.ts';
import { memberOf } from '../serves.ts';

/** A member that serves and could not be switched serves still: only its switch is tried again. */
export async function record(
  { failover, member, state: { switched, error } }: Input<typeof recordMember>,
  ports: Pick<FailoverPorts, 'groups'>,
  _now: Instant,
): Promise<Output<typeof recordMember>> {
  const { reason: _, ...known } = await memberOf(
    { group: failover.group, id: failover.move },
    member.cluster,
    ports,
  );
  if (switched) {
    await ports.groups.recordMember({ ...known, state: 'switched', switched: switched.switched });
    return {};
  }
  const reason = error
    ? reasonCaught(error, 'FailoverIncomplete')
    : { name: 'FailoverIncomplete', message: 'no step gave a reason' };
  const state = known.servingAt === undefined ? 'failed' : 'serving';
  await ports.groups.recordMember({ ...known, state, reason });
  return {};
}
