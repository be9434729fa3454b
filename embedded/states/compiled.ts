import type { Test } from './choice.ts';
import type { MapDefinition, RetrierDefinition, WaitDefinition } from './definition.ts';
import type { Writer } from './paths.ts';
import type { Template } from './template.ts';

/** A state with its paths and templates compiled. */
export interface Common {
  readonly name: string;
  readonly input: Template;
  readonly output: Template;
  readonly next: string | undefined;
}

/** What Task, Parallel and Map share: they work, and their work may fail. */
export interface Worker extends Common {
  /** Parameters; the filtered input when there are none. */
  readonly parameters: Template | undefined;
  readonly select: Template | undefined;
  /** Where the result goes in the state's input; undefined discards it. */
  readonly result: Writer | undefined;
  readonly retry: readonly RetrierDefinition[];
  readonly catches: readonly Catcher[];
}

export interface Catcher {
  readonly takes: (error: string) => boolean;
  readonly result: Writer | undefined;
  readonly next: string;
}

export interface TaskState extends Worker {
  readonly kind: 'Task';
  readonly resource: string;
  readonly timeoutSeconds: number | string | undefined;
  readonly heartbeatSeconds: number | undefined;
}
export interface MapState extends Worker {
  readonly kind: 'Map';
  readonly definition: MapDefinition;
  readonly itemSelector: Template | undefined;
  readonly processor: Scope;
}
export interface ParallelState extends Worker {
  readonly kind: 'Parallel';
  readonly branches: readonly Scope[];
}
export interface PassState extends Common {
  readonly kind: 'Pass';
  readonly make: Template | undefined;
  readonly result: Writer | undefined;
}
export interface ChoiceState extends Common {
  readonly kind: 'Choice';
  readonly rules: readonly { readonly holds: Test; readonly next: string }[];
  readonly otherwise: string | undefined;
}
export interface WaitState extends Common {
  readonly kind: 'Wait';
  readonly until: WaitDefinition;
}
export interface SucceedState extends Common {
  readonly kind: 'Succeed';
}
export interface FailState extends Common {
  readonly kind: 'Fail';
  readonly error: string | undefined;
  readonly cause: string | undefined;
  readonly errorPath: string | undefined;
  readonly causePath: string | undefined;
}
export type State =
  | TaskState
  | MapState
  | ParallelState
  | PassState
  | ChoiceState
  | WaitState
  | SucceedState
  | FailState;

/** States that follow one another: a machine, a branch, an item processor. */
export interface Scope {
  readonly startAt: string;
  readonly states: ReadonlyMap<string, State>;
}

export interface CompiledMachine extends Scope {
  readonly timeoutSeconds: number | undefined;
}
