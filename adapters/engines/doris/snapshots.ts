import {
  CaptureFailed,
  type HoldfastError,
  ServiceUnavailable,
  TargetNotUsable,
} from '../../../core/errors/registry.ts';
import type { RecoveryPointId } from '../../../core/ids/names.ts';
import { dataPrefix } from '../../../core/manifest/layout.ts';
import type { Place, SqlRefusal } from '../../../core/ports/reach.ts';
import type { ManifestPlace } from '../shared/manifest-io.ts';
import { type Contents, contentsIn, snapshotIn } from './answers.ts';
import { ask, type DorisPorts, repositoryFolder, repositoryOf, rowsOf, snapshotFolder } from './ports.ts';
import { refusalOf, says } from './refusals.ts';

const TIMESTAMP = /^\d{4}(-\d{2}){5}$/;

/** `__info_<timestamp>.<md5>`: written last, so a snapshot that has it is complete. */
const MARKER = /^__info_(\d{4}(?:-\d{2}){5})\.[0-9a-f]{32}$/;
export const isMarker = (name: string): boolean => name.startsWith('__info_');
export const isMeta = (name: string): boolean => /^__meta\./.test(name);

/** The timestamp that a marker's name carries. */
export const timestampOf = (name: string): string | undefined => MARKER.exec(name)?.[1];

export interface Snapshot {
  readonly timestamp: string;
  readonly contents: Contents;
}

/**
 * The snapshot of one label, when the frontend says that it is whole and the vault holds what says so; else why not. Its
 * timestamp is only ever read here: what SHOW BACKUP shows may be in the zone of a session.
 */
export async function snapshotOf(
  ports: DorisPorts,
  at: Place,
  point: ManifestPlace,
  label: string,
  whose: 'capture' | 'restore' = 'capture',
): Promise<Snapshot | string> {
  const repository = repositoryOf(point.id);
  const listed = await ask(ports, at, [{ kind: 'show-snapshot', repository, label }]);
  if (listed.refused) throw unlisted(whose, label, at, listed.refused);
  const row = snapshotIn(rowsOf(listed));
  if (!row) return `${repository} has no snapshot ${label}`;
  if (row.status !== 'OK') return `SHOW SNAPSHOT says of ${label}: ${row.status}`;
  if (!TIMESTAMP.test(row.timestamp))
    return `SHOW SNAPSHOT gives ${label} the timestamp ${JSON.stringify(row.timestamp)}, which is not one`;
  const markers = await markersOf(point, label);
  if (markers.length !== 1 || timestampOf(markers[0]!) !== row.timestamp)
    return `the vault holds ${markers.join(', ') || 'no __info_ file'} of ${label}, and there should be one, of ${row.timestamp}`;
  const whole = await ask(ports, at, [
    { kind: 'show-snapshot', repository, label, timestamp: row.timestamp },
  ]);
  if (whole.refused) throw unlisted(whose, label, at, whole.refused);
  const contents = contentsIn(snapshotIn(rowsOf(whole))?.details ?? '');
  return contents ? { timestamp: row.timestamp, contents } : `the details of ${label} cannot be read`;
}

/** Another restore of the same point shares the repository, and lets go of it when it ends. A capture has its own. */
function unlisted(
  whose: 'capture' | 'restore',
  label: string,
  at: Place,
  refused: SqlRefusal,
): HoldfastError {
  const what = `SHOW SNAPSHOT of ${label} on ${at.cluster}`;
  if (whose === 'capture') return refusalOf(what, refused, CaptureFailed);
  return says('noRepository', refused)
    ? new ServiceUnavailable(`${what}: ${refused.message}; it is attached once more`)
    : refusalOf(what, refused, TargetNotUsable);
}

/** Names of the markers of one label, without its folder. */
async function markersOf(
  { store, bucket, cluster, id }: ManifestPlace,
  label: string,
): Promise<readonly string[]> {
  const folder = dataPrefix(cluster, id) + snapshotFolder(id, label);
  const names: string[] = [];
  for await (const { key } of store.list(bucket, `${folder}__info_`)) names.push(key.slice(folder.length));
  return names;
}

/**
 * Every marker of a point, of any label, below its `data/`: what discards go by, for whom there may be no manifest left to
 * read labels from. Skips from folder to folder: tablets are by the hundred thousand.
 */
export async function markersIn({ store, bucket, cluster, id }: ManifestPlace): Promise<readonly string[]> {
  const data = dataPrefix(cluster, id);
  const snapshots = `${data}${repositoryFolder(id)}__ss_`;
  const found: string[] = [];
  let after: string | undefined = '';
  while (after !== undefined) after = await markersBehind(after === '' ? undefined : after);
  return found;

  /** Collects those of the next folder, and says behind which key the one after it begins. */
  async function markersBehind(from: string | undefined): Promise<string | undefined> {
    let folder: string | undefined;
    for await (const { key } of store.list(bucket, snapshots, from)) {
      folder ??= `${snapshots}${key.slice(snapshots.length).split('/')[0]}/`;
      // In S3's order `__info_` stands before all else that a folder holds.
      if (!key.startsWith(folder) || !isMarker(key.slice(folder.length))) break;
      found.push(key.slice(data.length));
    }
    return folder === undefined ? undefined : behind(folder);
  }
}

/** Just behind everything in a folder: `0` follows the slash. */
const behind = (folder: string): string => `${folder.slice(0, -1)}0`;

/** Whether a file is part of the point: the repository's own, and the snapshots that ended well. */
export function isPartOf(id: RecoveryPointId, labels: readonly string[]): (name: string) => boolean {
  const info = `${repositoryFolder(id)}__repo_info`;
  const folders = labels.map((label) => snapshotFolder(id, label));
  return (name) => name === info || folders.some((folder) => name.startsWith(folder));
}
