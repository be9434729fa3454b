import { gunzipSync, gzipSync } from 'node:zlib';
import * as z from 'zod';
import { ManifestAltered, ManifestIncomplete } from '../../../core/errors/registry.ts';
import type { RecoveryPointId } from '../../../core/ids/names.ts';
import { MANIFEST_FORMAT, type ManifestIndex, type ShardEntry } from '../../../core/manifest/index-file.ts';
import { indexKey, planKey, shardKey } from '../../../core/manifest/layout.ts';
import type { ManifestLine } from '../../../core/manifest/line.ts';
import { pointRoot } from '../../../core/manifest/merkle.ts';
import { parseShard, printShard, requireEntry, requireFollows } from '../../../core/manifest/shards.ts';
import type { ObjectStore } from '../../../core/ports/object-store.ts';
import { inOrder } from './bounded.ts';
import { sha256 } from './sha256.ts';

/** Whose manifest, and in which vault, for whoever only reads. */
export interface ReadPlace {
  readonly store: Pick<ObjectStore, 'get'>;
  readonly bucket: string;
  readonly cluster: string;
  readonly id: RecoveryPointId;
}

/** Whose manifest, and in which vault. */
export interface ManifestPlace extends ReadPlace {
  readonly store: ObjectStore;
}

export interface Shard {
  readonly shard: number;
  readonly lines: readonly ManifestLine[];
}

/**
 * Shards read ahead of the reader: a get takes some 50 ms and a shard some 5 ms of work, so eight keep it busy. At
 * a thousand lines each they are all of a manifest that is ever in memory.
 */
const READ_AHEAD = 8;

const ADVICE = 'restore from another region or recovery point, and look at who wrote to the vault';

/** A thousand lines of tens of bytes: far below what S3 copies in one piece, which is all that a copier asks. */
const SHARD_FILE_BYTES = 1_000_000;

export const writeShard = (
  place: ManifestPlace,
  shard: number,
  lines: readonly ManifestLine[],
): Promise<void> => write(place, shardKey(place.cluster, place.id, shard), lines);

/** Scratch between two tasks of one machine: a shard whose lines are not final yet. */
export const writePlan = (
  place: ManifestPlace,
  shard: number,
  lines: readonly ManifestLine[],
): Promise<void> => write(place, planKey(place.cluster, place.id, shard), lines);

/**
 * @throws ManifestIncomplete when the shard is missing
 * @throws ManifestAltered when it cannot be read, or is not what `entry` (of the index) says
 */
export async function readShard(
  place: ReadPlace,
  shard: number,
  entry?: ShardEntry,
): Promise<ManifestLine[]> {
  const key = shardKey(place.cluster, place.id, shard);
  const text = await read(place, key, `shard ${shard} of the manifest of ${place.id}`, ADVICE);
  if (entry) requireEntry(entry, text, sha256, where(place, key));
  return parseShard(text, where(place, key));
}

/** A shard as it lies there. Where the digest says that its lines are known already, they need not be read. */
export interface ShardText {
  readonly shard: number;
  readonly text: string;
  readonly digest: string;
  /** For messages. */
  readonly where: string;
}

export async function readShardText(place: ManifestPlace, shard: number): Promise<ShardText> {
  const key = shardKey(place.cluster, place.id, shard);
  const text = await read(place, key, `shard ${shard} of the manifest of ${place.id}`, ADVICE);
  return { shard, text, digest: sha256(text), where: where(place, key) };
}

/** Puts a shard somewhere else as it is: on the side of S3, without unpacking and packing it again. */
export async function copyShardFile(
  from: ManifestPlace,
  to: ManifestPlace,
  shard: number,
  as: number = shard,
): Promise<void> {
  await to.store.copy({
    from: { bucket: from.bucket, key: shardKey(from.cluster, from.id, shard) },
    to: { bucket: to.bucket, key: shardKey(to.cluster, to.id, as) },
    bytes: SHARD_FILE_BYTES,
    createOnly: false,
  });
}

export async function readPlan(place: ManifestPlace, shard: number): Promise<ManifestLine[]> {
  const key = planKey(place.cluster, place.id, shard);
  const advice = 'plans are scratch and live for days; start the backup or copy again';
  return parseShard(await read(place, key, `plan ${shard} of ${place.id}`, advice), where(place, key));
}

/** Shards in their order, from the `from`th on, each compared with what the index says about it. */
export async function* readShards(
  place: ReadPlace,
  entries: readonly ShardEntry[],
  from = 0,
): AsyncGenerator<Shard> {
  const shards = inOrder(entries.slice(from), READ_AHEAD, async (entry) => ({
    shard: entry.shard,
    lines: await readShard(place, entry.shard, entry),
  }));
  let last: string | undefined;
  for await (const shard of shards) {
    requireFollows(last, shard.lines, where(place, shardKey(place.cluster, place.id, shard.shard)));
    last = shard.lines.at(-1)?.key ?? last;
    yield shard;
  }
}

/** All lines of a manifest, however many there are. `position` follows the shard that is being read, for a cursor. */
export async function* readLines(
  place: ReadPlace,
  entries: readonly ShardEntry[],
  position: { shard: number } = { shard: 0 },
): AsyncGenerator<ManifestLine> {
  for await (const { shard, lines } of readShards(place, entries, position.shard)) {
    position.shard = shard;
    yield* lines;
  }
}

export async function writeIndex(place: ManifestPlace, index: ManifestIndex): Promise<void> {
  const body = Buffer.from(`${JSON.stringify(index, undefined, 1)}\n`, 'utf8');
  await place.store.put(place.bucket, indexKey(place.cluster, place.id), body);
}

const count = z.number().int().min(0);
const indexShape = z.looseObject({
  format: z.union([z.literal(1), z.literal(MANIFEST_FORMAT)]),
  recoveryPoint: z.looseObject({ id: z.string(), cluster: z.string() }),
  root: z.string(),
  items: count,
  bytes: count,
  newItems: count,
  newBytes: count,
  shards: z.array(
    z.strictObject({ shard: count, items: count, bytes: count, root: z.string(), digest: z.string() }),
  ),
  statistics: z.record(z.string(), z.union([z.string(), z.number()])),
  configuration: z.record(z.string(), z.unknown()),
});

/**
 * Reads a manifest's index and checks that it is whole in itself: its root is the root over what it holds.
 * @param root what the catalog says the root is
 * @throws ManifestIncomplete when the index is missing
 * @throws ManifestAltered when it cannot be read, contradicts itself or has another root than the catalog
 */
export async function readIndex(place: ReadPlace, root?: string): Promise<ManifestIndex> {
  const key = indexKey(place.cluster, place.id);
  const body = await place.store.get(place.bucket, key);
  if (!body) throw missing(place, key, `the manifest index of ${place.id}`, ADVICE);
  const altered = (what: string) =>
    new ManifestAltered(`${where(place, key)} ${what}; ${ADVICE}`, { bucket: place.bucket, key });
  let json: unknown;
  try {
    json = JSON.parse(Buffer.from(body).toString('utf8'));
  } catch (error) {
    throw altered(`is not JSON (${(error as Error).message})`);
  }
  const parsed = indexShape.safeParse(json);
  if (!parsed.success) throw altered(`is not a manifest index: ${z.prettifyError(parsed.error)}`);
  const index = parsed.data as unknown as ManifestIndex;
  if (index.recoveryPoint.id !== place.id) throw altered(`belongs to ${index.recoveryPoint.id}`);
  if (index.shards.some(({ shard }, n) => shard !== n))
    throw altered('does not list every shard once, in order');
  const computed = pointRoot(index, sha256);
  if (computed !== index.root) throw altered(`says root ${index.root} and what it holds has ${computed}`);
  if (root !== undefined && root !== index.root)
    throw altered(`says root ${index.root} and the catalog says ${root}`);
  return index;
}

/** Of gzip's levels: a third larger than the default's output at a third of its time, and shards are written hourly. */
const GZIP_LEVEL = 1;

async function write(place: ManifestPlace, key: string, lines: readonly ManifestLine[]): Promise<void> {
  const text = Buffer.from(printShard(lines), 'utf8');
  await place.store.put(place.bucket, key, gzipSync(text, { level: GZIP_LEVEL }));
}

async function read(place: ReadPlace, key: string, what: string, advice: string): Promise<string> {
  const body = await place.store.get(place.bucket, key);
  if (!body) throw missing(place, key, what, advice);
  try {
    return gunzipSync(body).toString('utf8');
  } catch (error) {
    throw new ManifestAltered(
      `${where(place, key)} cannot be unpacked (${(error as Error).message}); ${ADVICE}`,
      { bucket: place.bucket, key },
    );
  }
}

const where = (place: ReadPlace, key: string): string => `s3://${place.bucket}/${key}`;

const missing = (place: ReadPlace, key: string, what: string, advice: string): ManifestIncomplete =>
  new ManifestIncomplete(`${what} is missing: no object at ${where(place, key)}; ${advice}`, {
    bucket: place.bucket,
    key,
  });
