import type { failCopy } from '../../../workflows/contracts/copy.ts';
import { childError } from '../../shared/child-error.ts';
import { endCopy } from '../../shared/end-copy.ts';
import type { Input, Output, TaskPorts } from '../../shared/ports.ts';
import { reasonGathered } from '../../shared/reasons.ts';

export async function fail(
  { execution, state }: Input<typeof failCopy>,
  ports: Pick<TaskPorts, 'catalog' | 'announcer' | 'executions'>,
): Promise<Output<typeof failCopy>> {
  const { copy: work, verdict } = state;
  const error = await childError(state.error, execution, ports.executions);
  await endCopy(state, reasonGathered({ work, verdict, error }, 'CopyFailed'), ports);
  return {};
}
