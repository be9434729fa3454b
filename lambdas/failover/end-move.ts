import type { Reason } from '../../core/errors/registry.ts';
import type { Move } from '../../core/groups/move.ts';
import { standingOf } from '../../core/groups/words.ts';
import type { Instant } from '../../core/time/instant.ts';
import { EVERY_CLUSTER } from '../shared/every-cluster.ts';
import type { TaskPorts } from '../shared/ports.ts';

const RUNBOOK = 'docs/runbooks/failover.md';

/**
 * Ends a move that did not bring everything over. Recorded before it is announced; a repetition announces again. Where the
 * group was raised, what serves goes on serving. One that was recorded as moved stays so: its machine failed after that.
 */
export async function endMove(
  move: Move,
  reason: Reason,
  state: 'failed' | 'refused',
  { groups, announcer, region }: Pick<TaskPorts, 'groups' | 'announcer' | 'region'>,
  now: Instant,
): Promise<void> {
  const isDone = move.state === 'moved';
  const raised = (await groups.epoch(move.group))?.move === move.id;
  const members = await groups.members(move.group, move.id);
  if (!isDone && move.state !== state)
    await groups.recordMove({ ...move, state, endedAt: now, reason }, move);
  const ended = isDone ? 'finished' : state === 'refused' ? 'not allowed' : 'not finished';
  const standing = isDone
    ? `that was after all of it served in ${move.to}, and nothing has to be done`
    : raised
      ? `${standingOf(members)}; start holdfast-failover with {'group':'${move.group}'} again, and it goes on`
      : 'nothing was done, and the group is where it was';
  await announcer.announce({
    name: state === 'refused' ? 'FailoverRefused' : 'FailoverIncomplete',
    cluster: EVERY_CLUSTER,
    region,
    reason,
    sentence: `the failover of ${move.group} to ${move.to} was ${ended}: ${reason.message}; ${standing} (${RUNBOOK})`,
    facts: { group: move.group, move: move.id },
  });
}
