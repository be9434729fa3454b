import { allOf } from '../../adapters/engines/shared/bounded.ts';
import { type ReadPlace, readIndex, readShard } from '../../adapters/engines/shared/manifest-io.ts';
import { sha256 } from '../../adapters/engines/shared/sha256.ts';
import type { Evidence } from '../../core/catalog/rebuild.ts';
import type { RecoveryPoint } from '../../core/catalog/recovery-point.ts';
import { storesFiles } from '../../core/engines/keepers.ts';
import type { Reason } from '../../core/errors/base.ts';
import {
  ManifestAltered,
  ManifestIncomplete,
  ResourceMissing,
  reasonOf,
} from '../../core/errors/registry.ts';
import { partsOf, type RecoveryPointId, snapshotName } from '../../core/ids/names.ts';
import type { ManifestIndex, ShardEntry } from '../../core/manifest/index-file.ts';
import { indexKey, itemKey, shardKey } from '../../core/manifest/layout.ts';
import type { ObjectStore } from '../../core/ports/object-store.ts';
import { instant } from '../../core/time/instant.ts';

/** A vault as somebody sees it who has nothing else. */
export interface VaultView {
  readonly region: string;
  readonly bucket: string;
  readonly store: Pick<ObjectStore, 'get' | 'list' | 'versions'>;
  /** True when the region has the whole snapshot of this point, with its tags. */
  hasSnapshot(point: Pick<RecoveryPoint, 'id' | 'cluster' | 'engine'>): Promise<boolean>;
}

export interface Survey {
  readonly evidence: readonly Evidence[];
  /** Recovery points whose index is there and cannot be read: nothing else is known of them. */
  readonly unreadable: readonly { readonly id: RecoveryPointId; readonly reason: Reason }[];
}

/** Manifests read at once: each takes a few requests of some 50 ms. */
const AT_ONCE = 16;

/**
 * Lists a vault once and reads the manifests that are there, comparing what they name with what was listed. Points
 * share most of their shards: one that was read under the same digest is not read again.
 *
 * The names of everything in the vault are held in memory: 10 million take some 2 GB.
 */
export async function surveyVault(vault: VaultView): Promise<Survey> {
  const keys = new Set<string>();
  const places: ReadPlace[] = [];
  for await (const { key } of vault.store.list(vault.bucket, '')) {
    keys.add(key);
    const place = placeOf(vault, key);
    if (place) places.push(place);
  }
  const evidence: Evidence[] = [];
  const unreadable: Survey['unreadable'][number][] = [];
  const sound = new Set<string>();
  await allOf(places, AT_ONCE, async (place) => {
    try {
      const index = await readIndex(place);
      const damage = await damageOf(vault, place, index, { keys, sound });
      evidence.push({ index, writtenAt: await writtenAt(vault, place), ...(damage && { damage }) });
    } catch (error) {
      unreadable.push({ id: place.id, reason: flawOf(error) });
    }
  });
  return { evidence, unreadable };
}

/** The index of a recovery point lies under its own cluster's name; anything else is somebody else's file. */
function placeOf({ store, bucket }: VaultView, key: string): ReadPlace | undefined {
  const [cluster = '', id = ''] = key.split('/', 2);
  if (key !== indexKey(cluster, id) || partsOf(id)?.cluster !== cluster) return undefined;
  return { store, bucket, cluster, id };
}

async function writtenAt({ store, bucket }: VaultView, { cluster, id }: ReadPlace) {
  const key = indexKey(cluster, id);
  const newest = (await store.versions(bucket, key)).versions.find((version) => version.key === key);
  if (!newest) throw new ManifestIncomplete(`s3://${bucket}/${key} was removed while it was read; ask again`);
  return instant(newest.modifiedAt);
}

interface Seen {
  readonly keys: ReadonlySet<string>;
  /** Digests of shards whose items are all there. */
  readonly sound: Set<string>;
}

async function damageOf(
  vault: VaultView,
  place: ReadPlace,
  { shards, recoveryPoint }: ManifestIndex,
  seen: Seen,
): Promise<Reason | undefined> {
  try {
    for (const entry of shards) await requireShard(place, entry, recoveryPoint, seen);
    if (storesFiles(recoveryPoint.engine) || (await vault.hasSnapshot(recoveryPoint))) return undefined;
    throw new ResourceMissing(`there is no whole snapshot ${snapshotName(place.id)} in ${vault.region}`);
  } catch (error) {
    return flawOf(error);
  }
}

async function requireShard(
  place: ReadPlace,
  entry: ShardEntry,
  { engine }: RecoveryPoint,
  { keys, sound }: Seen,
): Promise<void> {
  const key = shardKey(place.cluster, place.id, entry.shard);
  if (!keys.has(key)) throw new ManifestIncomplete(`s3://${place.bucket}/${key} is not there`);
  if (sound.has(entry.digest)) return;
  for (const { key: source, since } of await readShard(place, entry.shard, entry)) {
    const item = itemKey(place.cluster, since, source, sha256);
    if (storesFiles(engine) && !keys.has(item))
      throw new ManifestIncomplete(`s3://${place.bucket}/${item} is not there`);
  }
  sound.add(entry.digest);
}

/** A bad manifest is a finding; a vault that does not answer ends the survey. */
function flawOf(error: unknown): Reason {
  const finding =
    error instanceof ManifestAltered ||
    error instanceof ManifestIncomplete ||
    error instanceof ResourceMissing;
  if (!finding) throw error;
  return reasonOf(error);
}
