import type { RecoveryPoint } from '../../core/catalog/recovery-point.ts';
import type { Cursor } from '../../core/engines/driver.ts';
import { CaptureAtRisk, reasonOf } from '../../core/errors/registry.ts';
import type { TaskPorts } from './ports.ts';

/**
 * A capture that ended well may have gone without something that protects it, and left in its cursor what a person should
 * see to. Repeating it repeats the announcement only.
 */
export async function warnOfCapture(
  { announcer }: Pick<TaskPorts, 'announcer'>,
  { id, cluster, region }: RecoveryPoint,
  cursor: Cursor,
): Promise<void> {
  const { warning } = cursor;
  if (typeof warning !== 'string' || warning === '') return;
  const reason = reasonOf(new CaptureAtRisk(warning, { recoveryPoint: id }));
  await announcer.announce({
    name: 'CaptureAtRisk',
    cluster,
    region,
    recoveryPoint: id,
    reason,
    sentence: `${id} is sealed and can be restored, and the next capture is at risk: ${warning}`,
  });
}
