import { type Duration, seconds } from '../../core/time/instant.ts';
import type { Daylight } from '../clock/daylight.ts';
import type { World } from '../clock/world.ts';
import type { ChoiceState, FailState, PassState, Scope, State, WaitState, Worker } from './compiled.ts';
import { runtime, StateFailure } from './failure.ts';
import { bytesOf, type Json, limited, PAYLOAD_BYTES } from './json.ts';
import { Life } from './life.ts';
import { mustRead, type Sources } from './paths.ts';
import { Retriers } from './retry.ts';
import { count } from './template.ts';
import { type Place, Visit } from './visit.ts';

/** What leaves a state, and how many bytes at most its output has more than its input. */
interface Step {
  readonly output: Json;
  readonly next: string | undefined;
  readonly grew: number;
}

/** What a Task, Map or Parallel state brought. */
export interface Result {
  readonly value: Json;
  readonly bytes: number;
}

/** Does the work of one attempt of a Task, Map or Parallel state; `life` ends with the attempt. */
export type Attempt = (visit: Visit, state: State, input: Json, life: Life) => Promise<Result>;

interface InterpreterParts {
  readonly world: World;
  readonly daylight: Daylight;
  readonly attempt: Attempt;
}

/** Keys, quotes and braces on the way of a ResultPath. */
const PATH_BYTES = 512;

/** Walks from state to state: enters, runs, leaves, and knows what retriers and catchers make of a failure. */
export class Interpreter {
  readonly #parts: InterpreterParts;

  constructor(parts: InterpreterParts) {
    this.#parts = parts;
  }

  /** `bytes` is the size of the input, so that outputs need to be measured only when they may be too large. */
  async run(place: Place, scope: Scope, input: Json, bytes: number): Promise<Json> {
    const { world, daylight } = this.#parts;
    const { execution, life } = place;
    const { region, counts } = execution.machine;
    let state = scope.states.get(scope.startAt)!;
    let data = input;
    let bound = bytes;
    for (;;) {
      if (daylight.isDark(region)) await life.hold(daylight.of(region));
      counts.transitions++;
      execution.record(`${state.kind}StateEntered`, state.name);
      const visit = new Visit(place, state.name, world.now());
      const step = await this.#step(visit, state, data).catch((thrown) => {
        throw located(thrown, state.name);
      });
      data = step.output;
      bound += step.grew;
      if (bound > PAYLOAD_BYTES)
        bound = bytesOf(limited(JSON.stringify(data), `output of the state ${state.name}`));
      execution.record(`${state.kind}StateExited`, state.name);
      if (step.next === undefined) return data;
      state = scope.states.get(step.next)!;
    }
  }

  async #step(visit: Visit, state: State, data: Json): Promise<Step> {
    switch (state.kind) {
      case 'Task':
      case 'Map':
      case 'Parallel':
        return this.#work(visit, state, data);
      case 'Choice':
        return choose(visit, state, data);
      case 'Pass':
        return pass(visit, state, data);
      case 'Wait': {
        const input = state.input(visit.sources(data));
        await visit.place.life.sleep(pauseOf(state, visit.sources(input), this.#parts.world.now()));
        return through(visit, state, input);
      }
      case 'Succeed':
        return through(visit, state, state.input(visit.sources(data)));
      case 'Fail':
        throw failureOf(state, visit.sources(data));
    }
  }

  async #work(visit: Visit, state: State & Worker, data: Json): Promise<Step> {
    const { world, attempt } = this.#parts;
    const { execution, life: around } = visit.place;
    const retriers = new Retriers(state.retry);
    for (;;) {
      const life = new Life(world, around);
      try {
        const result = await attempt(visit, state, state.input(visit.sources(data)), life);
        return leave(visit, state, data, result);
      } catch (thrown) {
        life.end();
        if (!(thrown instanceof StateFailure)) throw thrown;
        const wait = retriers.next(thrown.error, () => world.random('states.retry'));
        if (wait === undefined) return caught(state, data, thrown);
        visit.retries++;
        execution.machine.counts.transitions++;
        await around.sleep(wait);
      } finally {
        life.end();
      }
    }
  }
}

function leave(visit: Visit, state: Worker, data: Json, result: Result): Step {
  const selected = state.select ? state.select(visit.sources(result.value)) : result.value;
  // The raw input is what the result is put into, also when InputPath chose a part of it (Amazon States Language, ResultPath).
  const combined = state.result ? state.result(data, selected) : data;
  return {
    output: state.output(visit.sources(combined)),
    next: state.next,
    grew: state.select ? Number.POSITIVE_INFINITY : result.bytes + PATH_BYTES,
  };
}

function caught(state: Worker, data: Json, failure: StateFailure): Step {
  const catcher = state.catches.find(({ takes }) => takes(failure.error));
  if (!catcher) throw failure;
  const error = { Error: failure.error, Cause: failure.cause };
  return {
    output: catcher.result ? catcher.result(data, error) : data,
    next: catcher.next,
    grew: bytesOf(JSON.stringify(error)) + PATH_BYTES,
  };
}

function choose(visit: Visit, state: ChoiceState, data: Json): Step {
  const input = state.input(visit.sources(data));
  const from = visit.sources(input);
  const next = state.rules.find((rule) => rule.holds(from))?.next ?? state.otherwise;
  if (next === undefined)
    throw new StateFailure(
      'States.NoChoiceMatched',
      `no rule of '${state.name}' matched, and there is no Default`,
    );
  return { ...through(visit, state, input), next };
}

function pass(visit: Visit, state: PassState, data: Json): Step {
  const input = state.input(visit.sources(data));
  const made = state.make ? state.make(visit.sources(input)) : input;
  const combined = state.result ? state.result(data, made) : data;
  return { ...through(visit, state, combined), grew: Number.POSITIVE_INFINITY };
}

const through = (visit: Visit, state: State, input: Json): Step => ({
  output: state.output(visit.sources(input)),
  next: state.next,
  grew: 0,
});

function pauseOf({ until }: WaitState, from: Sources, now: number): Duration {
  if (until.Seconds !== undefined) return seconds(until.Seconds);
  if (until.SecondsPath !== undefined)
    return seconds(count(mustRead(until.SecondsPath, 'SecondsPath', from), 'SecondsPath'));
  const text = until.Timestamp ?? mustRead(until.TimestampPath!, 'TimestampPath', from);
  const at = typeof text === 'string' ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(at))
    throw runtime(`The Timestamp must be an ISO 8601 instant; received ${JSON.stringify(text)}`);
  return Math.max(0, at - now) as Duration;
}

function failureOf(state: FailState, from: Sources): StateFailure {
  const text = (fixed: string | undefined, path: string | undefined, field: string): string => {
    if (path === undefined) return fixed ?? '';
    const value = mustRead(path, field, from);
    return typeof value === 'string' ? value : JSON.stringify(value);
  };
  return new StateFailure(
    text(state.error, state.errorPath, 'ErrorPath'),
    text(state.cause, state.causePath, 'CausePath'),
  );
}

/** AWS says in which state a runtime error arose. */
function located(thrown: unknown, state: string): unknown {
  if (!(thrown instanceof StateFailure) || thrown.error !== 'States.Runtime') return thrown;
  if (thrown.cause.startsWith('An error occurred')) return thrown;
  return runtime(`An error occurred while executing the state '${state}'. ${thrown.cause}`);
}
