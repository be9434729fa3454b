import type { Move } from '../../../core/groups/move.ts';
import type { Instant } from '../../../core/time/instant.ts';
import type { raiseEpoch } from '../../../workflows/contracts/failover.ts';
import type { Input, Output } from '../../shared/ports.ts';
import { knownMove } from '../moves.ts';
import type { FailoverPorts } from '../ports.ts';

/**
 * Raised under the condition that nobody else did since the move was planned. Whatever comes after this is gone on with
 * and never undone. Called again, it finds that it did.
 *
 * @throws FencedOff when another move raised the group since
 */
export async function raise(
  { execution, failover, approval }: Input<typeof raiseEpoch>,
  ports: Pick<FailoverPorts, 'groups'>,
  now: Instant,
): Promise<Output<typeof raiseEpoch>> {
  const found = await knownMove(failover, ports);
  const { endedAt: _ended, reason: _reason, ...open } = found;
  const approved: Move =
    found.state === 'asked'
      ? { ...open, state: 'approved', ...(approval && { approvedBy: approval.by }) }
      : found;
  if (approved !== found) await ports.groups.recordMove(approved, found);
  const { group, epoch: number, to: active } = failover;
  const raised = await ports.groups.raise({ group, number, active, since: now, move: found.id });
  if (approved.state !== 'moving' || approved.execution !== execution) {
    const { endedAt: _again, reason: _why, ...rest } = approved;
    await ports.groups.recordMove({ ...rest, state: 'moving', execution }, approved);
  }
  return { epoch: raised.number };
}
