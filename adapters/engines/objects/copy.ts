import type { CopySpec, Cursor, Step, Verdict } from '../../../core/engines/driver.ts';
import { invariant } from '../../../core/errors/assert.ts';
import { ChecksumMismatch, RootMismatch } from '../../../core/errors/registry.ts';
import type { ManifestIndex, ShardEntry } from '../../../core/manifest/index-file.ts';
import { indexKey, shardKey } from '../../../core/manifest/layout.ts';
import type { ManifestLine } from '../../../core/manifest/line.ts';
import { pointRoot, shardRoot } from '../../../core/manifest/merkle.ts';
import { allOf, inOrder } from '../shared/bounded.ts';
import {
  copyShardFile,
  digestOf,
  type ManifestPlace,
  readIndex,
  readLines,
  readPlan,
  readShard,
  readShards,
  type Shard,
  writeIndex,
  writePlan,
} from '../shared/manifest-io.ts';
import { sha256 } from '../shared/sha256.ts';
import { eachShardAlone } from './named-elsewhere.ts';
import { COPIES_IN_FLIGHT, LAP, type ObjectsPorts, placeOf, vaultKey } from './ports.ts';

/** A lap may look at this many times the shards that it may hand out: most of them are unchanged and cost one write. */
const LOOKS_PER_SHARD = 3;

/** Shards read ahead when nothing but reading is done. */
const READ_AHEAD = 8;

/** Where a copy stands between two laps, and what it has to move so far. */
interface CopyPosition {
  nextShard: number;
  /** The manifest that `baseShard` is a place in: a younger point may be proven between two laps. */
  base: string;
  baseShard: number;
  newItems: number;
  newBytes: number;
}

const START: CopyPosition = { nextShard: 0, base: '', baseShard: 0, newItems: 0, newBytes: 0 };

interface Places {
  readonly from: ManifestPlace;
  readonly to: ManifestPlace;
  readonly index: ManifestIndex;
}

export async function beginCopy(ports: ObjectsPorts, spec: CopySpec): Promise<Step> {
  return copyLap(ports, spec, { ...START });
}

export async function pollCopy(ports: ObjectsPorts, spec: CopySpec, cursor: Cursor): Promise<Step> {
  return copyLap(ports, spec, { ...START, ...cursor });
}

async function placesOf(ports: ObjectsPorts, spec: CopySpec): Promise<Places> {
  const { point, cluster } = spec;
  invariant(point.content, 'a point that is copied has been sealed', { recoveryPoint: point.id });
  const from = placeOf(ports, point.region, cluster.name, point.id);
  const to = placeOf(ports, spec.region, cluster.name, point.id);
  return { from, to, index: await readIndex(from, point.content.root) };
}

/**
 * Looks at the next shards. What the base names in the target region is there already; a shard with nothing else is
 * written there at once, and the others are handed out, each with a plan of what is to be moved.
 */
async function copyLap(ports: ObjectsPorts, spec: CopySpec, position: CopyPosition): Promise<Step> {
  const places = await placesOf(ports, spec);
  const first = position.nextShard;
  const handedOut: number[] = [];
  const { shards: most } = ports.lap ?? LAP;
  const mayGoOn = (): boolean =>
    handedOut.length < most && position.nextShard - first < most * LOOKS_PER_SHARD;
  await eachShardAlone(
    upTo(readShards(places.from, places.index.shards, first), mayGoOn),
    await baseLines(ports, spec, position),
    async ({ shard }, missing) => {
      if (missing.length === 0) await copyShardFile(places.from, places.to, shard);
      else {
        await writePlan(places.to, shard, missing);
        handedOut.push(shard);
      }
      position.newItems += missing.length;
      position.newBytes += missing.reduce((bytes, line) => bytes + line.bytes, 0);
      position.nextShard = shard + 1;
    },
  );
  const cursor: Cursor = { ...position };
  const doing = `${position.nextShard} of ${places.index.shards.length} shards looked at, ${position.newItems} objects to copy`;
  if (handedOut.length > 0) return { outcome: 'shards', shards: handedOut, doing, cursor };
  if (position.nextShard < places.index.shards.length)
    return { outcome: 'running', pollAfterSeconds: 1, doing, cursor };
  return {
    outcome: 'ready',
    cursor,
    ...(spec.point.takenAt !== undefined && { takenAt: spec.point.takenAt }),
  };
}

async function* upTo(shards: AsyncIterable<Shard>, mayGoOn: () => boolean): AsyncGenerator<Shard> {
  for await (const shard of shards) {
    if (!mayGoOn()) return;
    yield shard;
  }
}

/**
 * Exactly what the base names. That a line's `since` is older than the base would not do: a point that was captured
 * beside the base, or is older than it, names items that never came to this region.
 */
async function baseLines(
  ports: ObjectsPorts,
  spec: CopySpec,
  position: CopyPosition,
): Promise<AsyncIterable<ManifestLine>[]> {
  const { base } = spec;
  if (!base) return [];
  const place = placeOf(ports, spec.region, spec.cluster.name, base.id);
  const { shards } = await readIndex(place, base.content?.root);
  if (position.base !== base.id) Object.assign(position, { base: base.id, baseShard: 0 });
  async function* lines(): AsyncGenerator<ManifestLine> {
    const reading = { shard: position.baseShard };
    for await (const line of readLines(place, shards, reading)) {
      position.baseShard = reading.shard;
      yield line;
    }
  }
  return [lines()];
}

/** Moves what one plan names from vault to vault, compares every checksum, and then writes the shard. */
export async function copyShard(ports: ObjectsPorts, spec: CopySpec, shard: number): Promise<void> {
  const { point, cluster } = spec;
  const from = placeOf(ports, point.region, cluster.name, point.id);
  const to = placeOf(ports, spec.region, cluster.name, point.id);
  const plan = await readPlan(to, shard);
  await allOf(plan, COPIES_IN_FLIGHT, (line) =>
    copyItem(from, to, vaultKey(ports, cluster.name, line), line),
  );
  await copyShardFile(from, to, shard);
}

async function copyItem(
  from: ManifestPlace,
  to: ManifestPlace,
  key: string,
  line: ManifestLine,
): Promise<void> {
  const { checksum } = await to.store.copy({
    from: { bucket: from.bucket, key },
    to: { bucket: to.bucket, key },
    bytes: line.bytes,
    createOnly: true,
  });
  if (checksum === line.checksum) return;
  throw new ChecksumMismatch(
    `the copy of ${JSON.stringify(line.key)} at s3://${to.bucket}/${key} has checksum ${checksum} and the manifest says ${line.checksum}; compare it with s3://${from.bucket}/${key} before anything is copied again`,
    { key, found: checksum, expected: line.checksum },
  );
}

/** Computes the root of the manifest that lies in the target region; equal, it gets its index there. */
export async function prove(ports: ObjectsPorts, spec: CopySpec): Promise<Verdict> {
  const { to, index } = await placesOf(ports, spec);
  const roots: string[] = [];
  const found = inOrder(index.shards, READ_AHEAD, async (expected) => ({
    expected,
    digest: await digestOf(to, expected.shard),
  }));
  for await (const { expected, digest } of found) {
    // The same text has the same lines, and so the same root.
    if (digest !== expected.digest) throw await otherShard(to, expected);
    roots.push(expected.root);
  }
  const root = pointRoot(roots, sha256);
  if (root !== index.root)
    throw mismatch(`s3://${to.bucket}/${indexKey(to.cluster, to.id)}`, root, index.root);
  await writeIndex(to, index);
  return { sound: true, index };
}

async function otherShard(to: ManifestPlace, expected: ShardEntry): Promise<RootMismatch> {
  const root = shardRoot(await readShard(to, expected.shard), sha256);
  return mismatch(`s3://${to.bucket}/${shardKey(to.cluster, to.id, expected.shard)}`, root, expected.root);
}

const mismatch = (where: string, found: string, expected: string): RootMismatch =>
  new RootMismatch(`${where} has root ${found} and the recovery point has ${expected}; copy it again`, {
    found,
    expected,
  });
