import { FIRST_EPOCH } from '../groups/group.ts';
import type { RecoveryPointId } from '../ids/names.ts';
import { days } from '../time/instant.ts';
import { IN_FLIGHT } from './life-cycle.ts';
import type { RecoveryPoint } from './recovery-point.ts';

/*
 * Points that share stored items rely on one thing: the points which name an item form an unbroken run. That holds
 * only along the order in which each was compared with the one before, and only while captures of one cluster do not
 * overlap:
 *
 *     order of opening     P1  P2  P3   each compared with its left neighbour: runs are unbroken
 *     two at once          P1  P2  P2'  P3 (compared with P2): P3 shares items with P2 which P2' stored as its own;
 *                                       discarding P2 after a look at P1 and P2' only would rob P3
 *
 * The time that a point was due is not that order: a trigger may be delivered hours late, after the next one's.
 */

/**
 * A capture lasts 26 hours at most and its trigger may be as late, so another one that can still be under way, or can
 * have been sealed meanwhile, was due within this long before.
 */
export const LINEAGE_LOOK_BACK = days(3);

/** True for a point that restores without any other one; see `RecoveryPoint.kind`. */
export const isWhole = ({ kind }: Pick<RecoveryPoint, 'kind'>): boolean => kind !== 'incremental';

/**
 * The points that a point cannot be restored without. An objects point is compared with its base and whole all the same;
 * an incremental restores behind its base only.
 */
export const parentsOf = (point: Pick<RecoveryPoint, 'kind' | 'base'>): readonly RecoveryPointId[] =>
  isWhole(point) || point.base === undefined ? [] : [point.base];

/** The order of the lineage, oldest first: by when the capture was opened. */
export const byLineage = (
  a: Pick<RecoveryPoint, 'openedAt' | 'id'>,
  b: Pick<RecoveryPoint, 'openedAt' | 'id'>,
): number => a.openedAt - b.openedAt || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0);

/**
 * The capture that another one of the same cluster has to wait for; undefined when the way is free. Each side of a group
 * takes turns with itself only: a region that is lost never ends what it had begun, and the sides share nothing.
 */
export const captureInTheWay = (
  points: readonly RecoveryPoint[],
  self: Pick<RecoveryPoint, 'id' | 'region'>,
): RecoveryPoint | undefined =>
  points
    .filter(({ id, region, state }) => id !== self.id && region === self.region && IN_FLIGHT.has(state))
    .sort(byLineage)[0];

/**
 * Where the side of a capture forked off the other one, which its point carries on; undefined on the side that a cluster
 * was first protected on.
 */
export const forkOf = (
  base: Pick<RecoveryPoint, 'id' | 'region' | 'forkedFrom'>,
  region: string,
): RecoveryPointId | undefined => (base.region === region ? base.forkedFrom : base.id);

/** What a capture that opens now is compared with: the last sealed point of the lineage. */
export const baseFor = (points: readonly RecoveryPoint[]): RecoveryPoint | undefined =>
  points
    .filter((point) => point.state === 'sealed')
    .sort(byLineage)
    .at(-1);

/**
 * True while nothing was sealed between a capture and what it was compared with. Checked once more at the seal: a point
 * that fails it would break the runs, and is to be set aside instead. The first capture of a side was compared with a
 * point of the other one, and comes after all of its own. Where an engine's points share nothing, the first one of an epoch
 * was compared with nothing: what lies before it there is of a cluster that was restored since.
 */
export const continuesLineage = (point: RecoveryPoint, points: readonly RecoveryPoint[]): boolean => {
  const before = points.filter(
    (other) => other.id !== point.id && other.region === point.region && HAS_ITEMS.has(other.state),
  );
  if (!before.every((other) => byLineage(other, point) < 0)) return false;
  const last = atTheEnd(point.engine === 'objects' ? before : before.filter(isOfEpochOf(point)));
  const base = points.find(({ id }) => id === point.base);
  if (!base || base.region === point.region) return last?.id === point.base;
  return last === undefined || byLineage(last, base) < 0;
};

const isOfEpochOf =
  ({ epoch = FIRST_EPOCH }: Pick<RecoveryPoint, 'epoch'>) =>
  (other: Pick<RecoveryPoint, 'epoch'>): boolean =>
    (other.epoch ?? FIRST_EPOCH) === epoch;

const HAS_ITEMS: ReadonlySet<RecoveryPoint['state']> = new Set(['sealed', 'expiring']);
const atTheEnd = (points: readonly RecoveryPoint[]): RecoveryPoint | undefined =>
  points
    .filter((point) => point.state === 'sealed')
    .sort(byLineage)
    .at(-1);
