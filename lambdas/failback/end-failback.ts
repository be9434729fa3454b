import type { EventName } from '../../core/catalog/events.ts';
import type { Reason } from '../../core/errors/registry.ts';
import type { Move } from '../../core/groups/move.ts';
import type { Instant } from '../../core/time/instant.ts';
import type { PlannedKind } from '../../workflows/contracts/failback.ts';
import { EVERY_CLUSTER } from '../shared/every-cluster.ts';
import type { TaskPorts } from '../shared/ports.ts';

const RUNBOOK: Readonly<Record<PlannedKind, string>> = {
  failback: 'docs/runbooks/failback.md',
  switchover: 'docs/runbooks/switchover.md',
};

const TOLD: Readonly<Record<PlannedKind, Readonly<Record<'failed' | 'refused', EventName>>>> = {
  failback: { failed: 'FailbackIncomplete', refused: 'FailbackRefused' },
  switchover: { failed: 'SwitchoverIncomplete', refused: 'SwitchoverRefused' },
};

export const plannedKindOf = ({ kind }: Pick<Move, 'kind'>): PlannedKind =>
  kind === 'switchover' ? 'switchover' : 'failback';

/**
 * Ends a planned move that did not come to its end. Recorded before it is announced; a repetition announces again. One that
 * was recorded as moved stays so: its machine failed after that.
 */
export async function endFailback(
  move: Move,
  reason: Reason,
  state: 'failed' | 'refused',
  { groups, announcer, region }: Pick<TaskPorts, 'groups' | 'announcer' | 'region'>,
  now: Instant,
): Promise<void> {
  const isDone = move.state === 'moved';
  const raised = (await groups.epoch(move.group))?.move === move.id;
  if (!isDone && move.state !== state)
    await groups.recordMove({ ...move, state, endedAt: now, reason }, move);
  const members = await groups.members(move.group, move.id);
  const why = members.flatMap(({ cluster, reason: one }) => (one ? [`${cluster}: ${one.message}`] : []));
  const kind = plannedKindOf(move);
  const again = `start holdfast-${kind} with {'group':'${move.group}'} again`;
  const ended = isDone ? 'finished' : state === 'refused' ? 'not allowed' : 'not finished';
  const standing = isDone
    ? `that was after all of it served in ${move.to}, and nothing has to be done`
    : raised
      ? `${move.to} is the true side already, and not everything is switched; ${again}`
      : `${move.from} is the true side still, and protected; ${again}`;
  await announcer.announce({
    name: TOLD[kind][state],
    cluster: EVERY_CLUSTER,
    region,
    reason,
    sentence: `the ${kind} of ${move.group} to ${move.to} was ${ended}: ${[reason.message, ...why].join('; ')}; ${standing} (${RUNBOOK[kind]})`,
    facts: { group: move.group, move: move.id },
  });
}
