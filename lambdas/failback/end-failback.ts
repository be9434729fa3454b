import type { Reason } from '../../core/errors/registry.ts';
import type { Move } from '../../core/groups/move.ts';
import type { Instant } from '../../core/time/instant.ts';
import { EVERY_CLUSTER } from '../shared/every-cluster.ts';
import type { TaskPorts } from '../shared/ports.ts';

const RUNBOOK = 'docs/runbooks/failback.md';

/** Ends a failback that did not bring its group home. Recorded before it is announced; a repetition announces again. */
export async function endFailback(
  move: Move,
  reason: Reason,
  state: 'failed' | 'refused',
  { groups, announcer, region }: Pick<TaskPorts, 'groups' | 'announcer' | 'region'>,
  now: Instant,
): Promise<void> {
  if (move.state === 'moved') return;
  const raised = (await groups.epoch(move.group))?.move === move.id;
  if (move.state !== state) await groups.recordMove({ ...move, state, endedAt: now, reason }, move);
  const members = await groups.members(move.group, move.id);
  const why = members.flatMap(({ cluster, reason: one }) => (one ? [`${cluster}: ${one.message}`] : []));
  const standing = raised
    ? `${move.to} is the true side already, and not everything is switched`
    : `${move.from} is the true side still, and protected`;
  await announcer.announce({
    name: state === 'refused' ? 'FailbackRefused' : 'FailbackIncomplete',
    cluster: EVERY_CLUSTER,
    region,
    reason,
    sentence: `the way of ${move.group} home to ${move.to} was ${state === 'refused' ? 'not allowed' : 'not finished'}: ${[reason.message, ...why].join('; ')}; ${standing}; start holdfast-failback with {'group':'${move.group}'} again (${RUNBOOK})`,
    facts: { group: move.group, move: move.id },
  });
}
