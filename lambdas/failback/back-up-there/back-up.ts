import type { backUpThere } from '../../../workflows/contracts/failback.ts';
import type { Input, Output, TaskPorts } from '../../shared/ports.ts';
import { currentMove } from '../current.ts';
import { executionOf, type SideIn } from '../ports.ts';
import { waiting } from '../waiting.ts';

/** However the backup ends, the catalog says what became of it: this only waits until it has. */
export async function backUp(
  { planned, member, run, state }: Input<typeof backUpThere>,
  ports: Pick<TaskPorts, 'groups'> & { readonly side: SideIn },
): Promise<Output<typeof backUpThere>> {
  const { from, kind } = await currentMove(planned, ports);
  const active = ports.side(from);
  const lap = (state.backup?.lap ?? 0) + 1;
  const come = waiting(lap, `the backup ${run} in ${from}`, planned.members.length);
  const input = { cluster: member.cluster, note: `for a ${kind}`, keepDays: 30 };
  await active.machines.start('backup', run, input);
  if (await active.runs.isRunning(executionOf(active, 'backup', run))) return come;
  return { outcome: 'there', pollAfterSeconds: 1, lap };
}
