import type { Reason } from '../errors/base.ts';
import type { HeartFinding } from '../heartbeat/reading.ts';
import type { RecoveryPointId } from '../ids/names.ts';
import type { Instant } from '../time/instant.ts';

/** `region-lost`: every call into the primary region is denied while it runs, and it proves so first. */
export type DrillMode = 'ordinary' | 'region-lost';
/** Which kept point is restored: the newest, or one drawn from all that are kept. */
export type DrillPick = 'latest' | 'random';
export type DrillState = 'drilling' | 'passed' | 'failed';

/** One thing that was compared, and how it came out. */
export interface DrillCheck {
  readonly name: 'primary-denied' | 'validated' | 'statistics' | 'samples' | 'heartbeat' | 'objectives';
  readonly outcome: 'passed' | 'failed' | 'skipped';
  /** One sentence: what was compared with what. */
  readonly detail: string;
}

/** How long a part of it took, for the forecast of the next restore. */
export interface DrillStep {
  readonly name: 'resolve' | 'restore' | 'validate' | 'tear-down';
  readonly seconds: number;
}

/** A restore into isolation that is compared with what it should be, and then removed. */
export interface DrillRecord {
  readonly id: string;
  readonly cluster: string;
  readonly region: string;
  readonly mode: DrillMode;
  readonly pick: DrillPick;
  readonly state: DrillState;
  /** Who asked, in their own words; absent when a schedule did. */
  readonly by?: string;
  readonly startedAt: Instant;
  /** Whatever is left of it then is torn down, whoever crashed. */
  readonly deadline: Instant;
  readonly recoveryPoint?: RecoveryPointId;
  /** Its Merkle root. */
  readonly root?: string;
  /** What was restored to; once it was restored, what it came to. */
  readonly instant?: Instant;
  /** The log chain that led from the point to the instant; absent when the point alone was restored. */
  readonly chain?: string;
  readonly restoreId?: string;
  readonly target?: string;
  readonly bytes?: number;
  readonly items?: number;
  readonly steps?: readonly DrillStep[];
  readonly checks?: readonly DrillCheck[];
  readonly heartbeat?: HeartFinding;
  readonly endedAt?: Instant;
  /** Absent while something of it may still be there. */
  readonly tornDownAt?: Instant;
  /** Number of its receipt in the region's chain. */
  readonly receipt?: number;
  readonly reason?: Reason;
}
