import type { DiscardSpec } from '../../../core/engines/driver.ts';
import { invariant } from '../../../core/errors/assert.ts';
import { ManifestIncomplete } from '../../../core/errors/registry.ts';
import { looksLikeRecoveryPointId } from '../../../core/ids/names.ts';
import { onlyIn } from '../../../core/manifest/compare.ts';
import type { ManifestIndex, ShardEntry } from '../../../core/manifest/index-file.ts';
import { indexKey, manifestPrefix, pointPrefix, shardKey } from '../../../core/manifest/layout.ts';
import type { ManifestLine } from '../../../core/manifest/line.ts';
import { inOrder } from '../shared/bounded.ts';
import {
  type ManifestPlace,
  readIndex,
  readLines,
  readShard,
  readShards,
  type Shard,
} from '../shared/manifest-io.ts';
import { hideAll } from './capture.ts';
import { eachShardAlone } from './named-elsewhere.ts';
import { type ObjectsPorts, placeOf, vaultKey } from './ports.ts';

const READ_AHEAD = 4;

/**
 * Removes a recovery point from one region. The order makes it crash-safe: the index goes first, so that nothing
 * restores from what is half removed; then shard by shard the items that no neighbour names, and the shard behind
 * them; last whatever else lies beside the manifest, such as the page for people. Whoever comes again finds the shards
 * that are left and goes on there.
 *
 * Nothing is removed while a neighbour's manifest, or this one, cannot be read whole: it might name what would go. All
 * of them are read before the index goes, or a shard that rotted would leave a point that is neither there nor gone.
 * @param next keys that go right behind the index
 */
export async function discard(
  ports: ObjectsPorts,
  spec: DiscardSpec,
  next: readonly string[] = [],
): Promise<{ removedItems: number }> {
  const place = placeOf(ports, spec.region, spec.cluster, spec.point.id);
  const shards = await shardsLeft(place, spec);
  const neighbours = await Promise.all(
    spec.neighbours.map(async (neighbour) => {
      const theirs = placeOf(ports, spec.region, spec.cluster, neighbour.id);
      return { place: theirs, index: await readIndex(theirs, neighbour.content?.root) };
    }),
  );
  const mine = shards.index?.shards ?? [];
  const theirs = new Set(neighbours.flatMap((neighbour) => neighbour.index.shards.map(digestOf)));
  const manifest = manifestPrefix(place.cluster, place.id);
  if (!shards.index && shards.numbers.length === 0) {
    const unnamed = await hideUnnamed(place, neighbours);
    await hideAll(place, manifest);
    return unnamed;
  }
  const shared = new Set(mine.map(digestOf).filter((digest) => theirs.has(digest)));
  if (shards.index) {
    for (const { place: there, shards: all } of [
      { place, shards: mine },
      ...neighbours.map((neighbour) => ({ place: neighbour.place, shards: neighbour.index.shards })),
    ])
      await requireWhole(
        there,
        all.filter((entry) => !shared.has(entry.digest)),
      );
    await place.store.hide(place.bucket, [indexKey(place.cluster, place.id)]);
  }
  if (next.length > 0) await place.store.hide(place.bucket, next);
  let removedItems = 0;
  await eachShardAlone(
    inOrder(shards.numbers, READ_AHEAD, async (shard): Promise<Shard> => {
      // A neighbour that has this shard word for word names all that it names.
      const named = mine[shard] !== undefined && shared.has(mine[shard].digest);
      return { shard, lines: named ? [] : await readShard(place, shard, mine[shard]) };
    }),
    neighbours.map(({ place: there, index }) =>
      readLines(
        there,
        index.shards.filter((entry) => !shared.has(entry.digest)),
      ),
    ),
    async ({ shard }, alone) => {
      await place.store.hide(
        place.bucket,
        alone.map((line) => itemOf(ports, place, line)),
      );
      await place.store.hide(place.bucket, [shardKey(place.cluster, place.id, shard)]);
      removedItems += alone.length;
    },
  );
  await hideAll(place, manifest);
  return { removedItems };
}

interface Neighbour {
  readonly place: ManifestPlace;
  readonly index: ManifestIndex;
}

/**
 * Without a manifest there was none yet (a copy that failed before its first shard), or an earlier attempt hid it to
 * the end. Either way, whatever still lies under this point and is named by no neighbour belongs to nobody.
 */
async function hideUnnamed(
  place: ManifestPlace,
  neighbours: readonly Neighbour[],
): Promise<{ removedItems: number }> {
  const data = `${pointPrefix(place.cluster, place.id)}data/`;
  async function* lying(): AsyncGenerator<ManifestLine> {
    for await (const { key, bytes } of place.store.list(place.bucket, data))
      yield { key: key.slice(data.length), version: '', bytes, checksum: '', since: place.id };
  }
  const named = neighbours.map(({ place: there, index }) => readLines(there, index.shards));
  let removedItems = 0;
  for await (const { key } of onlyIn(lying(), named)) {
    await place.store.hide(place.bucket, [data + key]);
    removedItems++;
  }
  return { removedItems };
}

interface ShardsLeft {
  /** Absent when an earlier attempt has hidden it. */
  readonly index?: ManifestIndex;
  readonly numbers: readonly number[];
}

async function shardsLeft(place: ManifestPlace, { point }: DiscardSpec): Promise<ShardsLeft> {
  try {
    const index = await readIndex(place, point.content?.root);
    return { index, numbers: index.shards.map((entry) => entry.shard) };
  } catch (error) {
    if (!(error instanceof ManifestIncomplete)) throw error;
  }
  const numbers: number[] = [];
  for await (const { key } of place.store.list(place.bucket, manifestPrefix(place.cluster, place.id))) {
    const shard = /shard-(\d+)\.jsonl\.gz$/.exec(key)?.[1];
    if (shard !== undefined) numbers.push(Number(shard));
  }
  return { numbers };
}

const digestOf = (entry: ShardEntry): string => entry.digest;

async function requireWhole(place: ManifestPlace, entries: readonly ShardEntry[]): Promise<void> {
  for await (const { lines } of readShards(place, entries)) void lines;
}

/** The vault key of an item to remove; a line that names a place outside its cluster is never followed. */
function itemOf(ports: ObjectsPorts, place: ManifestPlace, line: ManifestLine): string {
  invariant(
    line.since.startsWith(`${place.cluster}-`) && looksLikeRecoveryPointId(line.since),
    'an item lies under a recovery point of its own cluster',
    { cluster: place.cluster, since: line.since },
  );
  return vaultKey(ports, place.cluster, line);
}
