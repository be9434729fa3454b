import type { RestoreSpec } from '../../../core/engines/driver.ts';
import { TargetNotUsable } from '../../../core/errors/registry.ts';
import type { Copied, CopyRequest, ObjectStore } from '../../../core/ports/object-store.ts';
import type { ManifestPlace } from '../shared/manifest-io.ts';
import { type ObjectsPorts, placeOf } from './ports.ts';

/** Where the objects land: `prefix` stands before each source key, as it is. */
export interface Landing {
  readonly store: ObjectStore;
  readonly bucket: string;
  readonly prefix: string;
}

/** Without a prefix of its own, a restore lands below its id, where nothing else is. */
export function landingOf(ports: ObjectsPorts, spec: RestoreSpec): Landing {
  const { bucket, prefix = `${spec.restore.id}/` } = spec.target;
  if (bucket === undefined)
    throw new TargetNotUsable(
      `the restore of ${spec.cluster.name} in ${spec.region} names no bucket to land in; add "target": { "bucket": "…" } to the request, or restoreInto for this region to the configuration`,
      { region: spec.region },
    );
  if (Object.values(ports.vaults).includes(bucket))
    throw new TargetNotUsable(
      `${bucket} is a vault, and nothing is restored into a vault; name another bucket`,
      {
        bucket,
      },
    );
  return { store: ports.store(spec.region), bucket, prefix };
}

/** This region's own vault: a restore needs no other region. */
export const restoredFrom = (ports: ObjectsPorts, spec: RestoreSpec): ManifestPlace =>
  placeOf(ports, spec.region, spec.cluster.name, spec.point.id);

/**
 * Copies to where it lands, and once more when it arrives altered: bytes may turn on their way, and a drill that took that
 * for rot would set a sound copy aside. What differs twice differs in the vault. Nothing is written over but what the
 * first try wrote.
 * @throws ConcurrentUpdate when something else lies there by then
 */
export async function land(store: ObjectStore, request: CopyRequest, expected: string): Promise<Copied> {
  const first = await store.copy(request);
  if (first.checksum === expected || first.outcome !== 'copied') return first;
  return store.copy({ ...request, to: { ...request.to, etag: first.etag }, createOnly: false });
}
