import type { Move, MoveMember } from '../../../core/groups/move.ts';
import { days, earlier, type Instant, instant } from '../../../core/time/instant.ts';
import type { TaskPorts } from '../../shared/ports.ts';

/** Whoever was silent for longer than that is asked for by no number. */
const LOOKED_BACK = days(2);

/**
 * When the side that is left was last certainly there, as this region's catalog knows it: by what it recorded of the
 * members, and by what is proven of them here. Nothing is asked of that side.
 */
export async function lastHeard(
  move: Move,
  members: readonly MoveMember[],
  { catalog }: Pick<TaskPorts, 'catalog'>,
): Promise<Instant> {
  const since = earlier(move.askedAt, LOOKED_BACK);
  const points = await Promise.all(members.map(({ cluster }) => catalog.points(cluster, since)));
  const signs = points
    .flat()
    .filter(({ region }) => region === move.from)
    .flatMap(({ openedAt, sealedAt }) => (sealedAt === undefined ? [openedAt] : [openedAt, sealedAt]));
  const heard = Math.max(...signs, ...members.map((member) => member.instant));
  return instant(Math.min(heard, move.askedAt));
}
