import type {
  CopyRecord,
  CopyState,
  LegalHold,
  PointState,
  RecoveryPoint,
  RestoreRecord,
} from '../catalog/recovery-point.ts';
import type { RecoveryPointId } from '../ids/names.ts';
import type { ChainChange, ChainName, LogChain } from '../log/chain.ts';
import type { StandbyRecord } from '../standby/record.ts';
import type { Instant } from '../time/instant.ts';

/** Fields that a change of state may set along with it. */
export type PointChange = Partial<
  Pick<RecoveryPoint, 'takenAt' | 'sealedAt' | 'content' | 'reason' | 'discardAfter'>
>;
export type CopyChange = Partial<
  Pick<
    CopyRecord,
    'startedAt' | 'provenAt' | 'takenAt' | 'root' | 'newItems' | 'newBytes' | 'reason' | 'discardAfter'
  >
>;

/** What a scheduled run looks for: points whose keep should be looked at again, copies whose grace has ended. */
export type DueKind = 'review' | 'discard';

export interface DueEntry {
  readonly id: RecoveryPointId;
  readonly cluster: string;
  readonly dueAt: Instant;
}

/** The right to be the only one at something, for a while. Its name says at what, and in which region. */
export interface Lease {
  readonly name: string;
  /** The execution that holds it: a retry of its own finds the lease its own. */
  readonly holder: string;
  readonly until: Instant;
}

/**
 * The index of everything that Holdfast keeps. Every write is conditional; states move along `life-cycle.ts` only.
 * Writes that find another state than they may start from throw `ConcurrentUpdate`. All reads of one item are
 * strongly consistent in the region where they are made; `due` is not, so whoever acts on it reads the item again.
 */
export interface Catalog {
  /**
   * Creates the point unless it is there; a sealed one, which a rebuild puts back, is due for review at once. `first` is false when an earlier trigger created it: that one is returned.
   */
  open(point: RecoveryPoint): Promise<{ readonly point: RecoveryPoint; readonly first: boolean }>;
  point(id: RecoveryPointId): Promise<RecoveryPoint | undefined>;
  /** Points of a cluster that are not discarded, newest first, those scheduled before `from` left out. */
  points(cluster: string, from?: Instant): Promise<readonly RecoveryPoint[]>;
  newestSealed(cluster: string): Promise<RecoveryPoint | undefined>;
  /** Moves a point to `to` and sets `change`. A point that is in `to` already is returned as it is. */
  advance(id: RecoveryPointId, to: PointState, change?: PointChange): Promise<RecoveryPoint>;
  /**
   * Writes down, once, which sealed point a capture is compared with, and where its side forked off, if it did. The first
   * answer stands, for every retry.
   */
  continueFrom(
    id: RecoveryPointId,
    base: RecoveryPointId,
    forkedFrom?: RecoveryPointId,
  ): Promise<RecoveryPoint>;
  /**
   * Says when the expiry run is to look at a point again: at a sealed one's keep, and at an expiring one's copies, to
   * see whether all of them are discarded. Until the next call, a review that is due stays due.
   */
  reviewAt(id: RecoveryPointId, at: Instant): Promise<void>;

  openCopy(copy: CopyRecord): Promise<{ readonly copy: CopyRecord; readonly first: boolean }>;
  copy(id: RecoveryPointId, region: string): Promise<CopyRecord | undefined>;
  /** All copies of one cluster in one region that are not discarded, newest first. */
  copies(cluster: string, region: string, from?: Instant): Promise<readonly CopyRecord[]>;
  /** The newest proven copy taken at or before `atOrBefore` (any, when absent). */
  newestProven(cluster: string, region: string, atOrBefore?: Instant): Promise<CopyRecord | undefined>;
  oldestProven(cluster: string, region: string): Promise<CopyRecord | undefined>;
  advanceCopy(id: RecoveryPointId, region: string, to: CopyState, change?: CopyChange): Promise<CopyRecord>;

  /** What is due by `by`, oldest first, at most `limit` entries. Reads only what is due, however much exists. */
  due(kind: DueKind, region: string, by: Instant, limit: number): Promise<readonly DueEntry[]>;

  holds(cluster: string): Promise<readonly LegalHold[]>;
  placeHold(hold: LegalHold): Promise<void>;
  liftHold(cluster: string, name: string): Promise<void>;

  /** Creates the restore's record unless it is there. */
  openRestore(restore: RestoreRecord): Promise<RestoreRecord>;
  restore(cluster: string, id: string): Promise<RestoreRecord | undefined>;
  restores(cluster: string): Promise<readonly RestoreRecord[]>;
  closeRestore(restore: RestoreRecord): Promise<void>;

  /** Creates the record of a chain in one region unless it is there, whatever state that one is in. */
  openChain(chain: LogChain): Promise<{ readonly chain: LogChain; readonly first: boolean }>;
  chain(of: ChainName): Promise<LogChain | undefined>;
  /** Every chain of a cluster in one region, ended ones too, oldest first. */
  chains(cluster: string, region: string): Promise<readonly LogChain[]>;
  /**
   * Moves a chain as `advanced` in core/log/chain.ts says, and returns what it is then. A change that it has seen already
   * leaves it as it is.
   * @throws UnknownLogChain when there is none
   */
  advanceChain(of: ChainName, change: ChainChange, now: Instant): Promise<LogChain>;

  standby(cluster: string, region: string): Promise<StandbyRecord | undefined>;
  /**
   * Writes what a standby is now, in place of `before`.
   * @throws ConcurrentUpdate when it is not that any more
   */
  recordStandby(standby: StandbyRecord, before: StandbyRecord | undefined): Promise<void>;

  /** Takes a lease, or renews one's own. False while another holder's has not run out. */
  lease(lease: Lease, now: Instant): Promise<boolean>;
  /** Gives a lease back before its time. Another holder's stays. */
  release(name: string, holder: string, now: Instant): Promise<void>;
}
