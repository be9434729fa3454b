import type { Keeper } from '../engines/keepers.ts';
import type { RecoveryPointId } from '../ids/names.ts';
import type { Instant } from '../time/instant.ts';

/** An object in a vault, as a listing shows it. */
export interface Stored {
  readonly key: string;
  readonly modifiedAt: Instant;
}

/** What carries Holdfast's tags with a keeper of raw snapshots: a cluster's snapshot, or those of a cluster's volumes together. */
export interface StoredSnapshot {
  readonly name: string;
  readonly cluster: string;
  readonly recoveryPoint: RecoveryPointId;
  /** `pending` is still being created or copied, and RDS does not let it go before it has ended. */
  readonly status: 'available' | 'pending' | 'failed' | 'deleting';
  /** Absent while it is being created. */
  readonly createdAt?: Instant;
  /** The scheduled second that its recovery point carries in its name. */
  readonly scheduledAt: Instant;
}

/** What really lies in the regions, whatever the catalog says. Reads only, and never a whole vault at once. */
export interface Stock {
  /** The names of the folders right below a prefix, without the prefix and the slash. */
  folders(region: string, prefix: string): Promise<readonly string[]>;
  /** The next objects under a prefix, at most a thousand; none left when `next` is absent. */
  objects(
    region: string,
    prefix: string,
    after?: string,
  ): Promise<{ readonly objects: readonly Stored[]; readonly next?: string }>;
  has(region: string, key: string): Promise<boolean>;
  /**
   * Those of the keys that no manifest of the keepers names. Each manifest is read once, however many keys there are.
   * @throws ManifestIncomplete, ManifestAltered when a keeper's manifest cannot be read whole
   */
  unnamed(
    region: string,
    cluster: string,
    keys: ReadonlySet<string>,
    keepers: readonly RecoveryPointId[],
  ): Promise<ReadonlySet<string>>;
  /** Of those keepers only: without a cluster of theirs there is no right to list any. */
  snapshots(region: string, keepers: readonly Keeper[]): Promise<readonly StoredSnapshot[]>;
  snapshot(region: string, name: string): Promise<StoredSnapshot | undefined>;
}

/** Takes away, in one region, what nobody claims. Files are hidden; the vault's lifecycle removes them later. */
export interface Remover {
  hide(keys: readonly string[]): Promise<void>;
  /** `pending` when it cannot be deleted yet. A snapshot that is gone counts as removed. */
  removeSnapshot(name: string): Promise<'removed' | 'pending'>;
}
