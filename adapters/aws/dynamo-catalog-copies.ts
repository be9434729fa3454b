import { COPY_LIFE } from '../../core/catalog/life-cycle.ts';
import type { CopyRecord, CopyState } from '../../core/catalog/recovery-point.ts';
import { invariant } from '../../core/errors/assert.ts';
import { type RecoveryPointId, scheduledAtOf, stamp } from '../../core/ids/names.ts';
import type { Catalog, CopyChange } from '../../core/ports/catalog.ts';
import { days, earlier, type Instant, later, minutes, parseInstant } from '../../core/time/instant.ts';
import type { Edit } from './dynamo-catalog-conditions.ts';
import { copies as codec, type StoredItem } from './dynamo-catalog-items.ts';
import { copyKey, dueKey, epochSeconds, namesAPoint, run } from './dynamo-catalog-keys.ts';
import { Lives } from './dynamo-catalog-life.ts';
import type { CatalogTable } from './dynamo-catalog-table.ts';

type CopiesCatalog = Pick<
  Catalog,
  'openCopy' | 'copy' | 'copies' | 'newestProven' | 'oldestProven' | 'advanceCopy'
>;

/**
 * Keys sort by the time that points were scheduled, and restores ask for the time whose state they hold. A trigger
 * may be a day and two hours late and a capture takes a while, so the two differ by this much at most; a state is
 * never from before its schedule, but for the second that S3's grain and clocks that differ take.
 */
const TAKEN_LATE_MAX = days(3);
const TAKEN_EARLY_MAX = minutes(5);
const PROVEN_PAGE = 50;

export function dynamoCopies(table: CatalogTable): CopiesCatalog {
  const lives = new Lives<CopyState, CopyRecord>(table, codec, COPY_LIFE);
  return {
    openCopy: async (copy) => {
      const { record, first } = await lives.open(copyKey(copy.id, copy.region), copy);
      return { copy: record, first };
    },
    copy: async (id, region) => (namesAPoint(id) ? lives.read(copyKey(id, region)) : undefined),
    copies: async (cluster, region, from) => {
      const found: CopyRecord[] = [];
      const all = run(cluster, `copy#${region}#`, from === undefined ? '' : stamp(from));
      for await (const item of table.query(all, 'descending')) found.push(codec.decode(item));
      return from === undefined ? found : found.filter((copy) => scheduledAt(copy) >= from);
    },
    newestProven: (cluster, region, atOrBefore) => newestProven(table, cluster, region, atOrBefore),
    oldestProven: (cluster, region) => oldestProven(table, cluster, region),
    advanceCopy: async (id, region, to, change = {}) => {
      const key = copyKey(id, region);
      if (to === 'discarded') return lives.retire(key, id, to, change);
      return lives.advance(key, id, to, change, attributesOf(id, region, to, change));
    },
  };
}

const scheduledAt = (copy: CopyRecord): Instant => scheduledAtOf(copy.id)!;

/** What decides between copies, read from the stored item: most of those that are walked past need no more. */
interface Glance {
  readonly item: StoredItem;
  readonly scheduledAt: Instant;
  readonly takenAt: Instant;
}

function glanceAt(item: StoredItem): Glance {
  const scheduledAt = scheduledAtOf(String(item['id']))!;
  return { item, scheduledAt, takenAt: parseInstant(String(item['takenAt'])) ?? scheduledAt };
}

/** Goes back from the latest schedule that can hold the instant until no older one can hold a newer state. */
async function newestProven(
  table: CatalogTable,
  cluster: string,
  region: string,
  atOrBefore: Instant | undefined,
): Promise<CopyRecord | undefined> {
  const to = atOrBefore === undefined ? '' : stamp(later(atOrBefore, TAKEN_EARLY_MAX));
  const keys = run(cluster, `copy#${region}#`, '', to);
  let best: Glance | undefined;
  for await (const item of table.query(keys, 'descending', PROVEN_PAGE)) {
    const copy = glanceAt(item);
    if (best && later(copy.scheduledAt, TAKEN_LATE_MAX) <= best.takenAt) break;
    if (item['state'] !== 'proven') continue;
    if (atOrBefore !== undefined && copy.takenAt > atOrBefore) continue;
    if (!best || copy.takenAt > best.takenAt) best = copy;
  }
  return best && codec.decode(best.item);
}

async function oldestProven(
  table: CatalogTable,
  cluster: string,
  region: string,
): Promise<CopyRecord | undefined> {
  let best: Glance | undefined;
  for await (const item of table.query(run(cluster, `copy#${region}#`), 'ascending', PROVEN_PAGE)) {
    const copy = glanceAt(item);
    if (best && earlier(copy.scheduledAt, TAKEN_EARLY_MAX) >= best.takenAt) break;
    if (item['state'] !== 'proven') continue;
    if (!best || copy.takenAt < best.takenAt) best = copy;
  }
  return best && codec.decode(best.item);
}

/** A copy in the bin is due for discard when its grace ends, in the region where it lies. */
function attributesOf(id: RecoveryPointId, region: string, to: CopyState, change: CopyChange): Edit {
  if (to === 'expiring') {
    invariant(change.discardAfter, 'a copy that goes into the bin says until when it stays there', {
      recoveryPoint: id,
      region,
    });
    return { set: { due: dueKey('discard', region), dueAt: epochSeconds(change.discardAfter) } };
  }
  if (to === 'proven') return { set: {}, remove: ['due', 'dueAt', 'discardAfter', 'reason'] };
  // A copy that is tried again starts without what its first life came to: it is not proven any more.
  if (to === 'copying') return { set: {}, remove: ['reason', 'provenAt', 'root'] };
  return { set: {}, remove: ['due', 'dueAt'] };
}
