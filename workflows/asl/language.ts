import type { TaskName } from '../contracts/tasks.ts';
import type { MachineName } from '../index.ts';

/**
 * The part of the Amazon States Language that Holdfast uses: the core that AWS, the embedded cloud and the emulators
 * agree on (JSONPath; docs/adr/0001-one-definition-everywhere.md). What is not here is not used.
 */
export interface Retrier {
  readonly ErrorEquals: readonly string[];
  readonly IntervalSeconds: number;
  readonly MaxAttempts: number;
  readonly BackoffRate: number;
  readonly MaxDelaySeconds: number;
  readonly JitterStrategy: 'FULL';
}

export interface Catcher {
  readonly ErrorEquals: readonly string[];
  readonly ResultPath: string;
  readonly Next: string;
}

type Exit = { readonly Next: string } | { readonly End: true };
type Payload = Readonly<Record<string, unknown>>;

export type TaskState = {
  readonly Type: 'Task';
  readonly Comment?: string;
  /** `${TaskName}`: CDK substitutes the function's ARN. */
  readonly Resource: string;
  readonly Parameters?: Payload;
  readonly ResultPath: string;
  readonly TimeoutSeconds: number;
  readonly Retry: readonly Retrier[];
  readonly Catch?: readonly Catcher[];
} & Exit;

/** Runs another machine of the region, waits for its end and takes its output (connect-stepfunctions.html). */
export type NestedState = {
  readonly Type: 'Task';
  readonly Comment?: string;
  readonly Resource: typeof RUN_MACHINE;
  readonly Parameters: {
    /** `${MachineRestore}`: CDK substitutes the machine's ARN. */
    readonly StateMachineArn: string;
    /** A path to the name. One name is one run, so a parent that is started again does not start a second one. */
    readonly 'Name.$': string;
    readonly Input: Payload;
  };
  readonly ResultSelector: Payload;
  readonly ResultPath: string;
  readonly TimeoutSeconds: number;
  readonly Retry: readonly Retrier[];
  readonly Catch: readonly Catcher[];
} & Exit;

/** Hands one of our tasks a token and waits until somebody gives it back (connect-to-resource.html). */
export type TokenState = {
  readonly Type: 'Task';
  readonly Comment?: string;
  readonly Resource: typeof WAIT_FOR_TOKEN;
  readonly Parameters: { readonly FunctionName: string; readonly Payload: Payload };
  readonly ResultPath: string;
  /** Where the data says how long somebody may take. */
  readonly TimeoutSecondsPath: string;
  readonly Retry: readonly Retrier[];
  readonly Catch: readonly Catcher[];
} & Exit;

export const RUN_MACHINE = 'arn:aws:states:::states:startExecution.sync:2';
export const WAIT_FOR_TOKEN = 'arn:aws:states:::lambda:invoke.waitForTaskToken';

export interface ChoiceRule {
  readonly Variable: string;
  readonly StringEquals: string;
  readonly Next: string;
}

export interface ChoiceState {
  readonly Type: 'Choice';
  readonly Comment?: string;
  readonly Choices: readonly ChoiceRule[];
  readonly Default: string;
}

export type WaitState = {
  readonly Type: 'Wait';
  readonly Comment?: string;
  readonly Next: string;
} & ({ readonly SecondsPath: string } | { readonly Seconds: number });

export type MapState = {
  readonly Type: 'Map';
  readonly Comment?: string;
  readonly ItemsPath: string;
  readonly ItemSelector: Payload;
  readonly MaxConcurrency: number;
  readonly ItemProcessor: {
    readonly ProcessorConfig: { readonly Mode: 'DISTRIBUTED'; readonly ExecutionType: 'STANDARD' };
    readonly StartAt: string;
    readonly States: Readonly<Record<string, State>>;
  };
  readonly ResultPath: null;
  readonly Catch: readonly Catcher[];
} & Exit;

/** The same few states for each of a list, within the execution itself (state-map-inline.html). */
export type EachState = {
  readonly Type: 'Map';
  readonly Comment?: string;
  readonly ItemsPath: string;
  readonly ItemSelector: Payload;
  readonly MaxConcurrency: number;
  readonly ItemProcessor: {
    readonly ProcessorConfig: { readonly Mode: 'INLINE' };
    readonly StartAt: string;
    readonly States: Readonly<Record<string, State>>;
  };
  readonly ResultPath: null;
  readonly Catch: readonly Catcher[];
} & Exit;

export interface SucceedState {
  readonly Type: 'Succeed';
  readonly Comment?: string;
  /** Null: it ends with `{}`, and with nothing of what it was given. */
  readonly OutputPath?: null;
}

export interface FailState {
  readonly Type: 'Fail';
  readonly Comment?: string;
  readonly Error: string;
  readonly Cause: string;
}

export type State =
  | TaskState
  | NestedState
  | TokenState
  | ChoiceState
  | WaitState
  | MapState
  | EachState
  | SucceedState
  | FailState;

export const runsMachine = (state: State): state is NestedState =>
  state.Type === 'Task' && state.Resource === RUN_MACHINE;
export const waitsForToken = (state: State): state is TokenState =>
  state.Type === 'Task' && state.Resource === WAIT_FOR_TOKEN;
export const runsTask = (state: State): state is TaskState =>
  state.Type === 'Task' && !runsMachine(state) && !waitsForToken(state);
export const startsChildren = (state: State): state is MapState =>
  state.Type === 'Map' && state.ItemProcessor.ProcessorConfig.Mode === 'DISTRIBUTED';

/** Every state with its name, those inside of Maps too. */
export const statesOf = (states: Readonly<Record<string, State>>): readonly (readonly [string, State])[] =>
  Object.entries(states).flatMap(([name, state]) => [
    [name, state] as const,
    ...(state.Type === 'Map' ? statesOf(state.ItemProcessor.States) : []),
  ]);

const substituted = (text: string): string | undefined => /^\$\{(\w+)\}$/.exec(text)?.[1];

/** The task that a state calls, with a token or without. */
export function taskOf(state: State): TaskName | undefined {
  const called = runsTask(state)
    ? state.Resource
    : waitsForToken(state)
      ? state.Parameters.FunctionName
      : undefined;
  return called === undefined ? undefined : (substituted(called) as TaskName | undefined);
}

/** What stands for a machine's ARN in a definition. */
export const machineKey = (machine: MachineName): string =>
  `Machine${machine[0]!.toUpperCase()}${machine.slice(1)}`;

/** The machine that a state runs, by what stands for it. */
export const nestedKeyOf = (state: State): string | undefined =>
  runsMachine(state) ? substituted(state.Parameters.StateMachineArn) : undefined;

/** A state machine as CDK deploys it, the embedded cloud runs it and `npm run draw` draws it. */
export interface Definition {
  readonly Comment: string;
  readonly StartAt: string;
  readonly TimeoutSeconds: number;
  readonly States: Readonly<Record<string, State>>;
}
