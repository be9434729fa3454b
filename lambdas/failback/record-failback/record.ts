import { changedSides } from '../../../core/groups/words.ts';
import { type Instant, iso } from '../../../core/time/instant.ts';
import type { recordFailback } from '../../../workflows/contracts/failback.ts';
import { knownMove } from '../../failover/moves.ts';
import { EVERY_CLUSTER } from '../../shared/every-cluster.ts';
import type { Input, Output, TaskPorts } from '../../shared/ports.ts';
import { plannedKindOf } from '../end-failback.ts';

/** Recorded before it is announced: a crash in between announces again. */
export async function record(
  { planned }: Input<typeof recordFailback>,
  { groups, announcer, region }: Pick<TaskPorts, 'groups' | 'announcer' | 'region'>,
  now: Instant,
): Promise<Output<typeof recordFailback>> {
  const move = await knownMove(planned, { groups });
  const members = await groups.members(move.group, move.id);
  if (move.state !== 'moved') await groups.recordMove({ ...move, state: 'moved', endedAt: now }, move);
  const sum = (of: (member: (typeof members)[number]) => number | undefined): number =>
    members.reduce((all, member) => all + (of(member) ?? 0), 0);
  const figures = {
    epoch: planned.epoch,
    lossSeconds: Math.max(0, ...members.map(({ lossSeconds }) => lossSeconds)),
    movedBytes: sum(({ movedBytes }) => movedBytes),
    totalBytes: sum(({ totalBytes }) => totalBytes),
  };
  await announcer.announce({
    name: plannedKindOf(move) === 'failback' ? 'FailbackFinished' : 'SwitchoverFinished',
    cluster: EVERY_CLUSTER,
    region,
    sentence: changedSides(move, members, figures),
    facts: { group: move.group, move: move.id, members: members.length, ...figures },
  });
  return {
    move: move.id,
    ...figures,
    members: members.map((member) => ({
      cluster: member.cluster,
      target: member.target ?? '',
      instant: iso(member.instant),
      lossSeconds: member.lossSeconds,
      movedBytes: member.movedBytes ?? 0,
      totalBytes: member.totalBytes ?? 0,
    })),
  };
}
