import { ApprovalExpired, ApprovalRefused, reasonOf } from '../../../core/errors/registry.ts';
import { type Instant, seconds, speak } from '../../../core/time/instant.ts';
import type { failRestore } from '../../../workflows/contracts/restore.ts';
import { leaveTarget } from '../../shared/claim-target.ts';
import type { Input, TaskPorts } from '../../shared/ports.ts';
import { newRestore, type Resolved } from '../restore-spec.ts';

type Ending = Input<typeof failRestore>;

interface Unapproved {
  readonly restore: Resolved;
  readonly unapproved: NonNullable<Ending['unapproved']>;
  readonly answer: Ending['state']['approval'];
}

/** A restore that nobody allowed: nothing of it was begun, so there is nothing to stop, and its target is free again. */
export async function endUnapproved(
  { restore, unapproved, answer }: Unapproved,
  { region, catalog, announcer }: Pick<TaskPorts, 'region' | 'catalog' | 'announcer'>,
  now: Instant,
): Promise<Record<never, never>> {
  const asked = `it would have written over what is there`;
  const within = speak(seconds(restore.approval.withinSeconds));
  const reason = reasonOf(
    unapproved === 'refused'
      ? new ApprovalRefused(
          `${asked}, and ${answer?.by ?? 'somebody'} said no${answer?.note === undefined ? '' : ` (${answer.note})`}`,
        )
      : new ApprovalExpired(`${asked}, and nobody said yes within ${within}; start it again to ask again`),
  );
  const record = await catalog.openRestore(newRestore(restore, region));
  await leaveTarget(record, { catalog }, now);
  if (record.state === 'restoring')
    await catalog.closeRestore({ ...record, state: 'failed', endedAt: now, reason });
  await announcer.announce({
    name: 'RestoreFailed',
    cluster: record.cluster,
    region,
    reason,
    sentence: `the restore ${record.id} was not begun: ${reason.message}; nothing was written into ${record.target}`,
    facts: { restore: record.id, target: record.target, approval: unapproved },
    ...(record.recoveryPoint !== undefined && { recoveryPoint: record.recoveryPoint }),
  });
  return {};
}
