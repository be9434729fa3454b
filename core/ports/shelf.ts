import type { Reason } from '../errors/base.ts';
import type { RecoveryPointId } from '../ids/names.ts';
import type { ManifestIndex, ShardEntry } from '../manifest/index-file.ts';
import type { ManifestLine } from '../manifest/line.ts';
import type { Reading, Rot } from '../verify/rot.ts';

/** What is wrong with an object. */
export interface Wrong {
  readonly missing: boolean;
  readonly reason: Reason;
}

/** A file of a manifest as its bytes are, whatever S3 has recorded about them. */
export interface FileRead {
  readonly key: string;
  readonly bytes: number;
  readonly wrong?: Wrong;
}

export type ItemRead =
  | { readonly outcome: 'more'; readonly reading: Reading }
  | { readonly outcome: 'read'; readonly checksum: string; readonly bytes: number }
  | { readonly outcome: 'missing' };

export interface StoredItem {
  readonly line: ManifestLine;
  /** The shard that the line stands in. */
  readonly shard: number;
  /** Where its bytes lie in every vault. */
  readonly key: string;
}

/** One region's vault, read byte by byte. Changes nothing. */
export interface Shelf {
  /** Those that have a folder in the vault. */
  clusters(): Promise<readonly string[]>;
  /** Without `wrong`, `index` is whole, and is what the catalog says. */
  index(
    cluster: string,
    id: RecoveryPointId,
    root: string | undefined,
  ): Promise<FileRead & { readonly index?: ManifestIndex }>;
  shard(cluster: string, id: RecoveryPointId, entry: ShardEntry): Promise<FileRead>;
  /**
   * The items that `point` names and `previous` does not, in the order of their keys, from a shard on.
   * @throws ManifestAltered, ManifestIncomplete
   */
  items(point: ManifestIndex, previous: ManifestIndex | undefined, from: number): AsyncIterable<StoredItem>;
  /**
   * Whether a point names a stored item.
   * @throws ManifestAltered, ManifestIncomplete
   */
  names(point: ManifestIndex, item: NonNullable<Rot['item']>): Promise<boolean>;
  /** Reads on, by at most so many bytes. An object that was replaced meanwhile is begun anew. */
  read(key: string, from: Reading | undefined, most: number): Promise<ItemRead>;
}

/** Copies from other regions' vaults into this one's; on the side of S3, and over what lies there. */
export interface Twins {
  /** The other regions. */
  readonly regions: readonly string[];
  /**
   * Copies the twin when it is what the manifest asks for.
   * @returns why the twin is no help; undefined when it was copied
   */
  copy(rot: Rot, region: string): Promise<Reason | undefined>;
}
