import { errorNamed } from '../../../core/errors/named.ts';
import { type Duration, type Instant, milliseconds, seconds } from '../../../core/time/instant.ts';
import type { preflightRestore } from '../../../workflows/contracts/restore.ts';
import { CLAIMED_FOR_PREFLIGHT, claimTarget, leaveTarget } from '../../shared/claim-target.ts';
import type { Input, Output, TaskPorts } from '../../shared/ports.ts';
import { type Resolved, restoreSpec } from '../restore-spec.ts';

/** Until it begins, which may be after somebody's answer. */
const claimedFor = ({ approval }: Resolved): Duration =>
  approval.needed === 'yes'
    ? milliseconds(CLAIMED_FOR_PREFLIGHT + seconds(approval.withinSeconds))
    : CLAIMED_FOR_PREFLIGHT;

/** Ends the execution under the name of the first obstacle, with all of them in the message. */
export async function check(
  { restore }: Input<typeof preflightRestore>,
  ports: Pick<TaskPorts, 'region' | 'configuration' | 'catalog' | 'drivers'>,
  now: Instant,
): Promise<Output<typeof preflightRestore>> {
  const { spec, driver } = await restoreSpec(restore, ports, now);
  const taken = await claimTarget(spec.restore, ports, claimedFor(restore), now);
  const reasons = taken ? [taken] : await driver.preflight(spec);
  const [first] = reasons;
  if (!first) return {};
  if (!taken) await leaveTarget(spec.restore, ports, now);
  const all = reasons.map(({ name, message }) => (reasons.length > 1 ? `${name}: ${message}` : message));
  throw errorNamed(first.name, all.join('; '), { restore: restore.restoreId, obstacles: reasons.length });
}
