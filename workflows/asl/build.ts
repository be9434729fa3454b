import type { RetryableName } from '../../core/errors/registry.ts';
import { type Duration, inSeconds } from '../../core/time/instant.ts';
import type { TaskName } from '../contracts/tasks.ts';
import { catchAll, catchWeather, LAMBDA_HICCUPS, passing } from './faults.ts';
import type {
  ChoiceState,
  Definition,
  FailState,
  MapState,
  State,
  SucceedState,
  TaskState,
  WaitState,
} from './language.ts';

export { WEATHER } from './faults.ts';

interface TaskOptions {
  readonly comment?: string;
  /** Field of the state's data that receives the result. */
  readonly into: string;
  readonly next: string | 'end';
  readonly retry: readonly RetryableName[];
  /** How often, of what others wait for and can do without. @default 15, roughly an hour in all */
  readonly attempts?: number;
  /**
   * Where a failure goes. `refuse` lets the task's own error end the execution under its own name: for requests that
   * are turned down before anything was done.
   */
  readonly onError: string | 'refuse';
  /** Where that goes which was tried again until the tries were used up, of a task that else refuses: it is no refusal. */
  readonly onWeather?: string;
  readonly parameters?: Readonly<Record<string, unknown>>;
  readonly timeout: Duration;
}

export function task(name: TaskName, o: TaskOptions): TaskState {
  return {
    Type: 'Task',
    ...(o.comment === undefined ? {} : { Comment: o.comment }),
    Resource: `\${${name}}`,
    ...(o.parameters === undefined ? {} : { Parameters: o.parameters }),
    ResultPath: `$.${o.into}`,
    TimeoutSeconds: inSeconds(o.timeout),
    Retry: [LAMBDA_HICCUPS, passing(o.retry, o.attempts)],
    ...(o.onError === 'refuse' ? {} : { Catch: catchAll(o.onError) }),
    ...(o.onWeather !== undefined && { Catch: catchWeather(o.retry, o.onWeather) }),
    ...(o.next === 'end' ? { End: true } : { Next: o.next }),
  };
}

/** Chooses by the outcome that a task reported. An outcome that nobody foresaw goes to `otherwise`. */
export function choice(
  variable: string,
  routes: Readonly<Record<string, string>>,
  otherwise: string,
): ChoiceState {
  return {
    Type: 'Choice',
    Choices: Object.entries(routes).map(([value, next]) => ({
      Variable: `$.${variable}`,
      StringEquals: value,
      Next: next,
    })),
    Default: otherwise,
  };
}

export const waitFor = (secondsField: string, next: string): WaitState => ({
  Type: 'Wait',
  SecondsPath: `$.${secondsField}`,
  Next: next,
});

/** The same length each time. */
export const pause = (comment: string, length: Duration, next: string): WaitState => ({
  ...{ Type: 'Wait', Comment: comment },
  ...{ Seconds: inSeconds(length), Next: next },
});

interface MapOptions {
  readonly comment: string;
  readonly items: string;
  readonly select: Readonly<Record<string, unknown>>;
  readonly concurrency: number;
  readonly next: string;
  readonly onError: string;
}

/** A Distributed Map whose children each run one task on one shard. Results are in the vault, so none come back. */
export function eachShard(
  child: {
    readonly state: string;
    readonly task: TaskName;
    readonly timeout: Duration;
    readonly retry: readonly RetryableName[];
  },
  o: MapOptions,
): MapState {
  return {
    Type: 'Map',
    Comment: o.comment,
    ItemsPath: `$.${o.items}`,
    ItemSelector: o.select,
    MaxConcurrency: o.concurrency,
    ItemProcessor: {
      ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' },
      StartAt: child.state,
      States: {
        // The children's outputs together must fit one payload (256 KiB), also where the Map discards them: a child
        // returns its result alone, not what it was given.
        [child.state]: {
          ...task(child.task, {
            into: 'moved',
            next: 'end',
            retry: child.retry,
            onError: 'refuse',
            timeout: child.timeout,
          }),
          ResultPath: '$',
        },
      },
    },
    ResultPath: null,
    Catch: catchAll(o.onError),
    Next: o.next,
  };
}

export const succeed = (comment: string): SucceedState => ({ Type: 'Succeed', Comment: comment });
export const fail = (error: string, cause: string): FailState => ({
  Type: 'Fail',
  Error: error,
  Cause: cause,
});

/** Under this name a machine fails that may have recorded its failure and not told anybody: `CloseStoppedExecution` does. */
export const FAILURE_NOT_TOLD = 'FailureNotTold';
export const notTold: FailState = fail(
  FAILURE_NOT_TOLD,
  'it failed, and the step before this one could not record that and tell of it in an hour; that is done when this end is heard of',
);

export function machine(
  comment: string,
  o: { readonly startAt: string; readonly giveUpAfter: Duration },
  states: Readonly<Record<string, State>>,
): Definition {
  return { Comment: comment, StartAt: o.startAt, TimeoutSeconds: inSeconds(o.giveUpAfter), States: states };
}
