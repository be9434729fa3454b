import { POINT_LIFE } from '../../core/catalog/life-cycle.ts';
import type { PointState, RecoveryPoint } from '../../core/catalog/recovery-point.ts';
import { invariant } from '../../core/errors/assert.ts';
import { type RecoveryPointId, scheduledAtOf, stamp } from '../../core/ids/names.ts';
import type { Catalog, PointChange } from '../../core/ports/catalog.ts';
import { days, hours, type Instant, later } from '../../core/time/instant.ts';
import type { Edit } from './dynamo-catalog-conditions.ts';
import { points as codec } from './dynamo-catalog-items.ts';
import { dueKey, epochSeconds, namesAPoint, pointKey, run } from './dynamo-catalog-keys.ts';
import { Lives, outOfTurn, unknown } from './dynamo-catalog-life.ts';
import type { CatalogTable } from './dynamo-catalog-table.ts';

type PointsCatalog = Pick<
  Catalog,
  'open' | 'point' | 'points' | 'newestSealed' | 'advance' | 'continueFrom' | 'reviewAt'
>;

/** A failed point says why for over a year, then its record goes: it never held anything. */
export const FAILED_KEPT = days(400);
/** The regions discard their copies when the grace ends; an hour later the review can see that they did. */
export const BIN_REVIEW_AFTER = hours(1);
/** The newest sealed point is among the newest few, unless captures fail in a row. */
const NEWEST_PAGE = 8;

const CAPTURING: readonly PointState[] = ['capturing'];
/** States whose points are in the index, to be looked at again. */
const REVIEWED: readonly PointState[] = ['sealed', 'expiring'];

export function dynamoPoints(table: CatalogTable): PointsCatalog {
  const lives = new Lives<PointState, RecoveryPoint>(table, codec, POINT_LIFE);

  async function advance(
    id: RecoveryPointId,
    to: PointState,
    change: PointChange = {},
  ): Promise<RecoveryPoint> {
    const key = pointKey(id);
    if (to === 'discarded') return lives.retire(key, id, to, change);
    return lives.advance(key, id, to, change, attributesOf(id, to, change));
  }

  return {
    open: async (point) => {
      // Conditional updates do not know the region: what they write into `due` lies ready in the item.
      const reviewIn = dueKey('review', point.region);
      // A point that a rebuild puts back is sealed from its first moment, and due like any that was sealed.
      const due = point.state === 'sealed' && {
        due: reviewIn,
        dueAt: epochSeconds(point.sealedAt ?? point.openedAt),
      };
      const own = { reviewIn, ...due };
      const { record, first } = await lives.open(pointKey(point.id), point, own);
      return { point: record, first };
    },
    point: async (id) => (namesAPoint(id) ? lives.read(pointKey(id)) : undefined),
    points: async (cluster, from) => {
      const found: RecoveryPoint[] = [];
      const all = run(cluster, 'point#', from === undefined ? '' : stamp(from));
      for await (const item of table.query(all, 'descending')) found.push(codec.decode(item));
      // Keys know whole seconds; a bound between two of them leaves one out.
      return from === undefined ? found : found.filter((point) => point.scheduledAt >= from);
    },
    newestSealed: async (cluster) => {
      for await (const item of table.query(run(cluster, 'point#'), 'descending', NEWEST_PAGE))
        if (item['state'] === 'sealed') return codec.decode(item);
      return undefined;
    },
    advance,
    continueFrom: async (id, base, forkedFrom) => {
      const key = pointKey(id);
      const before = await lives.read(key);
      if (!before) throw unknown(id, key);
      if (before.base !== undefined) return before;
      const answer = await table.edit(key, { set: { base, ...(forkedFrom && { forkedFrom }) } }, CAPTURING);
      if ('item' in answer) return codec.decode(answer.item);
      throw outOfTurn(id, before.state, 'compared with another point', CAPTURING);
    },
    reviewAt: async (id, at) => {
      const edit: Edit = { set: { dueAt: epochSeconds(at) }, copy: { due: 'reviewIn' } };
      const answer = await table.edit(pointKey(id), edit, REVIEWED);
      if ('item' in answer) return;
      if (!answer.found) throw unknown(id, pointKey(id));
      throw outOfTurn(id, codec.decode(answer.found).state, 'due for review', REVIEWED);
    },
  };
}

/**
 * The attributes beside the record: when a point is due for review, and when TTL may take it. A sealed point is due
 * at once, also when it came back from the bin: the review then says when next.
 */
function attributesOf(id: RecoveryPointId, to: PointState, change: PointChange): Edit {
  const scheduledAt = scheduledAtOf(id)!;
  const reviewed = (at: Instant): Edit => ({ set: { dueAt: epochSeconds(at) }, copy: { due: 'reviewIn' } });
  const notDue = ['due', 'dueAt'];
  switch (to) {
    case 'sealed':
      return { ...reviewed(change.sealedAt ?? scheduledAt), remove: ['discardAfter', 'reason'] };
    case 'expiring':
      invariant(change.discardAfter, 'a point that goes into the bin says until when it stays there', {
        recoveryPoint: id,
      });
      return reviewed(later(change.discardAfter, BIN_REVIEW_AFTER));
    case 'failed':
      return { set: { ttlEpochSeconds: epochSeconds(later(scheduledAt, FAILED_KEPT)) }, remove: notDue };
    case 'quarantined':
      return { set: {}, remove: notDue };
    default:
      return { set: {} };
  }
}
