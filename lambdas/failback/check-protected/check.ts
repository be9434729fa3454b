import type { checkProtected } from '../../../workflows/contracts/failback.ts';
import type { Input, Output, TaskPorts } from '../../shared/ports.ts';
import { currentMove } from '../current.ts';
import type { SideIn } from '../ports.ts';
import { protectedBy } from '../protected.ts';
import { waiting } from '../waiting.ts';

export async function check(
  { planned, member, run, state }: Input<typeof checkProtected>,
  ports: Pick<TaskPorts, 'catalog' | 'groups'> & { readonly side: SideIn },
): Promise<Output<typeof checkProtected>> {
  const move = await currentMove(planned, ports);
  const found = await protectedBy(run, member.cluster, move, ports);
  const lap = (state.protected?.lap ?? 0) + 1;
  if (!found)
    return waiting(lap, `the copy of what ${run} took of ${member.cluster}`, planned.members.length);
  return { outcome: 'there', pollAfterSeconds: 1, lap, recoveryPointId: found.point.id };
}
