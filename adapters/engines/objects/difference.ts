import type { RestoreSpec } from '../../../core/engines/driver.ts';
import { ChecksumMismatch, TargetNotUsable } from '../../../core/errors/registry.ts';
import { compareKeys, type ManifestLine } from '../../../core/manifest/line.ts';
import { allOf } from '../shared/bounded.ts';
import { readShard } from '../shared/manifest-io.ts';
import { type Landing, land, landingOf, restoredFrom } from './landing.ts';
import { COPIES_IN_FLIGHT, type ObjectsPorts, objectsCluster, vaultKey } from './ports.ts';

/*
 * Brings a bucket that fell behind to the state of a recovery point: what differs is put over it, what is not in the point
 * is hidden. The bucket keeps versions, so nothing is destroyed. It is how a cluster comes home after a failover.
 */

/** All that belongs to the cluster where it lands: other clusters may live beside it in the bucket. */
export const ownPrefix = (spec: RestoreSpec, { prefix }: Landing): string =>
  spec.mode === 'difference' ? prefix + objectsCluster(spec.cluster).prefix : prefix;

export async function requireVersions(ports: ObjectsPorts, spec: RestoreSpec): Promise<void> {
  const { store, bucket } = landingOf(ports, spec);
  if (!(await store.keepsVersions(bucket)))
    throw new TargetNotUsable(
      `bucket ${bucket} keeps no versions, so what a restore by difference writes over would be gone; enable versioning on it`,
      { bucket },
    );
}

/** Settles the keys of one shard, and what lies between them and those of the shard before it. */
export async function settleShard(ports: ObjectsPorts, spec: RestoreSpec, shard: number): Promise<void> {
  const place = restoredFrom(ports, spec);
  const landing = landingOf(ports, spec);
  const lines = await readShard(place, shard);
  const last = (spec.point.content?.shards ?? 0) - 1;
  const before = shard > 0 ? (await readShard(place, shard - 1)).at(-1)?.key : undefined;
  const end = shard < last ? lines.at(-1)?.key : undefined;
  const sizes = await hideOthers(landing, ownPrefix(spec, landing), lines, before, end);
  await allOf(lines, COPIES_IN_FLIGHT, (line) => settle(ports, spec, landing, line, sizes.get(line.key)));
}

/** Keys per call of `hide`: what DeleteObjects takes. */
const HIDE_AT_ONCE = 1_000;

/** Hides what the point does not name behind `before` up to `end`; says how large the others are. */
async function hideOthers(
  { store, bucket, prefix }: Landing,
  own: string,
  lines: readonly ManifestLine[],
  before: string | undefined,
  end: string | undefined,
): Promise<ReadonlyMap<string, number>> {
  const named = new Set(lines.map(({ key }) => key));
  const sizes = new Map<string, number>();
  let others: string[] = [];
  const hide = async (): Promise<void> => {
    if (others.length > 0) await store.hide(bucket, others);
    others = [];
  };
  for await (const found of store.list(bucket, own, before === undefined ? undefined : prefix + before)) {
    const key = found.key.slice(prefix.length);
    if (end !== undefined && compareKeys(key, end) > 0) break;
    if (named.has(key)) sizes.set(key, found.bytes);
    else others.push(found.key);
    if (others.length === HIDE_AT_ONCE) await hide();
  }
  await hide();
  return sizes;
}

async function settle(
  ports: ObjectsPorts,
  spec: RestoreSpec,
  { store, bucket, prefix }: Landing,
  line: ManifestLine,
  bytesThere: number | undefined,
): Promise<void> {
  const key = prefix + line.key;
  if (bytesThere === line.bytes && (await store.checksum(bucket, key)) === line.checksum) return;
  const from = {
    bucket: restoredFrom(ports, spec).bucket,
    key: vaultKey(ports, spec.cluster.name, line),
  };
  const request = { from, to: { bucket, key }, bytes: line.bytes, createOnly: false };
  const { checksum } = await land(store, request, line.checksum);
  if (checksum === line.checksum) return;
  throw new ChecksumMismatch(
    `s3://${bucket}/${key} has checksum ${checksum} and the manifest says ${line.checksum}; the vault's object s3://${from.bucket}/${from.key} is not what was captured`,
    { key, found: checksum, expected: line.checksum },
  );
}
