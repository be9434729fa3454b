import { restoreBy } from '../../../core/drills/isolation.ts';
import { DrillOverdue, RestoreOverdue, reasonOf } from '../../../core/errors/registry.ts';
import { hours, type Instant, iso, later, speak } from '../../../core/time/instant.ts';
import type { pollRestore } from '../../../workflows/contracts/restore.ts';
import type { Input, Output, TaskPorts } from '../../shared/ports.ts';
import { doing, overdue, progressOf } from '../../shared/progress.ts';
import { endIfClosed } from '../end-if-closed.ts';
import { restoreSpec } from '../restore-spec.ts';
import { requireStillBehind } from '../still-behind.ts';
import { type MovePorts, requireMove } from '../wanted-by-move.ts';

/** The machine gives up after three days; a restore is called overdue while the machine can still say so itself. */
export const RESTORE_DEADLINE = hours(70);

export async function poll(
  { restore, work }: Input<typeof pollRestore>,
  ports: Pick<TaskPorts, 'region' | 'configuration' | 'catalog' | 'groups' | 'drivers'> & MovePorts,
  now: Instant,
): Promise<Output<typeof pollRestore>> {
  const { spec, driver } = await restoreSpec(restore, ports, now);
  await requireStillBehind(restore, ports);
  const asked = { ...spec, mayEmpty: () => requireMove(restore, ports) };
  const step = await endIfClosed(spec, driver, await driver.pollRestore(asked, work.cursor), ports);
  const { startedAt, drill } = spec.restore;
  const unfinished = step.outcome !== 'ready' && step.outcome !== 'failed';
  if (unfinished && drill && now > restoreBy(drill))
    return overdue(
      reasonOf(
        new DrillOverdue(
          `${restore.restoreId} is a drill's, of which nothing may be left at ${iso(drill.deadline)}; it was still ${doing(step)} and is given up`,
          { drill: drill.id },
        ),
      ),
    );
  if (unfinished && now > later(startedAt, RESTORE_DEADLINE))
    return overdue(
      reasonOf(
        new RestoreOverdue(
          `${restore.restoreId} began at ${iso(startedAt)} and may take ${speak(RESTORE_DEADLINE)}; it was still ${doing(step)}; look at the target before starting another`,
        ),
      ),
    );
  return progressOf(step);
}
