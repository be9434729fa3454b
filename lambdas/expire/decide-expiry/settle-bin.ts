import type { CopyState, RecoveryPoint } from '../../../core/catalog/recovery-point.ts';
import type { Installation } from '../../../core/plan/installation.ts';
import { hours, type Instant, instant, later } from '../../../core/time/instant.ts';
import type { TaskPorts } from '../../shared/ports.ts';

/** Every region discards its own copy in its own time; this is how often the point asks whether all of them did. */
const ASK_AGAIN = hours(6);
const ENDED: ReadonlySet<CopyState> = new Set(['discarded', 'quarantined']);

/** When to look at a point in the bin for the first time: after its regions had a run of theirs. */
export const firstLookIntoBin = (discardAfter: Instant): Instant => later(discardAfter, ASK_AGAIN);

/**
 * A point ends as discarded when its last copy has. Found through the same index that reviews keeps, because the region
 * that discards last is not the one that writes points.
 */
export async function settleBin(
  point: RecoveryPoint,
  installation: Installation,
  { catalog }: Pick<TaskPorts, 'catalog'>,
  now: Instant,
): Promise<void> {
  const { primary, recovery } = installation.regions;
  const regions = [...new Set([point.region, primary, ...recovery])];
  const copies = await Promise.all(regions.map((region) => catalog.copy(point.id, region)));
  const left = copies.filter((copy) => copy !== undefined && !ENDED.has(copy.state));
  if (left.length === 0) await catalog.advance(point.id, 'discarded');
  else
    await catalog.reviewAt(
      point.id,
      instant(Math.max(later(now, ASK_AGAIN), firstLookIntoBin(point.discardAfter ?? now))),
    );
}
