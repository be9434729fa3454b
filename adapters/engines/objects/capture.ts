import type { CaptureSpec } from '../../../core/engines/driver.ts';
import { invariant } from '../../../core/errors/assert.ts';
import type { RecoveryPointId } from '../../../core/ids/names.ts';
import { indexKey, manifestPrefix, pointPrefix, workPrefix } from '../../../core/manifest/layout.ts';
import type { ManifestLine } from '../../../core/manifest/line.ts';
import { allOf } from '../shared/bounded.ts';
import { type ManifestPlace, readPlan, writeShard } from '../shared/manifest-io.ts';
import { versionOf } from './inventory.ts';
import { COPIES_IN_FLIGHT, type ObjectsPorts, objectsCluster, placeOf, vaultKey } from './ports.ts';
import { isFinal, supposedOf } from './supposed.ts';

/** Copies what one plan names into the vault, then writes its final shard: a shard that is there is complete. */
export async function captureShard(ports: ObjectsPorts, spec: CaptureSpec, shard: number): Promise<void> {
  const { name, bucket } = objectsCluster(spec.cluster);
  const place = placeOf(ports, ports.home, name, spec.point.id);
  const plan = await readPlan(place, shard);
  const lines = await allOf(plan, COPIES_IN_FLIGHT, async (planned) => {
    const line = await settled(place, bucket, planned, spec.point.id);
    return isFinal(line)
      ? line
      : { ...line, checksum: await capture(place, bucket, line, vaultKey(ports, name, line)) };
  });
  await writeShard(place, shard, lines);
}

/** What a plan only supposes is looked at: it is as the base has it, or new. */
async function settled(
  { store }: ManifestPlace,
  bucket: string,
  line: ManifestLine,
  id: RecoveryPointId,
): Promise<ManifestLine> {
  const expected = supposedOf(line);
  if (expected === undefined) return line;
  const found = await store.checksum(bucket, line.key, versionOf(line).version);
  return found === expected ? { ...line, checksum: expected } : { ...line, checksum: '', since: id };
}

/** Copies one version into the vault and returns its checksum. */
async function capture(
  { store, bucket: vault }: ManifestPlace,
  bucket: string,
  line: ManifestLine,
  key: string,
): Promise<string> {
  const from = { bucket, key: line.key, ...versionOf(line) };
  const to = { bucket: vault, key };
  const { checksum, outcome } = await store.copy({ from, to, bytes: line.bytes, createOnly: true });
  if (outcome === 'copied') return checksum;
  // An earlier attempt of this capture put it there. Should its plan have named another version (an inventory that ran
  // twice; a multipart upload is as old as its start), this one replaces it: no other recovery point names this place.
  // Sources without a CRC64NVME cannot be compared; their size is, when the capture is verified.
  const source = await store.checksum(bucket, line.key, from.version);
  const another = source?.startsWith('crc64nvme:') && source !== checksum;
  return another ? (await store.copy({ from, to, bytes: line.bytes, createOnly: false })).checksum : checksum;
}

/** Keys per call of `hide`: what DeleteObjects takes. */
const HIDE_AT_ONCE = 1_000;

/** Removes what an unfinished capture left: its manifest first, so that nothing half-removed looks whole. */
export async function abandon(ports: ObjectsPorts, spec: CaptureSpec): Promise<void> {
  const { state, id } = spec.point;
  invariant(state === 'capturing' || state === 'failed', 'only an unfinished capture is abandoned', {
    recoveryPoint: id,
    state,
  });
  const { name } = spec.cluster;
  const place = placeOf(ports, ports.home, name, id);
  for (const prefix of [
    indexKey(name, id),
    manifestPrefix(name, id),
    pointPrefix(name, id),
    workPrefix(name, id),
  ])
    await hideAll(place, prefix);
}

/** Hides everything below a prefix. */
export async function hideAll({ store, bucket }: ManifestPlace, prefix: string): Promise<void> {
  let keys: string[] = [];
  for await (const { key } of store.list(bucket, prefix)) {
    keys.push(key);
    if (keys.length < HIDE_AT_ONCE) continue;
    await store.hide(bucket, keys);
    keys = [];
  }
  if (keys.length > 0) await store.hide(bucket, keys);
}
