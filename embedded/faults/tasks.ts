import { type Duration, milliseconds } from '../../core/time/instant.ts';
import type { Stopped, TaskIdentity } from '../ecs/hooks.ts';
import type { Draws } from './draws.ts';

/** A task of the small installations ends within minutes: some are struck before their work, in it, or not any more. */
const STRUCK_AFTER_MS: readonly [number, number] = [500, 60_000];

/** Why a task never starts, as `stoppedReason` has it (ECS, stopped-task-error-codes). */
const NEVER_STARTED = [
  'ResourceInitializationError: unable to pull secrets or registry auth: execution resource retrieval failed: RequestCanceled: request context canceled',
  'CannotPullContainerError: ref pull has been retried 5 time(s): failed to copy: httpReadSeeker: dial tcp: i/o timeout',
  'InternalError: unable to complete the operation',
];

/** Who stops a task that works: ECS itself, or a person in its console. */
const STOPPED = [
  { code: 'ServiceSchedulerInitiated', reason: 'Your AWS Fargate task is being retired.' },
  { code: 'UserInitiated', reason: 'Task stopped by user' },
] as const;

/** What goes wrong with tasks on Fargate, from their start to their end. */
export class Tasks {
  readonly #draws: Draws;

  constructor(draws: Draws) {
    this.#draws = draws;
  }

  outOfCapacity(task: TaskIdentity): boolean {
    return this.#strikes('task-finds-no-room', task);
  }

  failsToStart(task: TaskIdentity): string | undefined {
    if (!this.#strikes('task-never-starts', task)) return undefined;
    return this.#draws.stream('task-never-starts').pick(NEVER_STARTED);
  }

  outOfMemory(task: TaskIdentity): Duration | undefined {
    return this.#strikes('task-out-of-memory', task) ? this.#soon('task-out-of-memory') : undefined;
  }

  stopped(task: TaskIdentity): Stopped | undefined {
    if (!this.#strikes('task-stopped', task)) return undefined;
    const { code, reason } = this.#draws.stream('task-stopped').pick(STOPPED);
    return { after: this.#soon('task-stopped'), code, reason };
  }

  #strikes(
    kind: `task-${'finds-no-room' | 'never-starts' | 'out-of-memory' | 'stopped'}`,
    { family, region, startedBy = 'nobody' }: TaskIdentity,
  ): boolean {
    if (!this.#draws.strikes(kind)) return false;
    this.#draws.record(kind, `${family} in ${region}, started for ${startedBy}`);
    return true;
  }

  #soon(kind: 'task-out-of-memory' | 'task-stopped'): Duration {
    return milliseconds(this.#draws.stream(kind).between(...STRUCK_AFTER_MS));
  }
}
