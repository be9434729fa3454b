import type { LogLayout } from '../../core/log/layout.ts';
import type { EngineName } from '../../core/plan/installation.ts';
import type { Bytes } from '../../core/ports/bytes.ts';
import type { ObjectStore } from '../../core/ports/object-store.ts';
import type { TaskPorts } from '../shared/ports.ts';

/** One vault, as objects and as bytes. */
export interface LogVault {
  readonly bucket: string;
  readonly store: ObjectStore;
  readonly bytes: Bytes;
}

export type FollowPorts = Pick<
  TaskPorts,
  'region' | 'configuration' | 'catalog' | 'groups' | 'announcer' | 'telemetry' | 'vault'
> & {
  /** The region that the engine writes its log in. */
  readonly home: string;
  readonly source: LogVault;
  readonly own: LogVault;
  /** Undefined for an engine that keeps no log. */
  readonly layouts: (engine: EngineName) => LogLayout | undefined;
  /** @default those of `limits.ts` */
  readonly limits?: FollowLimits;
};

export interface FollowLimits {
  /** Objects that one proof copies at most, before it leaves the rest to the next. */
  readonly copiesMax: number;
  /** Files that one lap of a comparison puts right. */
  readonly mendedMax: number;
  /** Keys that one lap of a comparison looks at. */
  readonly comparedMax: number;
}

/**
 * A copy takes S3 some 150 ms with the question before it, and sixteen run at a time: a batch of ten checkpoints with a
 * backlog behind each has to fit the function's three minutes, a lap its quarter of an hour. A thousand keys are one
 * page of a listing, 100 to 200 ms on each side.
 */
export const LIMITS: FollowLimits = { copiesMax: 1_500, mendedMax: 20_000, comparedMax: 100_000 };

/** Copies on their way at one time. */
export const IN_FLIGHT = 16;
