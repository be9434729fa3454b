import type { World } from '../clock/world.ts';
import { uuid } from '../random/uuid.ts';
import type { MapState, ParallelState, Scope } from './compiled.ts';
import type { Execution, Machine } from './execution.ts';
import { permitted, runtime, StateFailure } from './failure.ts';
import type { Interpreter, Result } from './interpreter.ts';
import { bytesOf, type Json, limited } from './json.ts';
import { Life } from './life.ts';
import { mustRead } from './paths.ts';
import { pool } from './pool.ts';
import type { Visit } from './visit.ts';

interface FanOutParts {
  readonly world: World;
  readonly interpreter: () => Interpreter;
  /** Starts one child execution of a Map run. */
  readonly startChild: (parent: Execution, mapRun: string, processor: Scope, input: string) => Execution;
  readonly stop: (execution: Execution) => void;
  readonly permit: (machine: Machine, action: string, resource: string) => void;
}

/** state-map-inline.html: an inline Map runs at most 40 iterations at once; state-map-distributed.html: 10,000 children. */
const INLINE_CONCURRENCY = 40;
const DISTRIBUTED_CONCURRENCY = 10_000;

/** Parallel and Map states: branches and iterations inside the execution, or child executions of their own. */
export class FanOut {
  readonly #parts: FanOutParts;

  constructor(parts: FanOutParts) {
    this.#parts = parts;
  }

  async parallel(visit: Visit, state: ParallelState, input: Json, life: Life): Promise<Result> {
    const { world, interpreter } = this.#parts;
    const { execution, item } = visit.place;
    const given = state.parameters ? state.parameters(visit.sources(input)) : input;
    const bytes = bytesOf(JSON.stringify(given));
    execution.record('ParallelStateStarted', state.name);
    const place = () => ({ execution, life: new Life(world, life), item });
    const outputs = await Promise.all(
      state.branches.map((branch) => interpreter().run(place(), branch, given, bytes)),
    );
    execution.record('ParallelStateSucceeded', state.name);
    return measured(outputs, state.name);
  }

  async map(visit: Visit, state: MapState, input: Json, life: Life): Promise<Result> {
    const items = mustRead(state.definition.ItemsPath ?? '$', 'ItemsPath', visit.sources(input));
    if (!Array.isArray(items))
      throw runtime(`The ItemsPath of '${state.name}' must name an array; received ${JSON.stringify(items)}`);
    const itemAt = (index: number): Json => {
      const item = { index, value: items[index] as Json };
      return state.itemSelector ? state.itemSelector(visit.sources(input, { item })) : item.value;
    };
    const distributed = state.definition.ItemProcessor.ProcessorConfig.Mode === 'DISTRIBUTED';
    const run = distributed ? this.#distributed : this.#inline;
    return run.call(this, visit, state, items, itemAt, life);
  }

  async #inline(
    visit: Visit,
    state: MapState,
    items: readonly Json[],
    itemAt: (index: number) => Json,
    life: Life,
  ): Promise<Result> {
    const { world, interpreter } = this.#parts;
    const { execution } = visit.place;
    execution.record('MapStateStarted', state.name);
    const outputs: Json[] = [];
    const width = Math.min(state.definition.MaxConcurrency || INLINE_CONCURRENCY, INLINE_CONCURRENCY);
    await pool(items.length, width, async (index) => {
      const given = itemAt(index);
      execution.record('MapIterationStarted', state.name);
      const place = { execution, life: new Life(world, life), item: { index, value: items[index]! } };
      outputs[index] = await interpreter().run(place, state.processor, given, bytesOf(JSON.stringify(given)));
      execution.record('MapIterationSucceeded', state.name);
    });
    execution.record('MapStateSucceeded', state.name);
    return measured(outputs, state.name);
  }

  async #distributed(
    visit: Visit,
    state: MapState,
    items: readonly Json[],
    itemAt: (index: number) => Json,
    life: Life,
  ): Promise<Result> {
    const { world, startChild, stop, permit } = this.#parts;
    const { execution } = visit.place;
    const { machine } = execution;
    // A Map run's children are executions of the machine itself (state-map-distributed.html).
    permitted('States.Permissions', () => permit(machine, 'states:StartExecution', machine.arn));
    const label = state.definition.Label ?? state.name.replace(/[^\w-]/g, '').slice(0, 40);
    const { region, account, name } = machine;
    const mapRun = `arn:aws:states:${region}:${account}:mapRun:${name}/${label}:${uuid(world.random('states.ids'))}`;
    execution.mapRuns.push(mapRun);
    execution.record('MapRunStarted', state.name);
    const outputs: string[] = [];
    const tolerated = toleratedFailures(state, items.length);
    let failed = 0;
    await pool(items.length, state.definition.MaxConcurrency || DISTRIBUTED_CONCURRENCY, async (index) => {
      const given = limited(JSON.stringify(itemAt(index)), `input of a child of ${state.name}`);
      const child = startChild(execution, mapRun, state.processor, given);
      const abandon = () => stop(child);
      life.onEnd(abandon);
      await life.hold(child.ended);
      life.forget(abandon);
      if (child.status === 'SUCCEEDED') outputs[index] = child.output!;
      else if (++failed > tolerated) throw this.#tooMany(execution, state.name);
    });
    execution.record('MapRunSucceeded', state.name);
    // The limit holds for what the children return together, also when ResultPath discards it: only a ResultWriter lifts it.
    const text = limited(`[${outputs.filter(() => true).join(',')}]`, `result of the Map run ${state.name}`);
    const unread = state.result === undefined && state.select === undefined;
    return { value: unread ? null : (JSON.parse(text) as Json), bytes: unread ? 0 : bytesOf(text) };
  }

  #tooMany(execution: Execution, state: string): StateFailure {
    const failure = new StateFailure(
      'States.ExceedToleratedFailureThreshold',
      'The specified tolerated failure threshold was exceeded',
    );
    execution.record('MapRunFailed', state, failure);
    return failure;
  }
}

/** state-map-distributed.html: with a count and a percentage, the Map run fails when either is exceeded. */
function toleratedFailures({ definition }: MapState, items: number): number {
  const { ToleratedFailureCount: most, ToleratedFailurePercentage: percent } = definition;
  if (most === undefined && percent === undefined) return 0;
  return Math.min(most ?? items, percent === undefined ? items : Math.floor((items * percent) / 100));
}

function measured(outputs: readonly Json[], state: string): Result {
  const text = limited(JSON.stringify(outputs), `result of ${state}`);
  return { value: outputs, bytes: bytesOf(text) };
}
