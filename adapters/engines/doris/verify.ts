import type { CaptureSpec, Cursor, Verdict } from '../../../core/engines/driver.ts';
import type { ManifestIndex } from '../../../core/manifest/index-file.ts';
import { indexOf } from '../../../core/manifest/merkle.ts';
import { instant, iso, wholeSecond } from '../../../core/time/instant.ts';
import { placeOf } from '../objects/ports.ts';
import { type ManifestPlace, writeIndex } from '../shared/manifest-io.ts';
import { type FoundFiles, notCaptured, readBack } from '../shared/read-back.ts';
import { sha256 } from '../shared/sha256.ts';
import { labelsOf, takenAtOf } from './capture.ts';
import { type DorisPorts, dorisCluster, repositoryFolder, repositoryOf, snapshotFolder } from './ports.ts';
import { type Captured, capturedIn } from './progress.ts';
import { isMarker, isMeta, timestampOf } from './snapshots.ts';

/** Reads every shard back, finds its files in the vault's listing, looks for what makes each snapshot whole, and writes the index. */
export async function verifyCapture(ports: DorisPorts, spec: CaptureSpec, cursor: Cursor): Promise<Verdict> {
  const captured = capturedIn(cursor);
  const place = placeOf(ports, ports.home, spec.cluster.name, spec.point.id);
  const notes: string[] = [];
  const found = await readBack(place, captured.listing, ({ key }) => {
    const name = key.slice(key.lastIndexOf('/') + 1);
    if (isMarker(name) || isMeta(name) || name === '__repo_info') notes.push(key);
  });
  requireComplete(place, spec, captured, notes);
  const index = describe(spec, captured, found);
  await writeIndex(place, index);
  return { sound: true, index };
}

/**
 * Without any of these Doris restores nothing, and of two it restores neither: it expects one file of each
 * (contract, section 2.1).
 */
function requireComplete(
  place: ManifestPlace,
  spec: CaptureSpec,
  captured: Captured,
  notes: readonly string[],
): void {
  const info = `${repositoryFolder(spec.point.id)}__repo_info`;
  if (!notes.includes(info)) throw notCaptured(place, `its manifest has no ${info}`);
  for (const [database, label] of labelsOf(spec, captured)) {
    const folder = snapshotFolder(spec.point.id, label);
    const inIt = notes.flatMap((key) => (key.startsWith(folder) ? [key.slice(folder.length)] : []));
    for (const [what, is] of [
      ['__info_', isMarker],
      ['__meta', isMeta],
    ] as const) {
      const files = inIt.filter(is);
      if (files.length !== 1)
        throw notCaptured(
          place,
          `the snapshot of ${database} has ${files.length} files ${what} in ${folder}, and Doris takes one`,
        );
    }
    const timestamp = timestampOf(inIt.find(isMarker)!);
    const expected = captured.turns.get(database)!.timestamp;
    if (timestamp !== expected)
      throw notCaptured(place, `the snapshot of ${database} is of ${timestamp}, and was of ${expected}`);
  }
}

/** What a restore has to know of each database, and cannot ask a frontend that is gone. */
export interface CapturedDatabase {
  readonly label: string;
  readonly timestamp: string;
  /** What was committed before is in it. */
  readonly takenAt: string;
  readonly tables: number;
  readonly views: number;
}

export type CapturedDatabases = Readonly<Record<string, CapturedDatabase>>;

function describe(spec: CaptureSpec, captured: Captured, found: FoundFiles): ManifestIndex {
  const { cluster, point } = spec;
  const { version, databases } = dorisCluster(cluster);
  const { totals } = found;
  const labels = labelsOf(spec, captured);
  const taken: CapturedDatabases = Object.fromEntries(
    [...captured.turns].map(([database, { timestamp, taken, tables, views }]) => [
      database,
      { label: labels.get(database)!, timestamp, takenAt: iso(wholeSecond(instant(taken))), tables, views },
    ]),
  );
  const turns = [...captured.turns.values()];
  const parts = {
    ...totals,
    shards: found.entries,
    statistics: {
      files: totals.items,
      bytes: totals.bytes,
      databases: turns.length,
      tables: turns.reduce((sum, { tables }) => sum + tables, 0),
      views: turns.reduce((sum, { views }) => sum + views, 0),
      frontendVersion: captured.version,
      frontendTimeZone: captured.zone,
    },
    configuration: { version, repository: repositoryOf(point.id), selection: databases, databases: taken },
  };
  return indexOf({ ...point, takenAt: takenAtOf(captured) }, parts, sha256);
}
