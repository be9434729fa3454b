import { achievedOf, achievementOf, skewOf } from '../../../core/groups/words.ts';
import { type Instant, iso } from '../../../core/time/instant.ts';
import type { recordFailover } from '../../../workflows/contracts/failover.ts';
import { EVERY_CLUSTER } from '../../shared/every-cluster.ts';
import type { Input, Output } from '../../shared/ports.ts';
import { knownMove } from '../moves.ts';
import type { FailoverPorts } from '../ports.ts';

type Ports = Pick<FailoverPorts, 'region' | 'groups' | 'announcer' | 'telemetry'>;

/** Recorded before it is announced: a crash in between announces again, and measures nothing anew. */
export async function record(
  { failover }: Input<typeof recordFailover>,
  ports: Ports,
  now: Instant,
): Promise<Output<typeof recordFailover>> {
  const move = await knownMove(failover, ports);
  const members = await ports.groups.members(move.group, move.id);
  if (move.state !== 'moved') await ports.groups.recordMove({ ...move, state: 'moved', endedAt: now }, move);
  const { lossSeconds, tookSeconds } = achievedOf(members);
  const skewSeconds = skewOf(members);
  await ports.announcer.announce({
    name: 'FailoverFinished',
    cluster: EVERY_CLUSTER,
    region: ports.region,
    sentence: achievementOf(move, members),
    facts: {
      group: move.group,
      move: move.id,
      epoch: failover.epoch,
      members: members.length,
      achievedRpoSeconds: lossSeconds,
      achievedRtoSeconds: tookSeconds,
      skewSeconds,
    },
  });
  return {
    move: move.id,
    achievedRpoSeconds: lossSeconds,
    achievedRtoSeconds: tookSeconds,
    skewSeconds,
    members: members.map((member) => ({
      cluster: member.cluster,
      way: member.way,
      target: member.target ?? '',
      instant: iso(member.instant),
      lossSeconds: member.lossSeconds,
      rpoSeconds: member.rpoSeconds,
      achievedRtoSeconds: member.achievedRtoSeconds ?? 0,
      rtoSeconds: member.rtoSeconds,
    })),
  };
}
