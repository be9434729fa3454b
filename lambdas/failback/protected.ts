import type { CopyRecord, RecoveryPoint } from '../../core/catalog/recovery-point.ts';
import { CaptureFailed, CopyFailed } from '../../core/errors/registry.ts';
import type { Move } from '../../core/groups/move.ts';
import { earlier, hours } from '../../core/time/instant.ts';
import type { TaskPorts } from '../shared/ports.ts';
import { executionOf, type SideIn } from './ports.ts';

/** A point of the active side with its copy on the other, once that is proven. */
export interface Protected {
  readonly point: RecoveryPoint;
  readonly copy: CopyRecord;
}

/**
 * What became of a backup of a member, by the name of its execution; undefined while it is on its way.
 *
 * @throws CaptureFailed, CopyFailed when it will not get there by itself
 */
export async function protectedBy(
  run: string,
  cluster: string,
  move: Move,
  ports: Pick<TaskPorts, 'catalog'> & { readonly side: SideIn },
): Promise<Protected | undefined> {
  const execution = executionOf(ports.side(move.from), 'backup', run);
  const points = await ports.catalog.points(cluster, earlier(move.askedAt, hours(1)));
  const point = points.find((one) => one.execution === execution);
  if (!point || point.state === 'failed' || point.state === 'quarantined')
    throw new CaptureFailed(
      point
        ? `${point.id} is ${point.state}: ${point.reason?.message ?? 'no reason was recorded'}; mend that, and start the ${move.kind} again`
        : `the backup ${run} of ${cluster} opened no recovery point; its execution says why`,
      { cluster, run },
    );
  const copy = await ports.catalog.copy(point.id, move.to);
  if (copy?.state === 'failed' || copy?.state === 'quarantined')
    throw new CopyFailed(
      `the copy of ${point.id} to ${move.to} is ${copy.state}: ${copy.reason?.message ?? 'no reason was recorded'}; mend that, and start the ${move.kind} again`,
      { cluster, recoveryPoint: point.id },
    );
  return copy?.state === 'proven' && point.state === 'sealed' ? { point, copy } : undefined;
}
