import { invariant } from '../../core/errors/assert.ts';
import type { Move, MoveMember } from '../../core/groups/move.ts';
import { between, type Instant, inSeconds } from '../../core/time/instant.ts';
import type { TaskPorts } from '../shared/ports.ts';

type Served = Partial<MoveMember> & { readonly target: string; readonly servingAt: Instant };

/** Writes down that a member serves. The time that was measured first stays. */
export async function serves(
  move: Move,
  cluster: string,
  served: Served,
  { groups }: Pick<TaskPorts, 'groups'>,
): Promise<MoveMember> {
  const member = await memberOf(move, cluster, { groups });
  if (member.servingAt !== undefined) return member;
  const { reason: _, ...rest } = member;
  const now: MoveMember = {
    ...rest,
    ...served,
    state: 'serving',
    achievedRtoSeconds: Math.max(0, inSeconds(between(move.askedAt, served.servingAt))),
  };
  await groups.recordMember(now);
  return now;
}

export async function memberOf(
  move: Pick<Move, 'group' | 'id'>,
  cluster: string,
  { groups }: Pick<TaskPorts, 'groups'>,
): Promise<MoveMember> {
  const member = await groups.member(move.group, move.id, cluster);
  invariant(member, 'a move is opened with all of its members', { move: move.id, cluster });
  return member;
}
