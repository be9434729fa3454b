import { z } from 'zod';
import { AwsError, NotModelled } from '../service.ts';
import { test } from './choice.ts';
import type { Common, CompiledMachine, Scope, State, TaskState, Worker } from './compiled.ts';
import {
  type CatcherDefinition,
  type MachineDefinition,
  machineDefinition,
  type RetrierDefinition,
  type ScopeDefinition,
  type StateDefinition,
  type TaskDefinition,
} from './definition.ts';
import { matches } from './failure.ts';
import type { JsonObject } from './json.ts';
import { reader, type Writer, writer } from './paths.ts';
import { filter, template } from './template.ts';

/** state-machine definitions may have 1 MB (service-quotas.html). */
const DEFINITION_BYTES = 1_048_576;
const STATE_NAME = 80;

/** Clouds come and go in one process by the thousand, with the same few machines. What is compiled never changes. */
const COMPILED = new Map<string, CompiledMachine>();
const COMPILED_MAX = 64;

/** Compiles a definition string; everything that is wrong with it is refused here and not at three in the morning. */
export function compileMachine(text: string): CompiledMachine {
  const found = COMPILED.get(text);
  if (found) return found;
  const compiled = compileAnew(text);
  if (COMPILED.size >= COMPILED_MAX) COMPILED.clear();
  COMPILED.set(text, compiled);
  return compiled;
}

function compileAnew(text: string): CompiledMachine {
  if (Buffer.byteLength(text) > DEFINITION_BYTES) throw invalid('the definition exceeds 1 MB');
  let raw: unknown;
  try {
    raw = JSON.parse(text);
  } catch (thrown) {
    throw invalid(`not JSON: ${String(thrown)}`);
  }
  const parsed = machineDefinition.safeParse(raw);
  if (!parsed.success) throw invalid(z.prettifyError(parsed.error));
  const definition = parsed.data as MachineDefinition;
  return { ...compileScope(definition, '', new Set()), timeoutSeconds: definition.TimeoutSeconds };
}

function compileScope(definition: ScopeDefinition, at: string, names: Set<string>): Scope {
  const states = new Map<string, State>();
  for (const [name, state] of Object.entries(definition.States)) {
    if (name.length > STATE_NAME) throw invalid(`the name of state ${name} exceeds ${STATE_NAME} characters`);
    if (names.has(name)) throw invalid(`DUPLICATE_STATE_NAME: ${name} at ${at}/States`);
    names.add(name);
    try {
      states.set(name, compileState(name, state, `${at}/States/${name}`, names));
    } catch (thrown) {
      if (thrown instanceof AwsError || thrown instanceof NotModelled) throw thrown;
      throw invalid(`${thrown instanceof Error ? thrown.message : String(thrown)} at ${at}/States/${name}`);
    }
  }
  checkTransitions(definition.StartAt, states, at);
  return { startAt: definition.StartAt, states };
}

function checkTransitions(startAt: string, states: ReadonlyMap<string, State>, at: string): void {
  const reached = new Set<string>();
  const open = [startAt];
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    if (reached.has(name)) continue;
    const state = states.get(name);
    if (!state) throw invalid(`MISSING_TRANSITION_TARGET: Missing target: ${name} at ${at}`);
    reached.add(name);
    open.push(...targets(state));
  }
  for (const name of states.keys())
    if (!reached.has(name))
      throw invalid(`MISSING_TRANSITION_TARGET: State "${name}" is not reachable at ${at}`);
}

function targets(state: State): string[] {
  const found = state.next === undefined ? [] : [state.next];
  if (state.kind === 'Choice')
    found.push(...state.rules.map((rule) => rule.next), ...(state.otherwise ? [state.otherwise] : []));
  if ('catches' in state) found.push(...state.catches.map((catcher) => catcher.next));
  return found;
}

function compileState(name: string, d: StateDefinition, at: string, names: Set<string>): State {
  const common = commonOf(name, d);
  switch (d.Type) {
    case 'Task':
      return compileTask(common, d);
    case 'Map':
      return {
        ...workerOf(common, d),
        kind: 'Map',
        definition: d,
        itemSelector: d.ItemSelector && template(d.ItemSelector as JsonObject, 'ItemSelector'),
        processor: compileScope(d.ItemProcessor, `${at}/ItemProcessor`, names),
      };
    case 'Parallel':
      return {
        ...workerOf(common, d),
        kind: 'Parallel',
        branches: d.Branches.map((branch, i) => compileScope(branch, `${at}/Branches[${i}]`, names)),
      };
    case 'Pass': {
      const make = d.Parameters ? template(d.Parameters as JsonObject, 'Parameters') : undefined;
      const fixed = d.Result;
      return {
        ...common,
        kind: 'Pass',
        make: fixed === undefined ? make : () => fixed,
        result: resultWriter(d.ResultPath),
      };
    }
    case 'Choice':
      return {
        ...common,
        kind: 'Choice',
        rules: d.Choices.map((rule) => ({ holds: test(rule as JsonObject), next: rule.Next })),
        otherwise: d.Default,
      };
    case 'Wait': {
      const ways = [d.Seconds, d.SecondsPath, d.Timestamp, d.TimestampPath].filter(
        (way) => way !== undefined,
      );
      if (ways.length !== 1)
        throw new Error('a Wait state has exactly one of Seconds, SecondsPath, Timestamp, TimestampPath');
      for (const path of [d.SecondsPath, d.TimestampPath]) if (path) reader(path);
      return { ...common, kind: 'Wait', until: d };
    }
    case 'Succeed':
      return { ...common, kind: 'Succeed' };
    case 'Fail':
      return {
        ...common,
        kind: 'Fail',
        error: d.Error,
        cause: d.Cause,
        errorPath: d.ErrorPath,
        causePath: d.CausePath,
      };
  }
}

function compileTask(common: Common, d: TaskDefinition): TaskState {
  if (d.TimeoutSecondsPath) reader(d.TimeoutSecondsPath);
  return {
    ...workerOf(common, d),
    kind: 'Task',
    resource: d.Resource,
    timeoutSeconds: d.TimeoutSeconds ?? d.TimeoutSecondsPath,
    heartbeatSeconds: d.HeartbeatSeconds,
  };
}

function commonOf(name: string, d: StateDefinition): Common {
  const io = d as { InputPath?: string | null; OutputPath?: string | null; Next?: string; End?: true };
  const ends = d.Type === 'Choice' || d.Type === 'Succeed' || d.Type === 'Fail';
  if (!ends && (io.Next === undefined) === (io.End === undefined))
    throw new Error('the state has exactly one of Next and End');
  return {
    name,
    input: filter(io.InputPath, 'InputPath'),
    output: filter(io.OutputPath, 'OutputPath'),
    next: io.Next,
  };
}

interface WorkerFields {
  readonly Parameters?: unknown;
  readonly ResultSelector?: unknown;
  readonly ResultPath?: string | null | undefined;
  readonly Retry: readonly RetrierDefinition[];
  readonly Catch: readonly CatcherDefinition[];
}

function workerOf(common: Common, d: WorkerFields): Worker {
  for (const list of [d.Retry, d.Catch])
    for (const [i, { ErrorEquals: errors }] of list.entries())
      if (errors.includes('States.ALL') && (errors.length > 1 || i < list.length - 1))
        throw new Error('States.ALL stands alone and last');
  return {
    ...common,
    parameters: d.Parameters === undefined ? undefined : template(d.Parameters as JsonObject, 'Parameters'),
    select:
      d.ResultSelector === undefined ? undefined : template(d.ResultSelector as JsonObject, 'ResultSelector'),
    result: resultWriter(d.ResultPath),
    retry: d.Retry,
    catches: d.Catch.map((catcher) => ({
      takes: (error) => matches(catcher.ErrorEquals, error),
      result: resultWriter(catcher.ResultPath),
      next: catcher.Next,
    })),
  };
}

const resultWriter = (path: string | null | undefined): Writer | undefined =>
  path === null ? undefined : writer(path ?? '$');

const invalid = (why: string): AwsError =>
  new AwsError('InvalidDefinition', `Invalid State Machine Definition: '${why}'`);
