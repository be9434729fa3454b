import type { CopyRecord } from '../../../core/catalog/recovery-point.ts';
import { storesFiles } from '../../../core/engines/keepers.ts';
import {
  ChecksumMismatch,
  ManifestAltered,
  ManifestIncomplete,
  reasonOf,
} from '../../../core/errors/registry.ts';
import type { ManifestIndex } from '../../../core/manifest/index-file.ts';
import { compareKeys } from '../../../core/manifest/line.ts';
import type { ItemRead, StoredItem, Wrong } from '../../../core/ports/shelf.ts';
import { holds } from '../../../core/reconcile/standing.ts';
import { atCluster, atPoint, behind, type Cursor, FIRST, isAhead } from '../../../core/verify/cursor.ts';
import { inOrderOfState, isLeaving, missingReason } from '../../../core/verify/rot.ts';
import { charge, isOver, type Lap, takeDown } from './lap.ts';
import type { Walked } from './manifests.ts';

/** Small objects read at one time: some 500 a second at 30 ms each. */
const ITEMS_IN_FLIGHT = 16;
/** Larger ones are read one by one, as far as the lap reaches. */
const LARGE_BYTES = 1_024 ** 3;
/** An object that is replaced again and again while it is read is left to the next round. */
const READS_MAX = 3;

/**
 * Reads every stored item once, from a cursor on. An item is named by consecutive points, so it is read with the first
 * of them: each point's turn is what the one before it does not name.
 */
export async function walkItems(from: Cursor, lap: Lap): Promise<Walked> {
  const { shelf, catalog, region } = lap.ports;
  let cursor = from;
  for (const cluster of (await shelf.clusters()).filter((name) => name >= from.cluster)) {
    if (cluster !== cursor.cluster) cursor = atCluster(cluster);
    charge(lap, 0);
    const kept = (await catalog.copies(cluster, region)).filter(holds);
    const staying = inOrderOfState(kept.filter((copy) => !isLeaving(copy, lap.now)));
    for (const [n, copy] of staying.entries()) {
      if (!isAhead(cursor, copy)) continue;
      if (copy.id !== cursor.point) cursor = atPoint(copy);
      if (isOver(lap)) return { cursor, whole: false };
      const next = await readPoint(copy, staying[n - 1], cursor, lap);
      if (next) return { cursor: next, whole: false };
      cursor = behind(copy);
    }
  }
  return { cursor: FIRST, whole: true };
}

/** An index that cannot be read is the manifests' walk to mend; its items have their turn after that. */
async function indexOf(copy: CopyRecord | undefined, lap: Lap): Promise<ManifestIndex | undefined> {
  if (!copy) return undefined;
  const { index, bytes } = await lap.ports.shelf.index(copy.cluster, copy.id, copy.root);
  charge(lap, bytes);
  return index;
}

/** @returns where to go on; undefined when the point needs no more reading */
async function readPoint(
  copy: CopyRecord,
  before: CopyRecord | undefined,
  from: Cursor,
  lap: Lap,
): Promise<Cursor | undefined> {
  const index = await indexOf(copy, lap);
  // A database's snapshot lies with RDS, which shows none of its bytes.
  if (!index || !storesFiles(index.recoveryPoint.engine)) return undefined;
  const batch: StoredItem[] = [];
  let cursor = from;
  const readBatch = async (): Promise<void> => {
    const items = batch.splice(0);
    await Promise.all(items.map((item) => readSmall(item, copy, lap)));
    const last = items.at(-1);
    if (last) cursor = { ...atPoint(copy), shard: last.shard, key: last.line.key };
  };
  try {
    for await (const item of lap.ports.shelf.items(index, await indexOf(before, lap), from.shard)) {
      const { key, bytes } = item.line;
      if (from.key !== '' && compareKeys(key, from.key) <= 0) continue;
      if (bytes <= LARGE_BYTES) {
        batch.push(item);
        if (batch.length < ITEMS_IN_FLIGHT) continue;
        await readBatch();
      } else {
        await readBatch();
        const reading = await readLarge(item, copy, cursor, lap);
        if (reading) return { ...cursor, reading };
        cursor = { ...atPoint(copy), shard: item.shard, key };
      }
      if (isOver(lap)) return cursor;
    }
    await readBatch();
  } catch (error) {
    if (!(error instanceof ManifestAltered || error instanceof ManifestIncomplete)) throw error;
    lap.ports.telemetry.info(`the items of ${copy.id} wait for its manifest: ${error.message}`);
  }
  return undefined;
}

async function readSmall(item: StoredItem, copy: CopyRecord, lap: Lap): Promise<void> {
  const { key, line } = item;
  charge(lap, line.bytes);
  for (let n = 0; n < READS_MAX; n++) {
    const read = await lap.ports.shelf.read(key, undefined, Math.max(1, line.bytes));
    if (read.outcome === 'more' && read.reading.offset === 0) continue;
    lap.counts.items++;
    return judge(item, read, copy, lap);
  }
}

/** @returns how far it came, when the lap ends first */
async function readLarge(item: StoredItem, copy: CopyRecord, { reading: from }: Cursor, lap: Lap) {
  const { key, line } = item;
  const most = Math.min(lap.budget.left, line.bytes - (from?.offset ?? 0));
  const read = await lap.ports.shelf.read(key, from, Math.max(1, most));
  charge(lap, most);
  if (read.outcome === 'more' && read.reading.offset < line.bytes) return read.reading;
  lap.counts.items++;
  await judge(item, read, copy, lap);
  return undefined;
}

async function judge({ key, line }: StoredItem, read: ItemRead, copy: CopyRecord, lap: Lap): Promise<void> {
  const wrong = wrongWith(key, line, read, lap.ports.region);
  if (!wrong) return;
  const { cluster, id: recoveryPoint } = copy;
  const { bytes, checksum: expected } = line;
  const item = { key: line.key, since: line.since };
  await takeDown(lap, { kind: 'item', cluster, recoveryPoint, key, bytes, expected, item }, wrong);
}

/** What is wrong with an item as it was read; undefined when it is what the manifest says. */
export function wrongWith(
  key: string,
  { bytes, checksum }: { readonly bytes: number; readonly checksum: string },
  read: ItemRead,
  region: string,
): Wrong | undefined {
  if (read.outcome === 'missing') return { missing: true, reason: missingReason(region, key) };
  if (read.outcome === 'read' && read.bytes === bytes && read.checksum === checksum) return undefined;
  const found = read.outcome === 'read' ? `${read.bytes} bytes with checksum ${read.checksum}` : 'more bytes';
  return {
    missing: false,
    reason: reasonOf(
      new ChecksumMismatch(
        `${key} in the vault of ${region} has ${found}, and the manifest says ${bytes} with ${checksum}`,
        { key, expected: checksum },
      ),
    ),
  };
}
