import type { RetryableName } from '../../core/errors/registry.ts';
import { type Duration, inSeconds } from '../../core/time/instant.ts';
import type { TaskName } from '../contracts/tasks.ts';
import type { MachineName } from '../index.ts';
import { catchAll, LAMBDA_HICCUPS, passing } from './faults.ts';
import {
  type EachState,
  machineKey,
  type NestedState,
  type Retrier,
  RUN_MACHINE,
  type State,
  type TokenState,
  WAIT_FOR_TOKEN,
} from './language.ts';

/** Hiccups of Step Functions itself. A name that was used before is none: what is known of that run is in the catalog. */
const STATES_HICCUPS: Retrier = {
  ...LAMBDA_HICCUPS,
  ErrorEquals: [
    'StepFunctions.AWSStepFunctionsException',
    'StepFunctions.SdkClientException',
    'StepFunctions.ExecutionLimitExceededException',
  ],
};

const exit = (next: string | 'end') => (next === 'end' ? { End: true as const } : { Next: next });

/**
 * Runs another machine of this region to its end. Its output lands under `<into>.output`, its execution under
 * `<into>.execution`. However it failed, `onError` sees `States.TaskFailed`, and of a name that was used before
 * `StepFunctions.ExecutionAlreadyExistsException`: the catalog says what became of the work.
 */
export function runMachine(
  machine: MachineName,
  o: {
    readonly comment?: string;
    /** Field of the state's data that has the execution's name. */
    readonly name: string;
    readonly input: Readonly<Record<string, unknown>>;
    readonly into: string;
    readonly next: string | 'end';
    readonly onError: string;
    readonly timeout: Duration;
  },
): NestedState {
  return {
    Type: 'Task',
    ...(o.comment === undefined ? {} : { Comment: o.comment }),
    Resource: RUN_MACHINE,
    Parameters: {
      StateMachineArn: `\${${machineKey(machine)}}`,
      'Name.$': `$.${o.name}`,
      Input: o.input,
    },
    ResultSelector: { 'execution.$': '$.ExecutionArn', 'output.$': '$.Output' },
    ResultPath: `$.${o.into}`,
    TimeoutSeconds: inSeconds(o.timeout),
    Retry: [STATES_HICCUPS],
    Catch: catchAll(o.onError),
    ...exit(o.next),
  };
}

/**
 * A state that waits for somebody: `task` is handed the token as `token`, and whoever gives it back ends the wait. A
 * retry has another token. Silence is no hiccup: it goes to `onSilence`.
 */
export function askWith(
  task: TaskName,
  o: {
    readonly comment?: string;
    readonly parameters: Readonly<Record<string, unknown>>;
    readonly into: string;
    readonly next: string | 'end';
    readonly retry: readonly RetryableName[];
    readonly onSilence: string;
    readonly onError: string;
    /** Field of the state's data that says how many seconds somebody may take. */
    readonly within: string;
  },
): TokenState {
  const hiccups = LAMBDA_HICCUPS.ErrorEquals.filter((name) => name !== 'States.Timeout');
  return {
    Type: 'Task',
    ...(o.comment === undefined ? {} : { Comment: o.comment }),
    Resource: WAIT_FOR_TOKEN,
    Parameters: {
      FunctionName: `\${${task}}`,
      Payload: { ...o.parameters, 'token.$': '$$.Task.Token' },
    },
    ResultPath: `$.${o.into}`,
    TimeoutSecondsPath: `$.${o.within}`,
    Retry: [{ ...LAMBDA_HICCUPS, ErrorEquals: hiccups }, passing(o.retry)],
    Catch: [
      { ErrorEquals: ['States.Timeout'], ResultPath: '$.error', Next: o.onSilence },
      ...catchAll(o.onError),
    ],
    ...exit(o.next),
  };
}

/**
 * The same states for each of a list, side by side, in this execution. One that fails ends the others, so what may
 * fail is caught inside. What they return together has to fit one payload (256 KiB) though nobody takes it, and more than
 * that no catcher sees: they end with nothing.
 */
export function each(
  o: {
    readonly comment: string;
    readonly items: string;
    readonly select: Readonly<Record<string, unknown>>;
    /** At most 40: more would be a Distributed Map's (state-map-inline.html). */
    readonly concurrency: number;
    readonly startAt: string;
    readonly next: string | 'end';
    readonly onError: string;
  },
  states: Readonly<Record<string, State>>,
): EachState {
  return {
    Type: 'Map',
    Comment: o.comment,
    ItemsPath: `$.${o.items}`,
    ItemSelector: o.select,
    MaxConcurrency: o.concurrency,
    ItemProcessor: {
      ProcessorConfig: { Mode: 'INLINE' },
      StartAt: o.startAt,
      States: Object.fromEntries(Object.entries(states).map(([name, state]) => [name, endingEmpty(state)])),
    },
    ResultPath: null,
    Catch: catchAll(o.onError),
    ...exit(o.next),
  };
}

const endingEmpty = (state: State): State =>
  state.Type === 'Succeed' ? { ...state, OutputPath: null } : state;
