import type { CaptureSpec, Cursor, Verdict } from '../../../core/engines/driver.ts';
import { CaptureFailed } from '../../../core/errors/registry.ts';
import type { ShardEntry } from '../../../core/manifest/index-file.ts';
import { pointPrefix } from '../../../core/manifest/layout.ts';
import type { ManifestLine } from '../../../core/manifest/line.ts';
import { indexOf } from '../../../core/manifest/merkle.ts';
import {
  addTotals,
  edgesOf,
  NO_TOTALS,
  parseShard,
  requireFollows,
  shardEntry,
  type Totals,
  totalsOf,
} from '../../../core/manifest/shards.ts';
import { allOf, inOrder } from '../shared/bounded.ts';
import {
  type ManifestPlace,
  readIndex,
  readShard,
  readShardText,
  writeIndex,
} from '../shared/manifest-io.ts';
import { sha256 } from '../shared/sha256.ts';
import { isUnreadable } from './base.ts';
import { COPIES_IN_FLIGHT, type ObjectsPorts, objectsCluster, placeOf, vaultKey } from './ports.ts';
import { planned } from './position.ts';
import { type Expected, firstDiscrepancy, type Segment, segmentsOf } from './segments.ts';

/** Shards read ahead per segment. */
const READ_AHEAD = 4;

/** What reading one stretch of a manifest found. */
interface Stretch {
  readonly entries: ShardEntry[];
  totals: Totals;
}

/**
 * Reads every shard back, finds each new item in the vault's listing, compares the counts with those of the inventory,
 * and writes the index.
 */
export async function verify(ports: ObjectsPorts, spec: CaptureSpec, cursor: Cursor): Promise<Verdict> {
  const { name, bucket, prefix } = objectsCluster(spec.cluster);
  const place = placeOf(ports, ports.home, name, spec.point.id);
  const plan = planned(cursor);
  const known = await knownShards(ports, spec);
  const stretches = await Promise.all(
    segmentsOf(plan.shards).map((segment) => verifySegment(ports, place, segment, known)),
  );
  const totals = stretches.map((stretch) => stretch.totals).reduce(addTotals, NO_TOTALS);
  requireTotals(plan, totals, spec.point.id);
  const shards = stretches.flatMap((stretch) => stretch.entries);
  const parts = {
    ...totals,
    shards,
    statistics: { objects: totals.items, bytes: totals.bytes },
    configuration: { bucket, prefix, region: ports.home },
  };
  const index = indexOf({ ...spec.point, takenAt: plan.takenAt }, parts, sha256);
  await writeIndex(place, index);
  return { sound: true, index };
}

/** Shards of the base by their digest: where one is found again, its root and counts need not be computed again. */
type Known = ReadonlyMap<string, ShardEntry>;

async function knownShards(ports: ObjectsPorts, spec: CaptureSpec): Promise<Known> {
  const { base } = spec.point;
  if (base === undefined) return new Map();
  try {
    const { shards } = await readIndex(placeOf(ports, ports.home, spec.cluster.name, base));
    return new Map(shards.map((entry) => [entry.digest, entry]));
  } catch (error) {
    if (isUnreadable(error)) return new Map();
    throw error;
  }
}

async function verifySegment(
  ports: ObjectsPorts,
  place: ManifestPlace,
  segment: Segment,
  known: Known,
): Promise<Stretch> {
  const before = segment.from > 0 ? await readShard(place, segment.from - 1) : [];
  const stretch: Stretch = { entries: [], totals: NO_TOTALS };
  const data = `${pointPrefix(place.cluster, place.id)}data/`;
  const last = before.at(-1)?.key;
  const difference = await firstDiscrepancy(
    () => place.store.list(place.bucket, data, last === undefined ? undefined : data + last),
    newItems(ports, place, segment, last, stretch, known),
    // A retried inventory may have left an object that no line names; the point is whole without it.
    'allowed',
  );
  if (!difference) return stretch;
  throw new CaptureFailed(
    difference.kind === 'size'
      ? `s3://${place.bucket}/${difference.key} has ${difference.listed} bytes and the manifest says ${difference.expected}; take the recovery point again`
      : `the manifest names an object that the vault does not hold: s3://${place.bucket}/${difference.key}; take the recovery point again`,
    { bucket: place.bucket, key: difference.key },
  );
}

/** Reads a stretch of shards, notes what it holds, and yields the new items under their readable vault keys. */
async function* newItems(
  ports: ObjectsPorts,
  place: ManifestPlace,
  segment: Segment,
  before: string | undefined,
  stretch: Stretch,
  known: Known,
): AsyncGenerator<Expected> {
  const numbers = Array.from({ length: segment.to - segment.from }, (_, n) => segment.from + n);
  let last = before;
  for await (const read of inOrder(numbers, READ_AHEAD, (shard) => readShardText(place, shard))) {
    const unchanged = known.get(read.digest);
    const lines = unchanged ? edgesOf(read.text, read.where) : parseShard(read.text, read.where);
    requireFollows(last, lines, read.where);
    last = lines.at(-1)?.key ?? last;
    stretch.entries.push(
      unchanged ? { ...unchanged, shard: read.shard } : shardEntry(read.shard, lines, sha256),
    );
    // What stands in the base word for word names nothing that this point stored.
    stretch.totals = addTotals(
      stretch.totals,
      unchanged
        ? { ...NO_TOTALS, items: unchanged.items, bytes: unchanged.bytes }
        : totalsOf(lines, place.id),
    );
    if (!unchanged) yield* storedHere(ports, place, lines);
  }
}

/** The lines that this point stored, under their vault keys. */
async function* storedHere(
  ports: ObjectsPorts,
  place: ManifestPlace,
  lines: readonly ManifestLine[],
): AsyncGenerator<Expected> {
  const data = `${pointPrefix(place.cluster, place.id)}data/`;
  const hashed: { readonly line: ManifestLine; readonly key: string }[] = [];
  for (const line of lines) {
    if (line.since !== place.id) continue;
    const key = vaultKey(ports, place.cluster, line);
    if (key.startsWith(data)) yield { key, bytes: line.bytes };
    else hashed.push({ line, key });
  }
  await allOf(hashed, COPIES_IN_FLIGHT, ({ line, key }) => requireItem(place, line, key));
}

/** Items under hashed keys are listed in no useful order, so these few are asked for one by one. */
async function requireItem(place: ManifestPlace, line: ManifestLine, key: string): Promise<void> {
  const checksum = await place.store.checksum(place.bucket, key);
  if (checksum === line.checksum) return;
  throw new CaptureFailed(
    `s3://${place.bucket}/${key} (${JSON.stringify(line.key)}) has checksum ${checksum ?? 'none: it is missing'} and the manifest says ${line.checksum}; take the recovery point again`,
    { bucket: place.bucket, key },
  );
}

function requireTotals(plan: ReturnType<typeof planned>, found: Totals, id: string): void {
  const { totals, supposed } = plan;
  // What was supposed to be in the vault may have turned out to be new, and nothing else.
  const unsure = { items: 0, bytes: 0, newItems: supposed.supposedItems, newBytes: supposed.supposedBytes };
  for (const name of ['items', 'bytes', 'newItems', 'newBytes'] as const) {
    const more = found[name] - totals[name];
    if (more >= 0 && more <= unsure[name]) continue;
    throw new CaptureFailed(
      `the manifest of ${id} has ${name} ${found[name]} and the inventory counted ${totals[name]}; take the recovery point again`,
      { recoveryPoint: id, counted: totals[name], found: found[name] },
    );
  }
}
