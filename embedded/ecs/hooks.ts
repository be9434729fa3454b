import type { TaskStopCode } from '@aws-sdk/client-ecs';
import type { Duration } from '../../core/time/instant.ts';

/** What a task is to those who disturb it. */
export interface TaskIdentity {
  readonly arn: string;
  readonly region: string;
  /** Of its task definition. */
  readonly family: string;
  readonly startedBy: string | undefined;
}

/** A task is stopped so long after its container started, unless it has ended. */
export interface Stopped {
  readonly after: Duration;
  readonly code: TaskStopCode;
  readonly reason: string;
}

/** Faults around tasks on Fargate. Everything that is left out does not happen. */
export interface TaskFaults {
  /** Fargate has no room: RunTask answers 200 with this failure, and there is no task. `arn` is the one it would have. */
  outOfCapacity?(task: TaskIdentity): boolean;
  /** The task ends before its container runs, with this `stoppedReason`: `ResourceInitializationError: …`. */
  failsToStart?(task: TaskIdentity): string | undefined;
  /** The kernel kills the container so long after its start, unless it has ended: 137, `OutOfMemoryError`. */
  outOfMemory?(task: TaskIdentity): Duration | undefined;
  /** ECS or a person stops it: SIGTERM, and SIGKILL when its stop timeout is over. */
  stopped?(task: TaskIdentity): Stopped | undefined;
  /** DescribeTasks says MISSING, and ListTasks is silent. Asked at each look at a task of at most ten seconds' age. */
  missing?(task: TaskIdentity): boolean;
}
