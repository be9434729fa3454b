import {
  ChecksumMismatch,
  ManifestAltered,
  ManifestIncomplete,
  type Reason,
  reasonOf,
} from '../../../core/errors/registry.ts';
import { onlyIn } from '../../../core/manifest/compare.ts';
import { CRC64_OF_NOTHING, crc64Checksum, crc64Over } from '../../../core/manifest/crc64nvme.ts';
import type { ManifestIndex } from '../../../core/manifest/index-file.ts';
import { indexKey, itemKey, shardKey } from '../../../core/manifest/layout.ts';
import { compareKeys, type ManifestLine } from '../../../core/manifest/line.ts';
import type { Bytes } from '../../../core/ports/bytes.ts';
import type { FileRead, ItemRead, Shelf, StoredItem } from '../../../core/ports/shelf.ts';
import { PIECE_BYTES } from '../../../core/verify/budget.ts';
import { missingReason, type Reading } from '../../../core/verify/rot.ts';
import { inOrder } from '../shared/bounded.ts';
import { type ReadPlace, readIndex, readLines, readShard, readShards } from '../shared/manifest-io.ts';
import { sha256 } from '../shared/sha256.ts';

/** Pieces of one object under way: 32 MiB, and a function reads sixteen objects at once. */
const PIECES_AHEAD = 4;

/** A vault of one region. `clusters` lists its folders. */
export function shelf(bytes: Bytes, region: string, clusters: Shelf['clusters']): Shelf {
  return {
    clusters,
    index: (cluster, id, root) => indexRead(bytes, region, cluster, id, root),
    shard: async (cluster, id, entry) => {
      const key = shardKey(cluster, id, entry.shard);
      const body = await bytes.whole(key);
      if (!body) return missing(region, key);
      const wrong = await wrongWith(() => readShard(placeOf(bytes, cluster, id, body), entry.shard, entry));
      return { key, bytes: body.length, ...(wrong && { wrong: { missing: false, reason: wrong } }) };
    },
    items: (point, previous, from) => itemsOf(bytes, point, previous, from),
    names: async (point, { key, since }) => {
      const line = await lineOf(bytes, point, key);
      return line?.since === since;
    },
    read: (key, from, most) => readOn(bytes, key, from, most),
  };
}

/** A manifest in the vault; `body` stands for what its files hold when that has been read already. */
const placeOf = (bytes: Bytes, cluster: string, id: string, body?: Uint8Array): ReadPlace => ({
  store: { get: (_, key) => (body ? Promise.resolve(body) : bytes.whole(key)) },
  bucket: bytes.bucket,
  cluster,
  id,
});
const placeIn = (bytes: Bytes, { recoveryPoint: { cluster, id } }: ManifestIndex): ReadPlace =>
  placeOf(bytes, cluster, id);

const missing = (region: string, key: string): FileRead => ({
  key,
  bytes: 0,
  wrong: { missing: true, reason: missingReason(region, key) },
});

async function wrongWith(read: () => Promise<unknown>): Promise<Reason | undefined> {
  try {
    await read();
    return undefined;
  } catch (error) {
    if (error instanceof ManifestAltered || error instanceof ManifestIncomplete) return reasonOf(error);
    throw error;
  }
}

/**
 * Its root proves the shards that it lists, and nothing else in it. For the rest there is only what S3 computed when it
 * was written: bytes that do not have that checksum any more are other bytes.
 */
async function indexRead(
  bytes: Bytes,
  region: string,
  cluster: string,
  id: string,
  root: string | undefined,
): Promise<FileRead & { readonly index?: ManifestIndex }> {
  const key = indexKey(cluster, id);
  const body = await bytes.whole(key);
  const recorded = await bytes.recorded(key);
  if (!body || recorded === undefined) return missing(region, key);
  const found = crc64Checksum(crc64Over(CRC64_OF_NOTHING, body));
  let index: ManifestIndex | undefined;
  const altered = await wrongWith(async () => {
    index = await readIndex(placeOf(bytes, cluster, id, body), root);
  });
  const differs = recorded.startsWith('crc64nvme:') && recorded !== found;
  const wrong =
    altered ??
    (differs
      ? reasonOf(
          new ChecksumMismatch(
            `s3://${bytes.bucket}/${key} has checksum ${found} and was written with ${recorded}`,
            { key, found, expected: recorded },
          ),
        )
      : undefined);
  if (wrong) return { key, bytes: body.length, wrong: { missing: false, reason: wrong } };
  return { key, bytes: body.length, index: index! };
}

/** Shards that the two have word for word hold nothing that only one of them names. */
async function* itemsOf(
  bytes: Bytes,
  point: ManifestIndex,
  previous: ManifestIndex | undefined,
  from: number,
): AsyncGenerator<StoredItem> {
  const theirs = new Set(previous?.shards.map(({ digest }) => digest));
  const mine = new Set(point.shards.map(({ digest }) => digest));
  const own = point.shards.filter(({ shard, digest }) => shard >= from && !theirs.has(digest));
  const others = previous?.shards.filter(({ digest }) => !mine.has(digest)) ?? [];
  let reading = from;
  async function* lines(): AsyncGenerator<ManifestLine> {
    for await (const shard of readShards(placeIn(bytes, point), own)) {
      reading = shard.shard;
      yield* shard.lines;
    }
  }
  const beside = previous ? [readLines(placeIn(bytes, previous), others)] : [];
  const { cluster } = point.recoveryPoint;
  for await (const line of onlyIn(lines(), beside))
    yield { line, shard: reading, key: itemKey(cluster, line.since, line.key, sha256) };
}

/** Keys stand in order from shard to shard: at most fourteen of ten thousand are read. */
async function lineOf(bytes: Bytes, point: ManifestIndex, key: string) {
  const place = placeIn(bytes, point);
  let [low, high] = [0, point.shards.length - 1];
  while (low <= high) {
    const middle = (low + high) >>> 1;
    const lines = await readShard(place, middle, point.shards[middle]);
    if (lines.length === 0 || compareKeys(key, lines[0]!.key) < 0) high = middle - 1;
    else if (compareKeys(key, lines.at(-1)!.key) > 0) low = middle + 1;
    else return lines.find((line) => line.key === key);
  }
  return undefined;
}

async function readOn(bytes: Bytes, key: string, from: Reading | undefined, most: number): Promise<ItemRead> {
  const start = from?.offset ?? 0;
  const first = await bytes.stretch(key, start, Math.min(PIECE_BYTES, most), from?.etag || undefined);
  if (first === 'missing') return { outcome: 'missing' };
  if (first === 'replaced') return { outcome: 'more', reading: BEGUN };
  const { size, etag } = first;
  let crc = crc64Over(from?.crc ?? CRC64_OF_NOTHING, first.bytes);
  let offset = start + first.bytes.length;
  const end = Math.min(size, start + most);
  const rest = Array.from(
    { length: Math.ceil((end - offset) / PIECE_BYTES) },
    (_, n) => offset + n * PIECE_BYTES,
  );
  const pieces = inOrder(rest, PIECES_AHEAD, (at) =>
    bytes.stretch(key, at, Math.min(PIECE_BYTES, end - at), etag),
  );
  for await (const piece of pieces) {
    if (piece === 'missing') return { outcome: 'missing' };
    if (piece === 'replaced') return { outcome: 'more', reading: BEGUN };
    crc = crc64Over(crc, piece.bytes);
    offset += piece.bytes.length;
  }
  return offset < size
    ? { outcome: 'more', reading: { offset, crc, etag } }
    : { outcome: 'read', checksum: crc64Checksum(crc), bytes: size };
}

/** Of no version yet. */
const BEGUN: Reading = { offset: 0, crc: CRC64_OF_NOTHING, etag: '' };
