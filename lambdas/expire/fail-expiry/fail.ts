import type { failExpiry } from '../../../workflows/contracts/expire.ts';
import { EVERY_CLUSTER } from '../../shared/every-cluster.ts';
import type { Input, Output, TaskPorts } from '../../shared/ports.ts';
import { reasonGathered } from '../../shared/reasons.ts';

export async function fail(
  { error }: Input<typeof failExpiry>,
  { region, announcer }: Pick<TaskPorts, 'region' | 'announcer'>,
): Promise<Output<typeof failExpiry>> {
  const reason = reasonGathered({ error }, 'InvariantViolation');
  await announcer.announce({
    name: 'ExpiryFailed',
    cluster: EVERY_CLUSTER,
    region,
    reason,
    sentence: `an expiry run in ${region} broke off: ${reason.message}; nothing is lost by this, what it did not reach is due in the next run`,
  });
  return {};
}
