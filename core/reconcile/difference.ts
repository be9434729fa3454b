import type { Reason } from '../errors/base.ts';
import type { RecoveryPointId } from '../ids/names.ts';
import { days, hours } from '../time/instant.ts';

/**
 * How what is there and what the catalog says can differ.
 *
 * - `copy-missing`: a sealed point has no copy in a region that its plan names, and nobody is making one
 * - `bytes-missing`: a proven copy has no manifest index any more, or no snapshot
 * - `files-unclaimed`: files in the vault that no kept recovery point names
 * - `snapshot-unclaimed`: a snapshot with Holdfast's tags that no living copy stands for
 * - `point-unknown`: a whole manifest in the vault whose recovery point the catalog does not know
 */
export type DifferenceClass =
  | 'copy-missing'
  | 'bytes-missing'
  | 'files-unclaimed'
  | 'snapshot-unclaimed'
  | 'point-unknown';

/** What is done about a difference. `nobody`: no machine may, so a person is told. */
export type Fix =
  | { readonly kind: 'copy'; readonly execution: string }
  /** `execution` copies the point again; absent where there is nothing to copy from. */
  | { readonly kind: 'set-aside'; readonly execution?: string }
  /** `keepers` are the points whose manifests were compared: they must be the same when the files go. */
  | {
      readonly kind: 'discard-files';
      readonly keys: readonly string[];
      readonly keepers: readonly RecoveryPointId[];
    }
  | { readonly kind: 'discard-snapshot'; readonly snapshot: string }
  | { readonly kind: 'nobody' };

export interface Difference {
  readonly class: DifferenceClass;
  readonly cluster: string;
  /** Where it is, or where a copy is missing. */
  readonly region: string;
  readonly recoveryPoint: RecoveryPointId;
  readonly reason: Reason;
  readonly fix: Fix;
}

/**
 * Younger than this, bytes and records belong to whoever is making them: a function that was killed may live 15 minutes
 * on, a catalog write takes seconds to the other region, and hours when that was dark.
 */
export const GRACE = days(1);

/** A copy that was never opened: its machine may try for most of an hour, and the trigger before it as long. */
export const UNSTARTED_AFTER = hours(2);
