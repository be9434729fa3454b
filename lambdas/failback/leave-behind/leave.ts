import { activeIn } from '../../../core/groups/fence.ts';
import { placeOf } from '../../../core/groups/home.ts';
import { homeOf } from '../../../core/plan/installation.ts';
import type { leaveBehind } from '../../../workflows/contracts/failback.ts';
import { knownMove } from '../../failover/moves.ts';
import { clusterNamed } from '../../shared/lookups.ts';
import type { Input, Output, TaskPorts } from '../../shared/ports.ts';
import { freeName } from '../free-name.ts';
import type { SideIn } from '../ports.ts';

/** Begins it and waits for nothing: RDS goes on by itself, and the next failover of the group is not today. */
export async function leave(
  { planned, member }: Input<typeof leaveBehind>,
  ports: Pick<TaskPorts, 'configuration' | 'groups'> & { readonly side: SideIn },
): Promise<Output<typeof leaveBehind>> {
  const move = await knownMove(planned, ports);
  const { installation } = await ports.configuration.read();
  const cluster = clusterNamed(installation, member.cluster);
  const home = homeOf(installation);
  // The group may have come back meanwhile: what bears the name there is the true one then.
  if (activeIn(await ports.groups.epoch(move.group), { home }) === move.from) return {};
  await freeName(cluster, placeOf(cluster, move.from, home), move, ports.side(move.from));
  return {};
}
