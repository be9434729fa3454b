import type { failReconciliation } from '../../../workflows/contracts/reconcile.ts';
import { EVERY_CLUSTER } from '../../shared/every-cluster.ts';
import type { Input, Output, TaskPorts } from '../../shared/ports.ts';
import { reasonGathered } from '../../shared/reasons.ts';

export async function fail(
  { error }: Input<typeof failReconciliation>,
  { region, announcer }: Pick<TaskPorts, 'region' | 'announcer'>,
): Promise<Output<typeof failReconciliation>> {
  const reason = reasonGathered({ error }, 'InvariantViolation');
  await announcer.announce({
    name: 'ReconciliationFailed',
    cluster: EVERY_CLUSTER,
    region,
    reason,
    sentence: `a reconciliation in ${region} broke off: ${reason.message}; nothing is lost by this, what it did not reach is looked at by the next one`,
  });
  return {};
}
