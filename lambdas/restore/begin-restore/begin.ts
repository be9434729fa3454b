import type { Instant } from '../../../core/time/instant.ts';
import type { beginRestore } from '../../../workflows/contracts/restore.ts';
import { CLAIMED_FOR_RESTORE, claimTarget } from '../../shared/claim-target.ts';
import type { Input, Output, TaskPorts } from '../../shared/ports.ts';
import { failed, progressOf } from '../../shared/progress.ts';
import { drillEnded, endedBefore } from '../drill-ended.ts';
import { endIfClosed } from '../end-if-closed.ts';
import { restoreSpec } from '../restore-spec.ts';
import { requireStillBehind } from '../still-behind.ts';

/** Written down before the engine is asked for anything, so that whatever a crash leaves in the target has a name. */
export async function begin(
  { restore }: Input<typeof beginRestore>,
  ports: Pick<TaskPorts, 'region' | 'configuration' | 'catalog' | 'groups' | 'drivers' | 'drills'>,
  now: Instant,
): Promise<Output<typeof beginRestore>> {
  const { spec, driver } = await restoreSpec(restore, ports, now);
  const record = await ports.catalog.openRestore(spec.restore);
  if (record.state === 'failed')
    return failed(
      record.reason ?? {
        name: 'RestoreFailed',
        message: `${record.id} failed before; start the restore again under another execution`,
      },
    );
  // Written down first and asked afterwards: whoever ends a drill does it the other way round, and one sees the other.
  if (await drillEnded(spec.restore, ports)) return failed(endedBefore(spec.restore));
  const taken = await claimTarget(spec.restore, ports, CLAIMED_FOR_RESTORE, now);
  if (taken) return failed(taken);
  await requireStillBehind(restore, ports);
  return progressOf(await endIfClosed(spec, driver, await driver.beginRestore(spec), ports));
}
