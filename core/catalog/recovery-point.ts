import type { Reason } from '../errors/base.ts';
import type { HeartFinding } from '../heartbeat/reading.ts';
import type { RecoveryPointId } from '../ids/names.ts';
import type { EngineName } from '../plan/installation.ts';
import type { Instant } from '../time/instant.ts';

/**
 * A recovery point's life. `capturing → captured → verified → sealed`, later `expiring` (in the bin, nothing
 * removed yet) `→ discarded`. `failed` and `quarantined` are ends that alert. The written diagram is in
 * `life-cycle.ts`.
 */
export type PointState =
  | 'capturing'
  | 'captured'
  | 'verified'
  | 'sealed'
  | 'expiring'
  | 'discarded'
  | 'failed'
  | 'quarantined';

/** What a recovery point holds, counted from its manifest. */
export interface Content {
  /** Merkle root over the manifest's lines: two regions hold the same when their roots are equal. */
  readonly root: string;
  readonly shards: number;
  readonly items: number;
  readonly bytes: number;
  /** What this point added to the vault: unchanged items are shared with earlier points. */
  readonly newItems: number;
  readonly newBytes: number;
}

export interface RecoveryPoint {
  readonly id: RecoveryPointId;
  readonly cluster: string;
  readonly engine: EngineName;
  readonly plan: string;
  readonly rule: string;
  /** The region that it was captured in. */
  readonly region: string;
  readonly state: PointState;
  readonly scheduledAt: Instant;
  readonly openedAt: Instant;
  /** The instant whose state it restores. Known from the start (objects) or once the engine says it (snapshots). */
  readonly takenAt?: Instant;
  readonly sealedAt?: Instant;
  /** The Step Functions execution that opened it. Another execution with the same trigger finds this and stops. */
  readonly execution: string;
  /** The sealed point it was compared with while captured; that one is not discarded before this one is sealed. */
  readonly base?: RecoveryPointId;
  /**
   * The point of the other side that the first capture of its own side was compared with; all later ones of that side carry
   * it on. Absent on the side that a cluster was first protected on. What shares items is a tree then (forks.ts).
   */
  readonly forkedFrom?: RecoveryPointId;
  readonly content?: Content;
  /**
   * What its rule asked for when it was opened. An incremental restores only together with `base`; a full, and any point
   * without this field, is whole by itself. Fixed for good: the rule may change, what lies in the vault does not.
   */
  readonly kind?: 'full' | 'incremental';
  /** Asked for by a person, with a name to find it by; no rule expires it before `keepUntil`, or ever when that is absent. */
  readonly manual?: { readonly note: string; readonly keepUntil?: Instant };
  /** Of a grouped cluster: the epoch that its capture began under. Absent, it is the first. */
  readonly epoch?: number;
  /** Why it failed or was quarantined, or why it is expiring. */
  readonly reason?: Reason;
  /** When an expiring point may be discarded. Until then `undelete` brings it back. */
  readonly discardAfter?: Instant;
}

/** A copy's life per region. The region of capture has one too: proven when the point is sealed. */
export type CopyState = 'copying' | 'copied' | 'proven' | 'expiring' | 'discarded' | 'failed' | 'quarantined';

export interface CopyRecord {
  readonly id: RecoveryPointId;
  readonly cluster: string;
  readonly region: string;
  readonly state: CopyState;
  readonly startedAt: Instant;
  /** When the roots were compared and equal. Only then is the point protected in this region. */
  readonly provenAt?: Instant;
  readonly takenAt?: Instant;
  readonly root?: string;
  /** What this copy moved; unchanged items that the region already held are not moved again. */
  readonly newItems?: number;
  readonly newBytes?: number;
  /** As its point has it. */
  readonly forkedFrom?: RecoveryPointId;
  /** Of a grouped cluster: the epoch that the copying began under. Absent, it is the first. */
  readonly epoch?: number;
  readonly reason?: Reason;
  readonly discardAfter?: Instant;
}

/** A named restraint on a cluster, or on one recovery point of it. Several may stack; each is lifted by its name. */
export interface LegalHold {
  readonly name: string;
  readonly cluster: string;
  readonly recoveryPoint?: RecoveryPointId;
  readonly placedAt: Instant;
  readonly why: string;
}

/** Whose drill something was made for, and when nothing of it may be left. */
export interface DrillMark {
  readonly id: string;
  readonly deadline: Instant;
}

export type RestoreState = 'restoring' | 'restored' | 'failed';

/** One restore, from the request to the measured outcome. */
export interface RestoreRecord {
  readonly id: string;
  readonly cluster: string;
  readonly region: string;
  readonly state: RestoreState;
  readonly recoveryPoint?: RecoveryPointId;
  /** The instant whose state was asked for and is restored. */
  readonly instant: Instant;
  readonly target: string;
  /** The log chain that carried it from the point to the instant. */
  readonly chain?: string;
  readonly startedAt: Instant;
  /**
   * It brought back less than its point holds: what its scope names, what a recycle bin gave, or the difference to what was
   * there. How long it took says nothing of a whole one.
   */
  readonly part?: true;
  /** Somebody's yes was waited for: its time is what the person took as well, and says nothing of the next one. */
  readonly asked?: true;
  /** Set when it is a drill's: what it makes is isolated, and removed by then. */
  readonly drill?: DrillMark;
  readonly endedAt?: Instant;
  readonly items?: number;
  readonly bytes?: number;
  /** Time between the instant restored and the start of the restore: what was lost, in seconds. */
  readonly achievedRpoSeconds?: number;
  /** Start to validated, in seconds. */
  readonly achievedRtoSeconds?: number;
  /** What the cluster's own heartbeat proves of it, beside what the figures above claim. */
  readonly heartbeat?: HeartFinding;
  readonly reason?: Reason;
}
