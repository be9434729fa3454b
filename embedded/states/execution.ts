import type { Instant } from '../../core/time/instant.ts';
import type { World } from '../clock/world.ts';
import type { CompiledMachine } from './compiled.ts';
import { runtime } from './failure.ts';
import type { Json } from './json.ts';
import { Life, type Light } from './life.ts';

export type Status = 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'TIMED_OUT' | 'ABORTED';

/** What a state machine has done so far; the children of its Map runs count as its own transitions. */
export interface MachineCounts {
  executions: number;
  childExecutions: number;
  /** State entries and retries: what AWS bills. */
  transitions: number;
}

export interface Machine {
  readonly name: string;
  readonly arn: string;
  readonly account: string;
  readonly region: string;
  readonly role: string;
  readonly definition: string;
  readonly compiled: CompiledMachine;
  readonly createdAt: Instant;
  readonly counts: MachineCounts;
}

/** One event of an execution's history, without the data that passed: a state's name, or an error. */
export interface HistoryEvent {
  readonly at: Instant;
  readonly type: string;
  readonly state?: string;
  readonly error?: string;
  readonly cause?: string;
}

/** service-quotas.html: an execution fails when its history would exceed this. */
const HISTORY_EVENTS = 25_000;

interface ExecutionIdentity {
  readonly arn: string;
  readonly name: string;
  readonly machine: Machine;
  readonly input: string;
  readonly data: Json;
  /** The Map run that started it. */
  readonly mapRun?: string;
}

export class Execution {
  readonly arn: string;
  readonly name: string;
  readonly machine: Machine;
  readonly input: string;
  readonly data: Json;
  readonly mapRun: string | undefined;
  readonly startedAt: Instant;
  readonly life: Life;
  readonly history: HistoryEvent[] = [];
  /** ARNs of the Map runs that it started. */
  readonly mapRuns: string[] = [];
  readonly ended: Promise<void>;
  readonly #world: World;
  readonly #settle: () => void;
  status: Status = 'RUNNING';
  output: string | undefined;
  error: string | undefined;
  cause: string | undefined;
  stoppedAt: Instant | undefined;

  constructor(identity: ExecutionIdentity, world: World, light?: Light) {
    this.arn = identity.arn;
    this.name = identity.name;
    this.machine = identity.machine;
    this.input = identity.input;
    this.data = identity.data;
    this.mapRun = identity.mapRun;
    this.startedAt = world.now();
    this.life = new Life(world, undefined, light);
    this.#world = world;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.ended = promise;
    this.#settle = resolve;
  }

  record(type: string, state?: string, failure?: { readonly error: string; readonly cause: string }): void {
    if (this.history.length >= HISTORY_EVENTS - 1)
      throw runtime(`The execution reached the maximum number of history events (${HISTORY_EVENTS}).`);
    this.history.push({
      at: this.#world.now(),
      type,
      ...(state === undefined ? {} : { state }),
      ...(failure === undefined ? {} : { error: failure.error, cause: failure.cause }),
    });
  }

  /** False when it had ended before. Whatever still runs for it is never heard again. */
  end(
    status: Exclude<Status, 'RUNNING'>,
    how: {
      readonly output?: string;
      readonly error?: string | undefined;
      readonly cause?: string | undefined;
    },
  ): boolean {
    if (this.status !== 'RUNNING') return false;
    this.status = status;
    this.output = how.output;
    this.error = how.error;
    this.cause = how.cause;
    this.stoppedAt = this.#world.now();
    this.history.push({
      at: this.stoppedAt,
      type: ENDINGS[status],
      ...(how.error === undefined ? {} : { error: how.error }),
      ...(how.cause === undefined ? {} : { cause: how.cause }),
    });
    this.life.end();
    this.#settle();
    return true;
  }
}

const ENDINGS = {
  SUCCEEDED: 'ExecutionSucceeded',
  FAILED: 'ExecutionFailed',
  TIMED_OUT: 'ExecutionTimedOut',
  ABORTED: 'ExecutionAborted',
} as const;
