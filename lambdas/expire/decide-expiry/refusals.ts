import type { ExpirePlan } from '../../../core/retention/plan-expiry.ts';
import type { TaskPorts } from '../../shared/ports.ts';

/** One event per cluster and look, however many points were refused: the plan in the vault lists them all. */
export async function announceRefusals(
  plan: ExpirePlan,
  refused: ExpirePlan['refusals'],
  { region, announcer }: Pick<TaskPorts, 'region' | 'announcer'>,
): Promise<void> {
  const reason = plan.halted ?? refused[0]?.reason;
  if (!reason) return;
  const more = refused.length - 1;
  await announcer.announce({
    name: 'ExpiryRefused',
    cluster: plan.cluster,
    region,
    reason,
    sentence:
      plan.halted || more < 1
        ? `nothing was lost: ${reason.message}`
        : `${refused.length} recovery points of ${plan.cluster} were not expired; one of them: ${reason.message}`,
    facts: { considered: plan.considered, kept: plan.kept, refused: refused.length },
  });
}
