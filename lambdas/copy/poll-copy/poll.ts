import { CopyFailed, CopyOverdue, reasonOf } from '../../../core/errors/registry.ts';
import { hours, type Instant, iso, later, speak } from '../../../core/time/instant.ts';
import type { pollCopy } from '../../../workflows/contracts/copy.ts';
import type { Input, Output, TaskPorts } from '../../shared/ports.ts';
import { doing, failed, overdue } from '../../shared/progress.ts';
import { copySpec, recordCopyStep } from '../copy-spec.ts';

/**
 * The machine gives up after two days; a copy is called overdue while the machine can still say so itself. A plan's
 * copy allowance is no deadline: a copy that is late is worth more than none, and the achieved RPO is watched.
 */
export const COPY_DEADLINE = hours(46);

export async function poll(
  request: Input<typeof pollCopy>,
  ports: Pick<TaskPorts, 'configuration' | 'catalog' | 'drivers'>,
  now: Instant,
): Promise<Output<typeof pollCopy>> {
  const { recoveryPointId: id, region } = request;
  const copy = await ports.catalog.copy(id, region);
  if (copy?.state !== 'copying' && copy?.state !== 'copied')
    return failed(
      copy?.reason ??
        reasonOf(new CopyFailed(`the copy of ${id} to ${region} is ${copy?.state ?? 'not in the catalog'}`)),
    );
  const { spec, driver } = await copySpec(request, ports, now);
  const step = await driver.pollCopy(spec, request.copy.cursor);
  const unfinished = step.outcome !== 'ready' && step.outcome !== 'failed';
  if (unfinished && now > later(copy.startedAt, COPY_DEADLINE))
    return overdue(
      reasonOf(
        new CopyOverdue(
          `the copy of ${id} to ${region} began at ${iso(copy.startedAt)} and may take ${speak(COPY_DEADLINE)}; it was still ${doing(step)}`,
        ),
      ),
    );
  return recordCopyStep(ports.catalog, copy, step);
}
