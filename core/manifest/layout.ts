import type { RecoveryPointId } from '../ids/names.ts';

/**
 * Where things lie in a vault bucket. The same keys in every region.
 *
 *   <cluster>/<recovery point>/data/<source key>          items that this point captured first
 *   <cluster>/<recovery point>/long/<sha256 of the key>   the same, for keys too long to be prefixed
 *   <cluster>/<recovery point>/manifest/shard-00042.jsonl.gz
 *   <cluster>/<recovery point>/manifest/index.json
 *   <cluster>/<recovery point>/manifest/RECOVER.md
 *   work/<cluster>/<recovery point>/plan-00042.jsonl.gz   scratch, expired by the bucket's lifecycle
 */
export const pointPrefix = (cluster: string, id: RecoveryPointId): string => `${cluster}/${id}/`;
/** Below this lie a point's items, and what an engine's own tool wrote for it: manifests name files relative to it. */
export const dataPrefix = (cluster: string, id: RecoveryPointId): string =>
  `${pointPrefix(cluster, id)}data/`;
export const manifestPrefix = (cluster: string, id: RecoveryPointId): string =>
  `${pointPrefix(cluster, id)}manifest/`;
export const indexKey = (cluster: string, id: RecoveryPointId): string =>
  `${manifestPrefix(cluster, id)}index.json`;

/** How to recover the point without Holdfast; no part of the manifest. */
export const recoverKey = (cluster: string, id: RecoveryPointId): string =>
  `${manifestPrefix(cluster, id)}RECOVER.md`;

const number = (shard: number): string => String(shard).padStart(5, '0');

export const shardKey = (cluster: string, id: RecoveryPointId, shard: number): string =>
  `${manifestPrefix(cluster, id)}shard-${number(shard)}.jsonl.gz`;

export const workPrefix = (cluster: string, id: RecoveryPointId): string => `work/${cluster}/${id}/`;

export const planKey = (cluster: string, id: RecoveryPointId, shard: number): string =>
  `${workPrefix(cluster, id)}plan-${number(shard)}.jsonl.gz`;

/** Put when a capture begins: S3's own date of it says when that was. */
export const beginningKey = (cluster: string, id: RecoveryPointId): string =>
  `${workPrefix(cluster, id)}begun`;

/** S3: a key has at most 1,024 bytes in UTF-8 (docs.aws.amazon.com/AmazonS3/latest/userguide/object-keys.html). */
export const KEY_BYTES_MAX = 1_024;

/**
 * The vault key of an item. Readable, so that a person with nothing but the AWS CLI can find it; hashed only when the
 * readable key would not fit. `sha256` is passed in because hashing is not this layer's business.
 */
export function itemKey(
  cluster: string,
  since: RecoveryPointId,
  sourceKey: string,
  sha256: (text: string) => string,
): string {
  const readable = `${dataPrefix(cluster, since)}${sourceKey}`;
  return Buffer.byteLength(readable, 'utf8') <= KEY_BYTES_MAX
    ? readable
    : `${pointPrefix(cluster, since)}long/${sha256(sourceKey)}`;
}
