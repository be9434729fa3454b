import type { RestoreRecord } from '../../core/catalog/recovery-point.ts';
import { DrillOverdue, type Reason, reasonOf } from '../../core/errors/registry.ts';
import type { TaskPorts } from '../shared/ports.ts';

/** Whether the drill that a restore is for has ended: nothing may begin then, since nobody would remove it. */
export async function drillEnded(
  { cluster, drill }: Pick<RestoreRecord, 'cluster' | 'drill'>,
  { drills }: Pick<TaskPorts, 'drills'>,
): Promise<boolean> {
  return drill !== undefined && (await drills.drill(cluster, drill.id))?.state !== 'drilling';
}

export const endedBefore = ({ id, drill }: Pick<RestoreRecord, 'id' | 'drill'>): Reason =>
  reasonOf(
    new DrillOverdue(
      `the drill ${drill?.id ?? ''} ended before ${id} had begun, so nothing was restored; start holdfast-drill again`,
      { restore: id },
    ),
  );
