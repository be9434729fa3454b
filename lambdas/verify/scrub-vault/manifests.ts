import type { CopyRecord } from '../../../core/catalog/recovery-point.ts';
import { storesFiles } from '../../../core/engines/keepers.ts';
import { atCluster, atPoint, behind, type Cursor, FIRST, isAhead } from '../../../core/verify/cursor.ts';
import { inOrderOfState, keepsManifest } from '../../../core/verify/rot.ts';
import { charge, isOver, type Lap, takeDown } from './lap.ts';

export interface Walked {
  readonly cursor: Cursor;
  /** It came to the end of the vault. */
  readonly whole: boolean;
}

/** Shards read at one time: at some 50 ms each, 600 a second. */
const SHARDS_IN_FLIGHT = 32;

/** Reads the manifests of all points that are kept in this region, from a cursor on. */
export async function walkManifests(from: Cursor, lap: Lap): Promise<Walked> {
  const { shelf, catalog, region } = lap.ports;
  let cursor = from;
  for (const cluster of (await shelf.clusters()).filter((name) => name >= from.cluster)) {
    if (cluster !== cursor.cluster) cursor = atCluster(cluster);
    charge(lap, 0);
    const copies = (await catalog.copies(cluster, region)).filter(keepsManifest);
    for (const copy of inOrderOfState(copies)) {
      if (!isAhead(cursor, copy)) continue;
      if (copy.id !== cursor.point) cursor = atPoint(copy);
      if (isOver(lap)) return { cursor, whole: false };
      const shard = await readManifest(copy, cursor.shard, lap);
      if (shard !== undefined) return { cursor: { ...cursor, shard }, whole: false };
      cursor = behind(copy);
    }
  }
  return { cursor: FIRST, whole: true };
}

/** @returns the shard to go on with; undefined when this manifest needs no more reading in this run */
async function readManifest(copy: CopyRecord, from: number, lap: Lap): Promise<number | undefined> {
  const { shelf } = lap.ports;
  const { cluster, id, root = '' } = copy;
  const { index, key, bytes, wrong } = await shelf.index(cluster, id, copy.root);
  charge(lap, bytes);
  lap.counts.manifests++;
  const of = { cluster, recoveryPoint: id };
  if (!index || wrong) {
    // Its shards are read once it is mended: what they have to be, only it says.
    const taken = wrong && (await takeDown(lap, { ...of, kind: 'index', key, bytes, expected: root }, wrong));
    return taken ? from : undefined;
  }
  if (!storesFiles(index.recoveryPoint.engine)) lap.counts.snapshots++;
  for (let at = from; at < index.shards.length; at += SHARDS_IN_FLIGHT) {
    if (isOver(lap)) return at;
    const entries = index.shards.slice(at, at + SHARDS_IN_FLIGHT);
    const read = await Promise.all(entries.map((entry) => shelf.shard(cluster, id, entry)));
    for (const [n, file] of read.entries()) {
      const entry = entries[n]!;
      charge(lap, file.bytes);
      if (file.wrong)
        await takeDown(
          lap,
          { ...of, kind: 'shard', key: file.key, bytes: file.bytes, expected: entry.digest, entry },
          file.wrong,
        );
    }
  }
  return undefined;
}
