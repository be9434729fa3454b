import type { Instant } from '../../../core/time/instant.ts';
import type { validateRestore } from '../../../workflows/contracts/restore.ts';
import type { Input, Output, TaskPorts } from '../../shared/ports.ts';
import { restoreSpec } from '../restore-spec.ts';

/** A restore that does not match its manifest is an answer here, not an error. */
export async function validate(
  { restore, work }: Input<typeof validateRestore>,
  ports: Pick<TaskPorts, 'region' | 'configuration' | 'catalog' | 'drivers'>,
  now: Instant,
): Promise<Output<typeof validateRestore>> {
  const { spec, driver } = await restoreSpec(restore, ports, now);
  const verdict = await driver.validate(spec, work.cursor);
  return verdict.sound ? { outcome: 'sound' } : { outcome: 'unsound', reason: verdict.reason };
}
