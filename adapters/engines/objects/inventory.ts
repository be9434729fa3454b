import type { CaptureSpec, Cursor, Step } from '../../../core/engines/driver.ts';
import { invariant } from '../../../core/errors/assert.ts';
import { SourceNotVersioned } from '../../../core/errors/registry.ts';
import { compareWithPrevious, type Difference, type Found } from '../../../core/manifest/compare.ts';
import { beginningKey } from '../../../core/manifest/layout.ts';
import { compareKeys, type ManifestLine } from '../../../core/manifest/line.ts';
import { addTotals, NO_TOTALS, totalsOf } from '../../../core/manifest/shards.ts';
import type { ListedVersion, ObjectStore } from '../../../core/ports/object-store.ts';
import { earlier, type Instant, seconds, wholeSecond } from '../../../core/time/instant.ts';
import { inOrder } from '../shared/bounded.ts';
import {
  copyShardFile,
  type ManifestPlace,
  readLines,
  writePlan,
  writeShard,
} from '../shared/manifest-io.ts';
import { type Base, baseOf, cutLikeBase, isUnreadable, sameInBase } from './base.ts';
import { LAP, type Lap, type ObjectsPorts, objectsCluster, placeOf } from './ports.ts';
import { cursorOf, type Position, positionIn } from './position.ts';
import { addSupposed, isFinal, NOTHING_SUPPOSED, supposed } from './supposed.ts';

/** Shards are written while the listing goes on. */
const WRITES_IN_FLIGHT = 4;

/**
 * The instant that a recovery point restores: the last whole second before the capture began, by S3's own clock. A
 * function's clock may be off, and one that is ahead would claim writes that come after the listing. S3 tells times to
 * the second only, so a version of the current second could still get a younger sibling.
 */
async function pinInstant({ store, bucket, cluster, id }: ManifestPlace): Promise<Instant> {
  return earlier(wholeSecond(await store.mark(bucket, beginningKey(cluster, id))), seconds(1));
}

export async function beginInventory(ports: ObjectsPorts, spec: CaptureSpec): Promise<Step> {
  const { bucket } = objectsCluster(spec.cluster);
  invariant(spec.point.region === ports.home, 'objects are captured where they lie', {
    home: ports.home,
    region: spec.point.region,
  });
  if (!(await ports.store(ports.home).keepsVersions(bucket)))
    throw new SourceNotVersioned(
      `bucket ${bucket} keeps no versions, so no instant of it can be pinned; enable versioning on it and start the backup again`,
      { bucket },
    );
  return lap(ports, spec, {
    takenAt: await pinInstant(placeOf(ports, ports.home, spec.cluster.name, spec.point.id)),
    nextShard: 0,
    baseShard: 0,
    key: '',
    version: '',
    decided: '',
    ended: false,
    unreadable: '',
    totals: NO_TOTALS,
    supposed: NOTHING_SUPPOSED,
  });
}

export async function pollInventory(ports: ObjectsPorts, spec: CaptureSpec, cursor: Cursor): Promise<Step> {
  const position = positionIn(cursor);
  return position.ended
    ? { outcome: 'ready', cursor, takenAt: position.takenAt }
    : lap(ports, spec, position);
}

/**
 * A base whose manifest cannot be read must not stop the backups that come after it: what is left of the inventory is
 * taken without it, and its objects are stored anew. Whoever seals the point sets the base aside and says so.
 */
async function lap(ports: ObjectsPorts, spec: CaptureSpec, position: Position): Promise<Step> {
  const start = { ...position };
  try {
    return await lapFrom(ports, spec, position);
  } catch (error) {
    if (!isUnreadable(error) || start.unreadable !== '' || spec.point.base === undefined) throw error;
    return lapFrom(ports, spec, { ...start, unreadable: spec.point.base });
  }
}

/** One lap: lists on from where the last one stopped, and writes what it finds as shards. */
async function lapFrom(ports: ObjectsPorts, spec: CaptureSpec, position: Position): Promise<Step> {
  const place = placeOf(ports, ports.home, spec.cluster.name, spec.point.id);
  const toCopy: number[] = [];
  const base = position.unreadable === '' ? await baseOf(ports, spec) : undefined;
  const written = inOrder(draftShards(ports, spec, position, base), WRITES_IN_FLIGHT, async (draft) => {
    const complete = draft.lines.every(isFinal);
    const same = base && sameInBase(draft.lines, base);
    if (same !== undefined) await copyShardFile(base!.place, place, same, draft.shard);
    else await (complete ? writeShard : writePlan)(place, draft.shard, draft.lines);
    return { shard: draft.shard, complete };
  });
  for await (const { shard, complete } of written) if (!complete) toCopy.push(shard);
  const cursor = cursorOf(position);
  const doing = `${position.totals.items} objects listed, ${position.totals.newItems} of them new`;
  if (toCopy.length > 0) return { outcome: 'shards', shards: toCopy, doing, cursor };
  if (position.ended) return { outcome: 'ready', cursor, takenAt: position.takenAt };
  return { outcome: 'running', pollAfterSeconds: 1, doing, cursor };
}

interface Draft {
  readonly shard: number;
  readonly lines: ManifestLine[];
}

/** Merges what is listed with the base's manifest and cuts it into shards. Moves `position` along. */
async function* draftShards(
  ports: ObjectsPorts,
  spec: CaptureSpec,
  position: Position,
  base: Base | undefined,
): AsyncGenerator<Draft> {
  const cutter = cutLikeBase(base);
  const listed = stateAt(ports.store(ports.home), spec, position, ports.lap ?? LAP);
  const draft = (lines: ManifestLine[]): Draft => {
    position.totals = addTotals(position.totals, totalsOf(lines, spec.point.id));
    position.supposed = addSupposed(position.supposed, lines);
    return { shard: position.nextShard++, lines };
  };
  const lineOf = (difference: Exclude<Difference, { kind: 'removed' }>): ManifestLine => {
    const { kind, found } = difference;
    if (kind === 'unchanged' && !base?.ofAnother) return difference.line;
    return base?.ofAnother && kind !== 'added' && found.bytes === difference.line.bytes
      ? supposed(found, difference.line)
      : { ...found, checksum: '', since: spec.point.id };
  };
  const before = base ? baseLines(base, position, position.decided) : [];
  for await (const difference of compareWithPrevious(listed, before)) {
    if (difference.kind === 'removed') {
      // The listing has ended, for this lap or for good: what the base names beyond it is not looked at now.
      if (listed.ended()) break;
      continue;
    }
    for (const full of cutter.add(lineOf(difference))) yield draft(full);
  }
  const rest = cutter.rest();
  if (rest) yield draft(rest);
}

/** The base's lines from where this lap begins, behind the key that was decided last before it. */
async function* baseLines(
  { place, shards, shardOf }: Base,
  position: Position,
  decidedBefore: string,
): AsyncGenerator<ManifestLine> {
  const reading = { shard: position.baseShard };
  for await (const line of readLines(place, shards, reading)) {
    // The merge holds one line in hand: when it is this shard's first, every earlier shard is done with.
    position.baseShard = reading.shard;
    shardOf.set(line, reading.shard);
    if (compareKeys(line.key, decidedBefore) > 0) yield line;
  }
}

/**
 * The objects that were there at the instant, in the order of their keys: of each key the newest version that is not
 * younger, unless that is a delete marker. Stops at the end of a page when the lap's budget is used up.
 */
function stateAt(
  store: ObjectStore,
  spec: CaptureSpec,
  position: Position,
  budget: Lap,
): AsyncIterable<Found> & { ended(): boolean } {
  const { bucket, prefix } = objectsCluster(spec.cluster);
  const first = position.nextShard;
  let over = false;
  async function* pages(): AsyncGenerator<Found> {
    for (let page = 0; page < budget.pages && position.nextShard - first < budget.shards; page++) {
      const from = position.key === '' ? undefined : { key: position.key, version: position.version };
      const { versions, next } = await store.versions(bucket, prefix, from);
      for (const version of versions) {
        if (version.key === position.decided || version.modifiedAt > position.takenAt) continue;
        position.decided = version.key;
        if (!version.deleted) yield { key: version.key, version: versionName(version), bytes: version.bytes };
      }
      position.key = next?.key ?? '';
      position.version = next?.version ?? '';
      position.ended = next === undefined;
      if (position.ended) break;
    }
    over = true;
  }
  return { [Symbol.asyncIterator]: pages, ended: () => over };
}

const NULL_VERSION = 'null-';

/** The version `null` (written while versioning was off) can be overwritten in place, so its ETag tells which it is. */
const versionName = (listed: ListedVersion): string =>
  listed.version === 'null' ? NULL_VERSION + listed.etag : listed.version;

/** The reverse: what to ask S3 for. */
export const versionOf = (line: ManifestLine): { readonly version: string; readonly etag?: string } =>
  line.version.startsWith(NULL_VERSION)
    ? { version: 'null', etag: line.version.slice(NULL_VERSION.length) }
    : { version: line.version };
