import type { RecoveryPoint } from '../catalog/recovery-point.ts';

/** What is written. What another release wrote is read by its own number. */
export const MANIFEST_FORMAT = 2;

/** One shard as the index lists it. */
export interface ShardEntry {
  readonly shard: number;
  readonly items: number;
  readonly bytes: number;
  /** Merkle root over this shard's lines: what the shard contributes to the root of the recovery point. */
  readonly root: string;
  /**
   * SHA-256 of the shard's text. Every reader compares it: one hash instead of a thousand, and it covers `since` too,
   * which is a place and therefore no part of the root.
   */
  readonly digest: string;
}

/** Cheap facts about the content that a restore is compared with. */
export type Statistics = Readonly<Record<string, string | number>>;

/**
 * `manifest/index.json` of a recovery point: written last before the seal, read first by every restore. It holds the
 * catalog record too, so that the vault alone is enough to rebuild the catalog.
 */
export interface ManifestIndex {
  /** 1: its root is over the shards alone. */
  readonly format: 1 | typeof MANIFEST_FORMAT;
  readonly recoveryPoint: RecoveryPoint;
  /** Over the shards and what stands beside them (`pointRoot`). */
  readonly root: string;
  readonly items: number;
  readonly bytes: number;
  readonly newItems: number;
  readonly newBytes: number;
  readonly shards: readonly ShardEntry[];
  readonly statistics: Statistics;
  /** The cluster's own settings at the time of capture, in the engine's words: what a restore needs besides data. */
  readonly configuration: Readonly<Record<string, unknown>>;
}
