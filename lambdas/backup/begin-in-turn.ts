import type { RecoveryPoint } from '../../core/catalog/recovery-point.ts';
import { baseFor, captureInTheWay, forkOf, LINEAGE_LOOK_BACK } from '../../core/catalog/rules-lineage.ts';
import type { Cursor, EngineDriver, Step } from '../../core/engines/driver.ts';
import { FIRST_EPOCH } from '../../core/groups/group.ts';
import type { Cluster } from '../../core/plan/installation.ts';
import type { Catalog } from '../../core/ports/catalog.ts';
import { earlier, type Instant } from '../../core/time/instant.ts';

export const ASK_AGAIN_SECONDS = 60;

const WAITING: Cursor = { turn: 'waiting' };

/** Whether a capture has not begun yet, because another one of its cluster is under way. */
export const isWaitingForItsTurn = (cursor: Cursor): boolean => cursor['turn'] === WAITING['turn'];

type BasePorts = Pick<Catalog, 'point' | 'points' | 'newestSealed' | 'newestProven'>;

/**
 * Begins a capture, one at a time per cluster where points share items: what makes discarding safe is that each point
 * was compared with the one before it (core/catalog/rules-lineage.ts). What it is compared with is written down before
 * it begins, so that every retry compares with the same.
 */
export async function beginInTurn(
  catalog: BasePorts & Pick<Catalog, 'continueFrom'>,
  driver: EngineDriver,
  cluster: Cluster,
  point: RecoveryPoint,
  now: Instant,
): Promise<Step> {
  if (!driver.can.incremental) return driver.begin({ cluster, point, now });
  const around = await catalog.points(cluster.name, earlier(point.scheduledAt, LINEAGE_LOOK_BACK));
  const first = captureInTheWay(around, point);
  if (first && isBefore(first, point))
    return {
      outcome: 'waiting',
      pollAfterSeconds: ASK_AGAIN_SECONDS,
      doing: `waiting until ${first.id}, which is ${first.state}, has ended: captures of one cluster take turns`,
      cursor: WAITING,
    };
  const base = await baseOf(catalog, point, around);
  const begun = base ? await catalog.continueFrom(point.id, base.id, forkOf(base, point.region)) : point;
  return driver.begin({ cluster, point: begun, now });
}

/**
 * What a capture is compared with: the newest of its own side. The first of a side goes on from what came here of the other
 * one, where the engine can tell by content what is the same: a cluster that was restored has versions of its own.
 */
async function baseOf(
  catalog: BasePorts,
  point: RecoveryPoint,
  around: readonly RecoveryPoint[],
): Promise<RecoveryPoint | undefined> {
  const { cluster, region } = point;
  const isOwn = (other: RecoveryPoint): boolean =>
    other.region === region && (other.epoch ?? FIRST_EPOCH) === (point.epoch ?? FIRST_EPOCH);
  const own = baseFor(around.filter(isOwn));
  if (own) return own;
  const newest = await catalog.newestSealed(cluster);
  if (!newest || isOwn(newest)) return newest;
  if (point.engine !== 'objects') return undefined;
  const here = await catalog.newestProven(cluster, region);
  const other = here && (await catalog.point(here.id));
  return other?.state === 'sealed' ? other : undefined;
}

/** One that has begun goes first; among those that have not, the one that was opened first. */
function isBefore(other: RecoveryPoint, point: RecoveryPoint): boolean {
  const begun = (one: RecoveryPoint) => one.base !== undefined || one.state !== 'capturing';
  if (begun(other) !== begun(point)) return begun(other);
  return other.openedAt !== point.openedAt ? other.openedAt < point.openedAt : other.id < point.id;
}
