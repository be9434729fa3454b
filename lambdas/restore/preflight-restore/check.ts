import type { Instant } from '../../../core/time/instant.ts';
import type { preflightRestore } from '../../../workflows/contracts/restore.ts';
import { errorNamed } from '../../shared/error-named.ts';
import type { Input, Output, TaskPorts } from '../../shared/ports.ts';
import { restoreSpec } from '../restore-spec.ts';

/** Ends the execution under the name of the first obstacle, with all of them in the message. */
export async function check(
  { restore }: Input<typeof preflightRestore>,
  ports: Pick<TaskPorts, 'region' | 'configuration' | 'catalog' | 'drivers'>,
  now: Instant,
): Promise<Output<typeof preflightRestore>> {
  const { spec, driver } = await restoreSpec(restore, ports, now);
  const reasons = await driver.preflight(spec);
  const [first] = reasons;
  if (!first) return {};
  const all = reasons.map(({ name, message }) => (reasons.length > 1 ? `${name}: ${message}` : message));
  throw errorNamed(first.name, all.join('; '), { restore: restore.restoreId, obstacles: reasons.length });
}
