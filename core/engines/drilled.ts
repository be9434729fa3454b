import type { RestoreRecord } from '../catalog/recovery-point.ts';
import type { Cluster } from '../plan/installation.ts';
import type { Instant } from '../time/instant.ts';

/** What a drill's restore made, and nothing else. */
export interface TearDownSpec {
  readonly cluster: Cluster;
  readonly region: string;
  /** Its `drill` says whose it is; without one nothing is removed. */
  readonly restore: RestoreRecord;
  readonly now: Instant;
}

export type TornDown = { readonly gone: true } | { readonly gone: false; readonly doing: string };

/** What was counted or read in a restored target, beside what the manifest says of it. */
export interface Inspection {
  readonly statistics: readonly Counted[];
  /** Items whose content was read again; absent where no content can be. */
  readonly samples?: {
    readonly read: number;
    /** One sentence for each that is not what the manifest says. */
    readonly wrong: readonly string[];
  };
}

export interface Counted {
  /** `objects`, `bytes`, `rows of shop.orders`. */
  readonly what: string;
  readonly found: number;
  readonly expected: number;
}
