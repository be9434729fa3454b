import type { failScrub } from '../../../workflows/contracts/verify.ts';
import { EVERY_CLUSTER } from '../../shared/every-cluster.ts';
import type { Input, Output, TaskPorts } from '../../shared/ports.ts';
import { reasonGathered } from '../../shared/reasons.ts';

export async function fail(
  { error }: Input<typeof failScrub>,
  { region, announcer }: Pick<TaskPorts, 'region' | 'announcer'>,
): Promise<Output<typeof failScrub>> {
  const reason = reasonGathered({ error }, 'InvariantViolation');
  await announcer.announce({
    name: 'ScrubFailed',
    cluster: EVERY_CLUSTER,
    region,
    reason,
    sentence: `a scrub in ${region} broke off: ${reason.message}; nothing is lost by this, the next one goes on from there`,
  });
  return {};
}
