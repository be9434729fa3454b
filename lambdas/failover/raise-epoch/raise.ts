import { FencedOff } from '../../../core/errors/registry.ts';
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
 * @throws FencedOff when another move raised the group since, or this one was ended before it did
 */
export async function raise(
  { execution, failover, approval }: Input<typeof raiseEpoch>,
  ports: Pick<FailoverPorts, 'groups'>,
  now: Instant,
): Promise<Output<typeof raiseEpoch>> {
  const found = await knownMove(failover, ports);
  await requireOpen(found, ports);
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

/** Whoever redrives the execution of one that was ended would carry out what was shown to somebody days ago. */
async function requireOpen(
  { id, group, state, reason }: Move,
  { groups }: Pick<FailoverPorts, 'groups'>,
): Promise<void> {
  if (state !== 'failed' && state !== 'refused') return;
  if ((await groups.epoch(group))?.move === id) return;
  throw new FencedOff(
    `${id} was ended before it raised ${group} (${reason?.name ?? state}), so what it showed may not be there any more; start it again, and it asks anew`,
    { group, move: id },
  );
}
