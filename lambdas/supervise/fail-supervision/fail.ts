import type { failSupervision } from '../../../workflows/contracts/supervise.ts';
import { EVERY_CLUSTER } from '../../shared/every-cluster.ts';
import type { Input, Output, TaskPorts } from '../../shared/ports.ts';
import { reasonGathered } from '../../shared/reasons.ts';

export async function fail(
  { error }: Input<typeof failSupervision>,
  { region, announcer }: Pick<TaskPorts, 'region' | 'announcer'>,
): Promise<Output<typeof failSupervision>> {
  const reason = reasonGathered({ error }, 'InvariantViolation');
  await announcer.announce({
    name: 'SupervisionFailed',
    cluster: EVERY_CLUSTER,
    region,
    reason,
    sentence: `a supervision of the logs in ${region} broke off: ${reason.message}; logs that run go on by themselves, and the next one looks at them anew`,
  });
  return {};
}
