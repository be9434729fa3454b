import type { RecoveryPoint } from '../../core/catalog/recovery-point.ts';
import { baseFor, captureInTheWay, LINEAGE_LOOK_BACK } from '../../core/catalog/rules-lineage.ts';
import type { Cursor, EngineDriver, Step } from '../../core/engines/driver.ts';
import type { Cluster } from '../../core/plan/installation.ts';
import type { Catalog } from '../../core/ports/catalog.ts';
import { earlier, type Instant } from '../../core/time/instant.ts';

export const ASK_AGAIN_SECONDS = 60;

const WAITING: Cursor = { turn: 'waiting' };

/** Whether a capture has not begun yet, because another one of its cluster is under way. */
export const isWaitingForItsTurn = (cursor: Cursor): boolean => cursor['turn'] === WAITING['turn'];

/**
 * Begins a capture, one at a time per cluster where points share items: what makes discarding safe is that each point
 * was compared with the one before it (core/catalog/rules-lineage.ts). What it is compared with is written down before
 * it begins, so that every retry compares with the same.
 */
export async function beginInTurn(
  catalog: Pick<Catalog, 'points' | 'newestSealed' | 'continueFrom'>,
  driver: EngineDriver,
  cluster: Cluster,
  point: RecoveryPoint,
  now: Instant,
): Promise<Step> {
  if (!driver.can.incremental) return driver.begin({ cluster, point, now });
  const around = await catalog.points(cluster.name, earlier(point.scheduledAt, LINEAGE_LOOK_BACK));
  const first = captureInTheWay(around, point.id);
  if (first && isBefore(first, point))
    return {
      outcome: 'waiting',
      pollAfterSeconds: ASK_AGAIN_SECONDS,
      doing: `waiting until ${first.id}, which is ${first.state}, has ended: captures of one cluster take turns`,
      cursor: WAITING,
    };
  const base = baseFor(around) ?? (await catalog.newestSealed(cluster.name));
  const begun = base ? await catalog.continueFrom(point.id, base.id) : point;
  return driver.begin({ cluster, point: begun, now });
}

/** One that has begun goes first; among those that have not, the one that was opened first. */
function isBefore(other: RecoveryPoint, point: RecoveryPoint): boolean {
  const begun = (one: RecoveryPoint) => one.base !== undefined || one.state !== 'capturing';
  if (begun(other) !== begun(point)) return begun(other);
  return other.openedAt !== point.openedAt ? other.openedAt < point.openedAt : other.id < point.id;
}
