import type { failCopy } from '../../../workflows/contracts/copy.ts';
import { endCopy } from '../../shared/end-copy.ts';
import type { Input, Output, TaskPorts } from '../../shared/ports.ts';
import { reasonGathered } from '../../shared/reasons.ts';

export async function fail(
  request: Input<typeof failCopy>,
  ports: Pick<TaskPorts, 'catalog' | 'announcer'>,
): Promise<Output<typeof failCopy>> {
  const { copy: work, verdict, error } = request;
  await endCopy(request, reasonGathered({ work, verdict, error }, 'CopyFailed'), ports);
  return {};
}
