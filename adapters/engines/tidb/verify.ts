import type { CaptureSpec, Cursor, Verdict } from '../../../core/engines/driver.ts';
import { invariant } from '../../../core/errors/assert.ts';
import { CaptureFailed } from '../../../core/errors/registry.ts';
import type { ManifestIndex, ShardEntry } from '../../../core/manifest/index-file.ts';
import { pointRoot } from '../../../core/manifest/merkle.ts';
import {
  addTotals,
  NO_TOTALS,
  parseShard,
  requireFollows,
  shardEntry,
  type Totals,
  totalsOf,
} from '../../../core/manifest/shards.ts';
import { placeOf } from '../objects/ports.ts';
import { type Expected, firstDiscrepancy } from '../objects/segments.ts';
import { inOrder } from '../shared/bounded.ts';
import { type ManifestPlace, readShardText, writeIndex } from '../shared/manifest-io.ts';
import { sha256 } from '../shared/sha256.ts';
import { snapshotIn } from './lineage.ts';
import { dataPrefix, MARKER, type TidbPorts, tidbCluster } from './ports.ts';
import { type Captured, capturedIn } from './progress.ts';
import { instantOfTso, parseTso } from './tso.ts';

const READ_AHEAD = 8;

/** What reading a manifest back found. */
interface Found {
  readonly entries: ShardEntry[];
  totals: Totals;
  /** Bytes of the files that hold rows, which is what BR counts. */
  rowBytes: number;
  marker: boolean;
}

/** Reads every shard back, finds its files in the vault's listing, compares counts, and writes the index. */
export async function verifyCapture(ports: TidbPorts, spec: CaptureSpec, cursor: Cursor): Promise<Verdict> {
  const captured = capturedIn(cursor);
  const place = placeOf(ports, ports.home, spec.cluster.name, spec.point.id);
  await requireContinued(ports, spec, captured);
  const found = await readBack(place, captured);
  requireComplete(place, captured, found);
  const index = indexOf(spec, captured, found);
  await writeIndex(place, index);
  return { sound: true, index };
}

async function readBack(place: ManifestPlace, { listing }: Captured): Promise<Found> {
  const data = dataPrefix(place.cluster, place.id);
  const found: Found = { entries: [], totals: NO_TOTALS, rowBytes: 0, marker: false };
  const difference = await firstDiscrepancy(
    () => place.store.list(place.bucket, data),
    filesOf(place, listing.nextShard, found),
    // BR's scratch lies there too, and what a node wrote late for a run that had failed.
    'allowed',
  );
  if (!difference) return found;
  throw failed(
    place,
    difference.kind === 'size'
      ? `s3://${place.bucket}/${difference.key} has ${difference.listed} bytes and had ${difference.expected} when it was listed`
      : `the manifest names a file that the vault does not hold: s3://${place.bucket}/${difference.key}`,
  );
}

async function* filesOf(place: ManifestPlace, shards: number, found: Found): AsyncGenerator<Expected> {
  const data = dataPrefix(place.cluster, place.id);
  let last: string | undefined;
  const texts = inOrder(Array.from({ length: shards }).keys(), READ_AHEAD, (shard) =>
    readShardText(place, shard),
  );
  for await (const { shard, text, where } of texts) {
    const lines = parseShard(text, where);
    requireFollows(last, lines, where);
    last = lines.at(-1)?.key ?? last;
    found.entries.push(shardEntry(shard, lines, sha256));
    found.totals = addTotals(found.totals, totalsOf(lines, place.id));
    for (const { key, bytes } of lines) {
      if (key === MARKER) found.marker = true;
      if (key.endsWith('.sst')) found.rowBytes += bytes;
      yield { key: data + key, bytes };
    }
  }
}

function requireComplete(place: ManifestPlace, { listing, size }: Captured, found: Found): void {
  if (!found.marker) throw failed(place, `its manifest has no ${MARKER}`);
  for (const name of ['items', 'bytes'] as const)
    if (listing.totals[name] !== found.totals[name])
      throw failed(
        place,
        `its manifest has ${name} ${found.totals[name]} and ${listing.totals[name]} were listed`,
      );
  // More than BR counted may lie there: what a failed run left. Less means that something is missing.
  if (size > found.rowBytes)
    throw failed(place, `br wrote ${size} bytes, and the files in the vault have ${found.rowBytes}`);
}

/** A snapshot continues one of the same cluster: under a name that was given to a new cluster it would be worth nothing. */
async function requireContinued(ports: TidbPorts, spec: CaptureSpec, captured: Captured): Promise<void> {
  if (captured.last === '') return;
  const { base } = spec.point;
  invariant(base !== undefined, 'an incremental snapshot continues its base', {
    recoveryPoint: spec.point.id,
  });
  const place = placeOf(ports, ports.home, spec.cluster.name, spec.point.id);
  const before = await snapshotIn(placeOf(ports, ports.home, spec.cluster.name, base));
  if (before.clusterId !== captured.clusterId)
    throw failed(
      place,
      `it is of cluster ${captured.clusterId} and continues ${base}, which is of cluster ${before.clusterId}; let a rule of kind full run`,
    );
  if (BigInt(captured.backupTs) <= BigInt(captured.last))
    throw failed(place, `its timestamp ${captured.backupTs} is not after ${captured.last} of ${base}`);
}

const failed = ({ id }: ManifestPlace, what: string): CaptureFailed =>
  new CaptureFailed(`${id} is not what was captured: ${what}; take the recovery point again`, {
    recoveryPoint: id,
  });

function indexOf({ cluster, point }: CaptureSpec, captured: Captured, found: Found): ManifestIndex {
  const { entries, totals } = found;
  const { version, filter } = tidbCluster(cluster);
  const root = pointRoot(
    entries.map((entry) => entry.root),
    sha256,
  );
  const tso = parseTso(captured.backupTs);
  invariant(tso !== undefined, 'the timestamp of a snapshot was read before its files were listed');
  const isIncremental = captured.last !== '';
  return {
    format: 1,
    recoveryPoint: {
      ...point,
      takenAt: instantOfTso(tso),
      content: { root, shards: entries.length, ...totals },
    },
    root,
    ...totals,
    shards: entries,
    statistics: {
      // Text: they have more digits than a number holds.
      backupTs: captured.backupTs,
      clusterId: captured.clusterId,
      ...(isIncremental && { startTs: captured.last }),
      increments: captured.increments,
      files: totals.items,
      bytes: totals.bytes,
      ...(captured.size >= 0 && { size: captured.size }),
      brVersion: version,
      ...(captured.instead !== '' && { fullInstead: captured.instead }),
    },
    configuration: { version, filter, ...(isIncremental && { base: point.base }) },
  };
}
