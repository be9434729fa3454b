import type { CopySpec, Cursor, Step, Verdict } from '../../../core/engines/driver.ts';
import { invariant } from '../../../core/errors/assert.ts';
import { ChecksumMismatch, RootMismatch } from '../../../core/errors/registry.ts';
import type { ManifestIndex, ShardEntry } from '../../../core/manifest/index-file.ts';
import type { ManifestLine } from '../../../core/manifest/line.ts';
import { shardRoot } from '../../../core/manifest/merkle.ts';
import { parseShard } from '../../../core/manifest/shards.ts';
import { allOf, inOrder } from '../shared/bounded.ts';
import {
  copyShardFile,
  type ManifestPlace,
  readIndex,
  readPlan,
  readShards,
  readShardText,
  writeIndex,
  writePlan,
} from '../shared/manifest-io.ts';
import { sha256 } from '../shared/sha256.ts';
import { BaseUnreadable, type CopyPosition, copyBaseLines, copyBaseOf, START } from './copy-base.ts';
import { eachShardAlone } from './named-elsewhere.ts';
import { COPIES_IN_FLIGHT, LAP, type ObjectsPorts, placeOf, vaultKey } from './ports.ts';

/** A lap may look at this many times the shards that it may hand out: most of them are unchanged and cost one write. */
export const LOOKS_PER_SHARD = 3;

/** Shards read ahead when nothing but reading is done. */
const READ_AHEAD = 8;

interface Places {
  readonly from: ManifestPlace;
  readonly to: ManifestPlace;
  readonly index: ManifestIndex;
}

export async function beginCopy(ports: ObjectsPorts, spec: CopySpec): Promise<Step> {
  return copyOn(ports, spec, { ...START });
}

export async function pollCopy(ports: ObjectsPorts, spec: CopySpec, cursor: Cursor): Promise<Step> {
  return copyOn(ports, spec, { ...START, ...cursor });
}

async function placesOf(ports: ObjectsPorts, spec: CopySpec): Promise<Places> {
  const { point, cluster } = spec;
  invariant(point.content, 'a point that is copied has been sealed', { recoveryPoint: point.id });
  const from = placeOf(ports, point.region, cluster.name, point.id);
  const to = placeOf(ports, spec.region, cluster.name, point.id);
  return { from, to, index: await readIndex(from, point.content.root) };
}

/** A base that cannot be read in the target region costs requests, and must not stop the copies that come after it. */
async function copyOn(ports: ObjectsPorts, spec: CopySpec, position: CopyPosition): Promise<Step> {
  const start = { ...position };
  try {
    return await copyLap(ports, spec, position);
  } catch (error) {
    if (!(error instanceof BaseUnreadable)) throw error;
    return copyLap(ports, spec, { ...start, unreadable: error.base });
  }
}

/**
 * Looks at the next shards. A shard that the base's manifest in the target region holds word for word, and one whose
 * items the base all names, needs nothing but its own file there; the others are handed out, each with a plan of what
 * is to be moved.
 */
async function copyLap(ports: ObjectsPorts, spec: CopySpec, position: CopyPosition): Promise<Step> {
  const { from, to, index } = await placesOf(ports, spec);
  const base = await copyBaseOf(ports, spec, position);
  const there = new Set(base?.shards.map(({ digest }) => digest));
  const lap = window(index.shards.slice(position.nextShard), there, (ports.lap ?? LAP).shards);
  const unchanged = lap.filter(({ digest }) => there.has(digest));
  await allOf(unchanged, COPIES_IN_FLIGHT, ({ shard }) => copyShardFile(from, to, shard));
  const handedOut: number[] = [];
  const changed = lap.filter(({ digest }) => !there.has(digest));
  const here = new Set(index.shards.map(({ digest }) => digest));
  await eachShardAlone(
    readShards(from, changed),
    base ? [copyBaseLines(base, here, position)] : [],
    async ({ shard }, missing) => {
      if (missing.length === 0) await copyShardFile(from, to, shard);
      else {
        await writePlan(to, shard, missing);
        handedOut.push(shard);
      }
      position.newItems += missing.length;
      position.newBytes += missing.reduce((bytes, line) => bytes + line.bytes, 0);
    },
  );
  position.nextShard += lap.length;
  const cursor: Cursor = { ...position };
  const doing = `${position.nextShard} of ${index.shards.length} shards looked at, ${position.newItems} objects to copy`;
  if (handedOut.length > 0) return { outcome: 'shards', shards: handedOut, doing, cursor };
  if (position.nextShard < index.shards.length)
    return { outcome: 'running', pollAfterSeconds: 1, doing, cursor };
  return {
    outcome: 'ready',
    cursor,
    ...(spec.point.takenAt !== undefined && { takenAt: spec.point.takenAt }),
  };
}

/** As many of the next shards as a lap may hand out, with the unchanged ones between them. */
function window(
  shards: readonly ShardEntry[],
  there: ReadonlySet<string>,
  most: number,
): readonly ShardEntry[] {
  let changed = 0;
  const end = shards.findIndex(({ digest }, n) => {
    if (!there.has(digest)) changed++;
    return changed > most || n >= most * LOOKS_PER_SHARD;
  });
  return end < 0 ? shards : shards.slice(0, end);
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
  const put = (createOnly: boolean) =>
    to.store.copy({
      from: { bucket: from.bucket, key },
      to: { bucket: to.bucket, key },
      bytes: line.bytes,
      createOnly,
    });
  const first = await put(true);
  // What an earlier try left there wrong no proven point names: it is replaced, or every later copy would stumble on it.
  const wrongBefore = first.outcome !== 'copied' && first.checksum !== line.checksum;
  const { checksum } = wrongBefore ? await put(false) : first;
  if (checksum === line.checksum) return;
  throw new ChecksumMismatch(
    `the copy of ${JSON.stringify(line.key)} at s3://${to.bucket}/${key} has checksum ${checksum} and the manifest says ${line.checksum}; compare it with s3://${from.bucket}/${key} before anything is copied again`,
    { key, found: checksum, expected: line.checksum },
  );
}

/** Compares every shard that lies in the target region with the index; equal, it gets that index there. */
export async function prove(ports: ObjectsPorts, spec: CopySpec): Promise<Verdict> {
  const { to, index } = await placesOf(ports, spec);
  const found = inOrder(index.shards, READ_AHEAD, ({ shard }) => readShardText(to, shard));
  for await (const { shard, text, digest, where } of found) {
    const expected = index.shards[shard]!;
    if (digest !== expected.digest)
      throw mismatch(where, shardRoot(parseShard(text, where), sha256), expected.root);
  }
  await writeIndex(to, index);
  return { sound: true, index };
}

const mismatch = (where: string, found: string, expected: string): RootMismatch =>
  new RootMismatch(`${where} has root ${found} and the recovery point has ${expected}; copy it again`, {
    found,
    expected,
  });
