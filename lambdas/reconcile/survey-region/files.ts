import type { CopyRecord, RecoveryPoint } from '../../../core/catalog/recovery-point.ts';
import { ManifestAltered, ManifestIncomplete } from '../../../core/errors/registry.ts';
import { partsOf, type RecoveryPointId } from '../../../core/ids/names.ts';
import { indexKey, manifestPrefix, pointPrefix } from '../../../core/manifest/layout.ts';
import { type Difference, GRACE } from '../../../core/reconcile/difference.ts';
import { comparedWith, standingOf } from '../../../core/reconcile/standing.ts';
import { days, type Instant } from '../../../core/time/instant.ts';
import { isHeld } from '../holds-over.ts';
import type { Position } from '../plan-file.ts';
import type { Records } from './records.ts';
import type { SurveyPorts } from './survey.ts';

/** How much of a vault one lap looks at. The machine comes again for the rest. */
export interface FilesLap {
  readonly files: number;
  readonly pages: number;
}

/**
 * A hundred thousand keys are some 20 MB, in memory as in the plan when all of them go; a page takes S3 some 100 ms, so
 * listing takes 20 s, and reading the manifests of ten million objects beside it some minutes.
 */
export const FILES_LAP: FilesLap = { files: 100_000, pages: 200 };
/**
 * Folders without a living record, mostly of discarded points whose items live on under their name: so many are looked
 * at in a run, beginning further on each day, until all have had their turn.
 */
export const ENDED_PER_RUN = 200;

interface Folder {
  readonly id: RecoveryPointId;
  readonly kept: boolean;
  readonly why: string;
  readonly keepers: readonly RecoveryPointId[];
}

export interface FilesLooked {
  readonly differences: readonly Difference[];
  readonly left: readonly string[];
  /** Where to go on; absent when the cluster's files have been looked at. */
  readonly next?: Position;
  readonly files: number;
}

/** Compares the folders of one cluster in this region's vault, from a position on. */
export async function lookAtFiles(
  records: Records,
  from: Position,
  ports: Pick<SurveyPorts, 'region' | 'catalog' | 'stock' | 'lap'>,
  now: Instant,
): Promise<FilesLooked> {
  const { cluster, holds } = records;
  const { region, stock, lap = FILES_LAP } = ports;
  const { folders, forgotten, left } = await foldersToCompare(records, ports, now);
  // A whole point that the catalog does not know says that the catalog is not whole: nothing is removed on its word.
  if (forgotten.length > 0)
    return { differences: forgotten.map((id) => unknownPoint(cluster, region, id)), left, files: 0 };
  const start = from.cluster === cluster ? from : { folder: '', key: '' };
  const lying = new Map<Folder, string[]>();
  let files = 0;
  let pages = 0;
  let next: Position | undefined;
  for (const folder of folders) {
    if (folder.id < start.folder || isHeld(holds, folder.id)) continue;
    const manifest = manifestPrefix(cluster, folder.id);
    let after = folder.id === start.folder && start.key !== '' ? start.key : undefined;
    do {
      if (files >= lap.files || pages >= lap.pages) {
        next = { cluster, folder: folder.id, key: after ?? '' };
        break;
      }
      const page = await stock.objects(region, pointPrefix(cluster, folder.id), after);
      const old = page.objects.filter(
        ({ key, modifiedAt }) => now - modifiedAt >= GRACE && !(folder.kept && key.startsWith(manifest)),
      );
      lying.set(folder, [...(lying.get(folder) ?? []), ...old.map(({ key }) => key)]);
      files += page.objects.length;
      pages++;
      after = page.next;
    } while (after !== undefined);
    if (next) break;
  }
  const compared = await compare(records, lying, ports);
  return {
    differences: compared.differences,
    left: [...left, ...compared.left],
    files,
    ...(next && { next }),
  };
}

async function compare(
  { cluster }: Records,
  lying: ReadonlyMap<Folder, readonly string[]>,
  { region, stock }: Pick<SurveyPorts, 'region' | 'stock'>,
): Promise<Pick<FilesLooked, 'differences' | 'left'>> {
  const differences: Difference[] = [];
  const left: string[] = [];
  const groups = Map.groupBy(lying, ([{ keepers }]) => keepers.join(' '));
  for (const folders of groups.values()) {
    const [[first]] = folders as [[Folder, readonly string[]]];
    const keys = new Set(folders.flatMap(([, some]) => some));
    if (keys.size === 0) continue;
    try {
      const unnamed = await stock.unnamed(region, cluster, keys, first.keepers);
      for (const [folder, some] of folders) {
        const nobodys = some.filter((key) => unnamed.has(key));
        if (nobodys.length > 0) differences.push(unclaimed(cluster, region, folder, nobodys));
      }
    } catch (error) {
      if (!(error instanceof ManifestIncomplete || error instanceof ManifestAltered)) throw error;
      left.push(`${folders.length} folders of ${cluster}, because ${error.message}`);
    }
  }
  return { differences, left };
}

const unclaimed = (
  cluster: string,
  region: string,
  { id, why, keepers }: Folder,
  keys: readonly string[],
): Difference => ({
  class: 'files-unclaimed',
  cluster,
  region,
  recoveryPoint: id,
  reason: {
    name: 'FilesUnclaimed',
    message: `${keys.length} files under ${pointPrefix(cluster, id)} are named by no kept recovery point: ${why}`,
  },
  fix: { kind: 'discard-files', keys, keepers },
});

const unknownPoint = (cluster: string, region: string, id: RecoveryPointId): Difference => ({
  class: 'point-unknown',
  cluster,
  region,
  recoveryPoint: id,
  reason: {
    name: 'PointUnknown',
    message: `the vault of ${region} has a whole manifest at ${indexKey(cluster, id)}, and the catalog has no such recovery point; nothing of ${cluster} is removed until that is settled`,
  },
  fix: { kind: 'nobody' },
});

async function foldersToCompare(
  { cluster, points, copies }: Records,
  { region, catalog, stock }: Pick<SurveyPorts, 'region' | 'catalog' | 'stock'>,
  now: Instant,
): Promise<{ folders: Folder[]; forgotten: RecoveryPointId[]; left: string[] }> {
  const here = copies.get(region) ?? [];
  const around = { points, copies: here };
  const pointOf = new Map(points.map((point) => [point.id, point]));
  const copyOf = new Map(here.map((copy) => [copy.id, copy]));
  const all = (await stock.folders(region, `${cluster}/`)).filter((id) => partsOf(id)?.cluster === cluster);
  const unlisted = all.filter((id) => !pointOf.has(id) && !copyOf.has(id));
  const turn = new Set(todaysShare(unlisted, now));
  const folders: Folder[] = [];
  const forgotten: RecoveryPointId[] = [];
  for (const id of all) {
    const listed = pointOf.has(id) || copyOf.has(id);
    if (!listed && !turn.has(id)) continue;
    // What is not listed may be discarded: its records lie elsewhere and are asked for one by one.
    const point = pointOf.get(id) ?? (await catalog.point(id));
    const copy = copyOf.get(id) ?? (await catalog.copy(id, region));
    const standing = standingOf(point, copy);
    if (standing === 'unknown' && (await stock.has(region, indexKey(cluster, id)))) forgotten.push(id);
    if (standing === 'kept' && point?.engine !== 'objects') continue;
    const keepers = comparedWith(id, point, copy, around, now);
    if (keepers) folders.push({ id, kept: standing === 'kept', why: whyOf(point, copy), keepers });
  }
  const waiting = unlisted.length - turn.size;
  const left = waiting > 0 ? [`${waiting} folders of ended points of ${cluster}, whose turn comes`] : [];
  return { folders, forgotten, left };
}

function todaysShare(ids: readonly RecoveryPointId[], now: Instant): readonly RecoveryPointId[] {
  if (ids.length <= ENDED_PER_RUN) return ids;
  const start = (Math.floor(now / days(1)) * ENDED_PER_RUN) % ids.length;
  return [...ids, ...ids].slice(start, start + ENDED_PER_RUN).sort();
}

function whyOf(point: RecoveryPoint | undefined, copy: CopyRecord | undefined): string {
  if (!point && !copy) return 'the catalog knows no point of this name';
  if (copy?.state === 'discarded') return 'its copy here is discarded';
  if (copy && standingOf(point, copy) === 'kept') return 'an earlier try of its capture left them';
  return `its capture ${point?.state === 'failed' ? 'failed' : 'is discarded'}`;
}
