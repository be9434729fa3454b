import type { ExpirePlan } from '../../../core/retention/plan-expiry.ts';
import type { TaskPorts } from '../../shared/ports.ts';

type Refusals = ExpirePlan['refusals'];

/**
 * One event per cluster and look, however many points were refused: the plan in the vault lists them all. A point that
 * only the floor keeps is the floor at its ordinary work (two rules at midnight, a plan that keeps fewer than its
 * floor), so that is logged and nobody is woken; backups that stopped are told by the objective they breach.
 */
export async function announceRefusals(
  plan: ExpirePlan,
  refused: Refusals,
  { region, announcer, telemetry }: Pick<TaskPorts, 'region' | 'announcer' | 'telemetry'>,
): Promise<void> {
  for (const { id, reason } of refused)
    telemetry.info(`not expired: ${reason.message}`, { recoveryPoint: id, reason: reason.name });
  const unusual = refused.filter(({ reason }) => reason.name !== 'BelowMinimumKeep');
  const reason = plan.halted ?? unusual[0]?.reason;
  if (!reason) return;
  const more = unusual.length - 1;
  await announcer.announce({
    name: 'ExpiryRefused',
    cluster: plan.cluster,
    region,
    reason,
    sentence:
      plan.halted || more < 1
        ? `nothing was lost: ${reason.message}`
        : `${unusual.length} recovery points of ${plan.cluster} were not expired; one of them: ${reason.message}`,
    facts: { considered: plan.considered, kept: plan.kept, refused: refused.length },
  });
}
