import type { checkProtected } from '../../../workflows/contracts/failback.ts';
import { knownMove } from '../../failover/moves.ts';
import type { Input, Output, TaskPorts } from '../../shared/ports.ts';
import { protectedBy } from '../protected.ts';
import { waiting } from '../waiting.ts';

export async function check(
  { failback, member, run, state }: Input<typeof checkProtected>,
  ports: Pick<TaskPorts, 'catalog' | 'groups' | 'machineArns'>,
): Promise<Output<typeof checkProtected>> {
  const move = await knownMove(failback, ports);
  const found = await protectedBy(run, member.cluster, move, ports);
  const lap = (state.protected?.lap ?? 0) + 1;
  if (!found) return waiting(lap, `the copy of what ${run} took of ${member.cluster}`);
  return { outcome: 'home', pollAfterSeconds: 1, lap, recoveryPointId: found.point.id };
}
