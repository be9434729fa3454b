import type { RecoveryPoint } from '../catalog/recovery-point.ts';
import { MANIFEST_FORMAT, type ManifestIndex } from './index-file.ts';
import type { ManifestLine } from './line.ts';

/** SHA-256 as lowercase hex; text is hashed as UTF-8. Passed in, because hashing is not this layer's business. */
export type Sha256 = (bytes: string | Uint8Array) => string;

/*
 * Every hash starts with a word that says what it is a hash of. Without it, the two halves of a node could be offered
 * as the text of a leaf, and another manifest would have the same root (the second-preimage attack on plain Merkle
 * trees; RFC 6962 §2.1 separates the domains for the same reason).
 */
const LEAF = 'leaf\n';
const NODE = 'node\n';
const SHARD = 'shard\n';
const BESIDE = 'beside\n';
const EMPTY = 'empty\n';

/**
 * What one item contributes. `since` is left out: it says where the item lies, not what it is. JSON escapes lone
 * surrogates, so that two hostile keys which UTF-8 would both encode as U+FFFD stay different.
 */
export const leafHash = (line: ManifestLine, sha256: Sha256): string =>
  sha256(LEAF + JSON.stringify([line.key, line.version, line.bytes, line.checksum]));

/** Computes a root while the hashes go by, holding one hash per level of the tree: 24 for ten million. */
export interface MerkleBuilder {
  add(hash: string): void;
  /** The root over what was added so far. More may be added afterwards. */
  root(): string;
}

export function merkleBuilder(sha256: Sha256): MerkleBuilder {
  // peaks[level] is the root of a full tree over 2^level hashes that still waits for its right-hand sibling.
  const peaks: (string | undefined)[] = [];
  return {
    add(hash) {
      let carried = hash;
      let level = 0;
      for (let left = peaks[level]; left !== undefined; left = peaks[level]) {
        carried = sha256(NODE + left + carried);
        peaks[level] = undefined;
        level += 1;
      }
      peaks[level] = carried;
    },
    root() {
      // An odd node moves up as it is. Pairing it with itself would give [a, b, c] the root of [a, b, c, c].
      let right: string | undefined;
      for (const left of peaks) {
        if (left !== undefined) right = right === undefined ? left : sha256(NODE + left + right);
      }
      return right ?? sha256(EMPTY);
    },
  };
}

/** The root over hashes in their order. No hashes have a root of their own; a single hash is its own root. */
export function merkleRoot(hashes: readonly string[], sha256: Sha256): string {
  const builder = merkleBuilder(sha256);
  for (const hash of hashes) builder.add(hash);
  return builder.root();
}

/** The root over one shard's lines. */
export function shardRoot(lines: Iterable<ManifestLine>, sha256: Sha256): string {
  const builder = merkleBuilder(sha256);
  for (const line of lines) builder.add(leafHash(line, sha256));
  return builder.root();
}

/** What one shard contributes to the root of a recovery point: the root commits to where the shards were cut, too. */
const shardHash = (root: string, sha256: Sha256): string => sha256(SHARD + root);

/** A manifest index without the catalog's record, which lives on after it is written, and without the root itself. */
export type IndexParts = Omit<ManifestIndex, 'format' | 'recoveryPoint' | 'root'>;

/**
 * The root of a recovery point: over its shards in their order, and over what stands beside them. A restore goes by
 * the configuration as much as by the lines, so a bit that turned there is found like one in a line. Where an item lies
 * and what was new are no part of it: the same content has the same root. Format 1 committed to the shards alone.
 */
export function pointRoot(
  { format, shards, ...beside }: IndexParts & Pick<ManifestIndex, 'format'>,
  sha256: Sha256,
): string {
  const { items, bytes, statistics, configuration } = beside;
  const builder = merkleBuilder(sha256);
  for (const { root } of shards) builder.add(shardHash(root, sha256));
  if (format > 1) builder.add(sha256(BESIDE + JSON.stringify([items, bytes, statistics, configuration])));
  return builder.root();
}

/** The index of a recovery point, with the root over what it holds, and what the point's record says of it. */
export function indexOf(point: RecoveryPoint, parts: IndexParts, sha256: Sha256): ManifestIndex {
  const root = pointRoot({ format: MANIFEST_FORMAT, ...parts }, sha256);
  const { items, bytes, newItems, newBytes, shards } = parts;
  const content = { root, shards: shards.length, items, bytes, newItems, newBytes };
  return { format: MANIFEST_FORMAT, recoveryPoint: { ...point, content }, root, ...parts };
}
