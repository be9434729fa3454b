import type { EngineDriver, RestoreSpec, Step } from '../../core/engines/driver.ts';
import type { TaskPorts } from '../shared/ports.ts';

/**
 * An execution may be stopped while one of its tasks is at work, and be closed before that has started anything. So who
 * starts something looks afterwards whether anybody still waits for it, and ends it if not.
 */
export async function endIfClosed(
  { cluster, region, restore }: RestoreSpec,
  driver: EngineDriver,
  step: Step,
  { catalog }: Pick<TaskPorts, 'catalog'>,
): Promise<Step> {
  if (step.outcome === 'failed') return step;
  const record = await catalog.restore(restore.cluster, restore.id);
  if (record?.state !== 'failed') return step;
  const reason = record.reason ?? {
    name: 'RestoreFailed',
    message: `${restore.id} was closed while it was at work`,
  };
  await driver.abandonRestore({ cluster, region, restore, reason, cursor: step.cursor });
  return { outcome: 'failed', reason };
}
