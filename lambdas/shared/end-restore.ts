import type { RestoreRecord } from '../../core/catalog/recovery-point.ts';
import type { Reason } from '../../core/errors/registry.ts';
import type { Instant } from '../../core/time/instant.ts';
import { leaveTarget } from './claim-target.ts';
import type { TaskPorts } from './ports.ts';

/** Ends a restore that did not come to its record. The target is left as it is: it may be all that somebody has. */
export async function endRestore(
  record: RestoreRecord,
  reason: Reason,
  { catalog, announcer }: Pick<TaskPorts, 'catalog' | 'announcer'>,
  now: Instant,
): Promise<void> {
  if (record.state === 'restoring')
    await catalog.closeRestore({ ...record, state: 'failed', endedAt: now, reason });
  await leaveTarget(record, { catalog }, now);
  const standing =
    record.state === 'restored'
      ? 'the restore itself was recorded as done'
      : `${record.target} is not to be trusted; remove it, or name another target, and start the restore again`;
  await announcer.announce({
    name: 'RestoreFailed',
    cluster: record.cluster,
    region: record.region,
    reason,
    sentence: `the restore ${record.id} failed: ${reason.message}; ${standing}`,
    facts: { restore: record.id, target: record.target },
    ...(record.recoveryPoint !== undefined && { recoveryPoint: record.recoveryPoint }),
  });
}
