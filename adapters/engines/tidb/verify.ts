import type { CaptureSpec, Cursor, Verdict } from '../../../core/engines/driver.ts';
import { invariant } from '../../../core/errors/assert.ts';
import type { ManifestIndex } from '../../../core/manifest/index-file.ts';
import { indexOf } from '../../../core/manifest/merkle.ts';
import { placeOf } from '../objects/ports.ts';
import { type ManifestPlace, writeIndex } from '../shared/manifest-io.ts';
import { type FoundFiles, notCaptured, readBack } from '../shared/read-back.ts';
import { sha256 } from '../shared/sha256.ts';
import { snapshotIn } from './lineage.ts';
import { MARKER, type TidbPorts, tidbCluster } from './ports.ts';
import { type Captured, capturedIn } from './progress.ts';
import { instantOfTso, parseTso } from './tso.ts';

/** What reading a manifest back found besides its files. */
interface Seen {
  /** Bytes of the files that hold rows, which is what BR counts. */
  rowBytes: number;
  marker: boolean;
}

/** Reads every shard back, finds its files in the vault's listing, compares counts, and writes the index. */
export async function verifyCapture(ports: TidbPorts, spec: CaptureSpec, cursor: Cursor): Promise<Verdict> {
  const captured = capturedIn(cursor);
  const place = placeOf(ports, ports.home, spec.cluster.name, spec.point.id);
  await requireContinued(ports, spec, captured);
  const seen: Seen = { rowBytes: 0, marker: false };
  const found = await readBack(place, captured.listing, ({ key, bytes }) => {
    if (key === MARKER) seen.marker = true;
    if (key.endsWith('.sst')) seen.rowBytes += bytes;
  });
  requireComplete(place, captured, seen);
  const index = describe(spec, captured, found);
  await writeIndex(place, index);
  return { sound: true, index };
}

function requireComplete(place: ManifestPlace, { size }: Captured, seen: Seen): void {
  if (!seen.marker) throw notCaptured(place, `its manifest has no ${MARKER}`);
  // More than BR counted may lie there: what a failed run left. Less means that something is missing.
  if (size > seen.rowBytes)
    throw notCaptured(place, `br wrote ${size} bytes, and the files in the vault have ${seen.rowBytes}`);
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
    throw notCaptured(
      place,
      `it is of cluster ${captured.clusterId} and continues ${base}, which is of cluster ${before.clusterId}; let a rule of kind full run`,
    );
  if (BigInt(captured.backupTs) <= BigInt(captured.last))
    throw notCaptured(place, `its timestamp ${captured.backupTs} is not after ${captured.last} of ${base}`);
}

function describe({ cluster, point }: CaptureSpec, captured: Captured, found: FoundFiles): ManifestIndex {
  const { version, filter } = tidbCluster(cluster);
  const { totals } = found;
  const tso = parseTso(captured.backupTs);
  invariant(tso !== undefined, 'the timestamp of a snapshot was read before its files were listed');
  const isIncremental = captured.last !== '';
  const parts = {
    ...totals,
    shards: found.entries,
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
  return indexOf({ ...point, takenAt: instantOfTso(tso) }, parts, sha256);
}
