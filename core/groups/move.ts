import type { Reason } from '../errors/base.ts';
import type { RecoveryPointId } from '../ids/names.ts';
import type { Instant } from '../time/instant.ts';

/**
 * A group changes sides. `failover`: the side that was active is gone. `failback`: back, by difference. `switchover`: a
 * planned exercise, with both regions there.
 */
export type MoveKind = 'failover' | 'failback' | 'switchover';

/**
 * `asked → approved → moving → moved`; `refused` and `failed` are ends that alert. From `moving` on the epoch is raised:
 * a move that failed then is gone on with, never undone.
 */
export type MoveState = 'asked' | 'approved' | 'moving' | 'moved' | 'refused' | 'failed';

export interface Move {
  readonly id: string;
  readonly kind: MoveKind;
  readonly group: string;
  readonly from: string;
  readonly to: string;
  readonly state: MoveState;
  readonly askedAt: Instant;
  readonly askedBy?: string;
  readonly approvedBy?: string;
  /** The epoch that it raises the group to. */
  readonly epoch?: number;
  /** ARN of the execution that carries it out, or did last. */
  readonly execution?: string;
  readonly endedAt?: Instant;
  readonly reason?: Reason;
}

/** How a member comes to the other side. */
export type MemberWay = 'restore' | 'promote' | 'reverse';
export type MemberState = 'planned' | 'moving' | 'serving' | 'switched' | 'failed';

/** One cluster of a move, with what is promised before and measured after. */
export interface MoveMember {
  readonly move: string;
  readonly group: string;
  readonly cluster: string;
  /** From 0. */
  readonly layer: number;
  readonly way: MemberWay;
  readonly state: MemberState;
  /** The instant whose state will be there. */
  readonly instant: Instant;
  readonly recoveryPoint?: RecoveryPointId;
  /** From the instant to when the move was asked for: what is given up. */
  readonly lossSeconds: number;
  readonly rpoSeconds: number;
  readonly rtoSeconds: number;
  /** What the forecast said it would take. */
  readonly forecastSeconds: number;
  /** What a restore of it is asked for: a recovery point's id, or an instant of a log. */
  readonly restoreTo?: string;
  /** Name of the execution of holdfast-restore that brings it back. */
  readonly run?: string;
  readonly restoreId?: string;
  /** What a person knows it by: bucket, cluster id, host. */
  readonly target?: string;
  readonly startedAt?: Instant;
  /** When its validation passed. */
  readonly servingAt?: Instant;
  readonly achievedRtoSeconds?: number;
  /** What a failback brought over, against all that there is. */
  readonly movedBytes?: number;
  readonly totalBytes?: number;
  /** What was switched to it, as a person reads it. */
  readonly switched?: readonly string[];
  readonly reason?: Reason;
}
