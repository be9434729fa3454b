import type { Cursor, RestoreSpec, Step } from '../../../core/engines/driver.ts';
import { invariant } from '../../../core/errors/assert.ts';
import {
  ChecksumMismatch,
  HoldfastError,
  type Reason,
  reasonOf,
  TargetNotEmpty,
  TargetNotUsable,
  UnsupportedByEngine,
} from '../../../core/errors/registry.ts';
import { KEY_BYTES_MAX } from '../../../core/manifest/layout.ts';
import type { ManifestLine } from '../../../core/manifest/line.ts';
import type { ObjectStore } from '../../../core/ports/object-store.ts';
import { allOf } from '../shared/bounded.ts';
import { type ManifestPlace, readIndex, readLines, readShard } from '../shared/manifest-io.ts';
import { requireVersions, settleShard } from './difference.ts';
import { type Landing, land, landingOf, restoredFrom } from './landing.ts';
import { COPIES_IN_FLIGHT, LAP, type ObjectsPorts, vaultKey } from './ports.ts';

/** What stands in the way: of the request, of the target and of the manifest. */
export async function preflight(ports: ObjectsPorts, spec: RestoreSpec): Promise<readonly Reason[]> {
  const checks = [
    () => refuseNativePointInTime(spec),
    () => (spec.mode === 'difference' ? requireVersions(ports, spec) : requireEmpty(ports, spec)),
    () => requireManifest(ports, spec),
  ];
  const reasons: Reason[] = [];
  for (const check of checks) {
    try {
      await check();
    } catch (error) {
      if (!(error instanceof HoldfastError) || error.retryable) throw error;
      reasons.push(reasonOf(error));
    }
  }
  return reasons;
}

async function refuseNativePointInTime(spec: RestoreSpec): Promise<void> {
  if (spec.nativePointInTime)
    throw new UnsupportedByEngine(
      `objects keep no log: ${spec.cluster.name} is restored to recovery points only; leave the instant to the nearest one`,
    );
}

async function requireEmpty(ports: ObjectsPorts, spec: RestoreSpec): Promise<void> {
  const { store, bucket, prefix } = landingOf(ports, spec);
  for await (const { key } of firstOf(store, bucket, prefix)) {
    // Nobody else writes below this restore's id, so what is there came from an earlier attempt of it.
    if (prefix.includes(spec.restore.id)) return;
    throw new TargetNotEmpty(
      `s3://${bucket}/${prefix} already holds objects, the first of them ${JSON.stringify(key)}; a restore never overwrites: name an empty prefix, or leave the prefix out`,
      { bucket, prefix, key },
    );
  }
}

/** A bucket that cannot be listed is no place to restore to, whatever the reason. */
async function* firstOf(store: ObjectStore, bucket: string, prefix: string) {
  try {
    yield* store.list(bucket, prefix);
  } catch (error) {
    if (!(error instanceof HoldfastError) || error.retryable) throw error;
    throw new TargetNotUsable(
      `bucket ${bucket} cannot be restored into from ${store.region}: ${error.message}; name a bucket of this region that the restore role may list and write`,
      { bucket, region: store.region },
      { cause: error },
    );
  }
}

/** Reads the whole manifest: every shard must be what the index says, and every key must fit its target. */
async function requireManifest(ports: ObjectsPorts, spec: RestoreSpec): Promise<void> {
  const place = restoredFrom(ports, spec);
  const index = await readIndex(place, spec.point.content?.root);
  const prefix = spec.target.prefix ?? `${spec.restore.id}/`;
  for await (const { key } of readLines(place, index.shards)) {
    const bytes = Buffer.byteLength(prefix + key, 'utf8');
    if (bytes > KEY_BYTES_MAX)
      throw new TargetNotUsable(
        `the target key of ${JSON.stringify(key)} would have ${bytes} bytes with the prefix ${JSON.stringify(prefix)}, and S3 takes ${KEY_BYTES_MAX}; name a shorter prefix, such as ""`,
        { bytes },
      );
  }
}

export async function beginRestore(ports: ObjectsPorts, spec: RestoreSpec): Promise<Step> {
  landingOf(ports, spec);
  return handOut(ports, spec, 0);
}

export async function pollRestore(ports: ObjectsPorts, spec: RestoreSpec, cursor: Cursor): Promise<Step> {
  const next = cursor['nextShard'];
  invariant(typeof next === 'number', 'the cursor carries the number nextShard');
  return handOut(ports, spec, next);
}

/** Hands out the next shards; which there are, the catalog says. */
function handOut(ports: ObjectsPorts, spec: RestoreSpec, from: number): Step {
  const { content, id } = spec.point;
  invariant(content, 'a point that is restored has been sealed', { recoveryPoint: id });
  const cursor = {
    nextShard: Math.min(from + (ports.lap ?? LAP).shards, content.shards),
    items: content.items,
    bytes: content.bytes,
  };
  if (from >= content.shards) return { outcome: 'ready', cursor };
  const shards = Array.from({ length: cursor.nextShard - from }, (_, n) => from + n);
  return {
    outcome: 'shards',
    shards,
    doing: `${cursor.nextShard} of ${content.shards} shards handed out`,
    cursor,
  };
}

/** Copies what one shard names from the vault to the target. */
export async function restoreShard(ports: ObjectsPorts, spec: RestoreSpec, shard: number): Promise<void> {
  if (spec.mode === 'difference') return settleShard(ports, spec, shard);
  const place = restoredFrom(ports, spec);
  const landing = landingOf(ports, spec);
  const lines = await readShard(place, shard);
  await allOf(lines, COPIES_IN_FLIGHT, (line) =>
    restoreItem(place, landing, vaultKey(ports, spec.cluster.name, line), line),
  );
}

async function restoreItem(
  place: ManifestPlace,
  { store, bucket, prefix }: Landing,
  from: string,
  line: ManifestLine,
): Promise<void> {
  const key = prefix + line.key;
  const request = {
    from: { bucket: place.bucket, key: from },
    to: { bucket, key },
    bytes: line.bytes,
    createOnly: true,
  };
  const { checksum, outcome } = await land(store, request, line.checksum);
  if (checksum === line.checksum) return;
  const facts = { key, found: checksum, expected: line.checksum };
  const seen = `s3://${bucket}/${key} has checksum ${checksum} and the manifest says ${line.checksum}`;
  throw outcome === 'copied'
    ? new ChecksumMismatch(
        `${seen}; the vault's object s3://${place.bucket}/${from} is not what was captured: restore from another region or recovery point`,
        facts,
      )
    : new TargetNotEmpty(
        `${seen}; someone else wrote it while the restore ran: restore to a prefix of its own`,
        facts,
      );
}
