import { milliseconds, seconds } from '../../core/time/instant.ts';
import type { Daylight } from '../clock/daylight.ts';
import type { World } from '../clock/world.ts';
import type { AwsEvent } from '../events/event.ts';
import { uuid } from '../random/uuid.ts';
import { AwsError, type Call, type EmbeddedService } from '../service.ts';
import { StatesApi } from './api.ts';
import { compileMachine } from './compile.ts';
import type { Scope } from './compiled.ts';
import { Execution, type Machine, type MachineCounts } from './execution.ts';
import { StateFailure } from './failure.ts';
import { FanOut } from './fan-out.ts';
import { type Attempt, Interpreter } from './interpreter.ts';
import { bytesOf, type Json, limited, PAYLOAD_BYTES } from './json.ts';
import type { Light } from './life.ts';
import { statusChange } from './status-change.ts';
import { checkResource, type Integrations, Tasks } from './tasks.ts';
import { Tokens } from './tokens.ts';

export interface MachineSettings {
  readonly name: string;
  readonly account: string;
  readonly region: string;
  readonly role: string;
  /** The Amazon States Language, with every substitution made. */
  readonly definition: string;
}

interface StatesParts {
  readonly world: World;
  readonly daylight: Daylight;
  readonly integrations: Integrations;
  /** Throws what a machine's role is answered that lacks a permission. @default everything is allowed */
  readonly permit?: (machine: Machine, action: string, resource: string) => void;
  /** Takes the events of executions, for the default bus of their region. */
  readonly emit?: (event: AwsEvent) => void;
  readonly measure?: (of: Machine, metric: string, value: number) => void;
}

/** StartExecution, names (quotas): at most 80 of these characters. */
const NAME = /^[^\s<>{}[\]?*"#%\\^|~`$&,;:/\p{Cc}]{1,80}$/u;

/**
 * Step Functions, Standard workflows: runs the definition string itself, in JSONPath, on virtual time.
 *
 * Does not model: the permission of a task that sends to a queue, JSONata and variables, intrinsic functions, ItemReader, ItemBatcher and ResultWriter, SDK
 * integrations, Express workflows, versions and aliases, redrive, activities, request throttling, the 90 days after
 * which a name is free again, the data in histories, status events of the children of a Map run. A definition that
 * uses one of these is refused when it is created.
 */
export class States implements EmbeddedService {
  readonly name = 'sfn';
  readonly tokens: Tokens;
  readonly #parts: StatesParts;
  readonly #machines = new Map<string, Machine>();
  readonly #executions = new Map<string, Execution>();
  /** The executions of a machine or Map run, oldest first. */
  readonly #listed = new Map<string, Execution[]>();
  readonly #interpreter: Interpreter;
  readonly #api: StatesApi;

  constructor(parts: StatesParts) {
    this.#parts = parts;
    const { world, daylight, integrations, permit = () => {} } = parts;
    this.tokens = new Tokens(world);
    const stop = (execution: Execution) => this.#finish(execution, 'ABORTED', {});
    const start = (arn: string, input: string, name: string | undefined) => this.start(arn, { input, name });
    const tasks = new Tasks({ integrations, tokens: this.tokens, start, stop, permit });
    const startChild = this.#startChild.bind(this);
    const fanOut = new FanOut({ world, interpreter: () => this.#interpreter, startChild, stop, permit });
    const attempt: Attempt = (visit, state, input, life) => {
      if (state.kind === 'Task') return tasks.attempt(visit, state, input, life);
      if (state.kind === 'Parallel') return fanOut.parallel(visit, state, input, life);
      if (state.kind === 'Map') return fanOut.map(visit, state, input, life);
      throw new Error(`a ${state.kind} state does no work`);
    };
    this.#interpreter = new Interpreter({ world, daylight, attempt });
    this.#api = new StatesApi(this);
  }

  call(operation: string, input: object, call: Call): object {
    return this.#api.call(operation, input, call);
  }

  /** Creates a machine, or gives the one of that name a new definition; executions that run keep theirs. */
  createStateMachine(settings: MachineSettings): Machine {
    const { name, account, region, role, definition } = settings;
    const compiled = compileMachine(definition);
    forEachTask(compiled, (resource) => checkResource(resource, region));
    const arn = `arn:aws:states:${region}:${account}:stateMachine:${name}`;
    const counts: MachineCounts = this.#machines.get(arn)?.counts ?? {
      executions: 0,
      childExecutions: 0,
      transitions: 0,
    };
    const createdAt = this.#parts.world.now();
    const machine: Machine = { name, arn, account, region, role, definition, compiled, counts, createdAt };
    this.#machines.set(arn, machine);
    return machine;
  }

  machine(arn: string): Machine | undefined {
    return this.#machines.get(arn);
  }

  get machines(): readonly Machine[] {
    return [...this.#machines.values()];
  }

  execution(arn: string): Execution | undefined {
    return this.#executions.get(arn);
  }

  /** The executions of a machine, or the children of a Map run, oldest first. */
  list(machineOrMapRunArn: string): readonly Execution[] {
    return this.#listed.get(machineOrMapRunArn) ?? [];
  }

  /** Idempotent by name for the same input while the execution runs; throws `ExecutionAlreadyExists` otherwise. */
  start(
    machineArn: string,
    request: { readonly input?: string; readonly name?: string | undefined },
  ): Execution {
    const { world } = this.#parts;
    const machine = this.#machines.get(machineArn);
    if (!machine)
      throw new AwsError('StateMachineDoesNotExist', `State Machine Does Not Exist: '${machineArn}'`);
    const name = request.name ?? uuid(world.random('states.ids'));
    if (!NAME.test(name)) throw new AwsError('InvalidName', `Invalid Name: '${name}'`);
    const input = request.input ?? '{}';
    const arn = `arn:aws:states:${machine.region}:${machine.account}:execution:${machine.name}:${name}`;
    const before = this.#executions.get(arn);
    if (before && before.status === 'RUNNING' && before.input === input) return before;
    if (before) throw new AwsError('ExecutionAlreadyExists', `Execution Already Exists: '${arn}'`);
    const execution = new Execution(
      { arn, name, machine, input, data: parseInput(input) },
      world,
      this.#lightOf(machine),
    );
    machine.counts.executions++;
    this.#launch(execution, machineArn, machine.compiled);
    const { timeoutSeconds } = machine.compiled;
    if (timeoutSeconds !== undefined)
      execution.life.after(seconds(timeoutSeconds), () => void this.#finish(execution, 'TIMED_OUT', {}));
    this.#emit(execution);
    this.#parts.measure?.(machine, 'ExecutionsStarted', 1);
    return execution;
  }

  /** Stops an execution with its nested ones and the children of its Map runs. One that has ended stays as it is. */
  stop(execution: Execution, error?: string, cause?: string): void {
    this.#finish(execution, 'ABORTED', { error, cause });
  }

  #startChild(parent: Execution, mapRun: string, processor: Scope, input: string): Execution {
    const { world } = this.#parts;
    const { machine } = parent;
    const [, label] = mapRun.split('/');
    const name = uuid(world.random('states.ids'));
    const family = `${machine.name}/${label!.split(':')[0]}`;
    const arn = `arn:aws:states:${machine.region}:${machine.account}:execution:${family}:${name}`;
    const data = JSON.parse(input) as Json;
    const child = new Execution({ arn, name, machine, input, data, mapRun }, world, this.#lightOf(machine));
    machine.counts.childExecutions++;
    this.#launch(child, mapRun, processor);
    return child;
  }

  #lightOf({ region }: Machine): Light {
    const { daylight } = this.#parts;
    return () => (daylight.isDark(region) ? daylight.of(region) : undefined);
  }

  #launch(execution: Execution, listedUnder: string, scope: Scope): void {
    const { world } = this.#parts;
    this.#executions.set(execution.arn, execution);
    const listed = this.#listed.get(listedUnder);
    if (listed) listed.push(execution);
    else this.#listed.set(listedUnder, [execution]);
    execution.record('ExecutionStarted');
    const latency = milliseconds(world.random('states.latency').between(20, 60));
    world.after(latency, () => (execution.life.ended ? undefined : this.#run(execution, scope)));
  }

  async #run(execution: Execution, scope: Scope): Promise<void> {
    const { data, life, input } = execution;
    const place = { execution, life, item: undefined };
    try {
      const output = await this.#interpreter.run(place, scope, data, bytesOf(input));
      this.#finish(execution, 'SUCCEEDED', {
        output: limited(JSON.stringify(output), 'output of the execution'),
      });
    } catch (thrown) {
      if (!(thrown instanceof StateFailure)) throw thrown;
      this.#finish(execution, 'FAILED', { error: thrown.error, cause: thrown.cause });
    }
  }

  #finish(execution: Execution, ...how: Parameters<Execution['end']>): void {
    if (!execution.end(...how) || execution.mapRun !== undefined) return;
    this.#emit(execution);
    this.#parts.measure?.(execution.machine, METRICS[how[0]], 1);
  }

  /** The event leaves the region when there is light in it. */
  #emit(execution: Execution): void {
    const { daylight, emit, world } = this.#parts;
    const { region } = execution.machine;
    if (!emit) return;
    const event = statusChange(execution, world.now(), uuid(world.random('states.ids')));
    if (!daylight.isDark(region)) emit(event);
    else world.at(world.now(), () => daylight.of(region).then(() => emit(event)));
  }
}

const METRICS = {
  SUCCEEDED: 'ExecutionsSucceeded',
  FAILED: 'ExecutionsFailed',
  TIMED_OUT: 'ExecutionsTimedOut',
  ABORTED: 'ExecutionsAborted',
} as const;

function parseInput(input: string): Json {
  if (bytesOf(input) > PAYLOAD_BYTES)
    throw new AwsError(
      'ValidationException',
      `the input has ${bytesOf(input)} bytes, more than ${PAYLOAD_BYTES}`,
    );
  try {
    return JSON.parse(input) as Json;
  } catch {
    throw new AwsError(
      'InvalidExecutionInput',
      `Invalid State Machine Execution Input: '${input.slice(0, 200)}'`,
    );
  }
}

function forEachTask(scope: Scope, visit: (resource: string) => void): void {
  for (const state of scope.states.values()) {
    if (state.kind === 'Task') visit(state.resource);
    if (state.kind === 'Map') forEachTask(state.processor, visit);
    if (state.kind === 'Parallel') for (const branch of state.branches) forEachTask(branch, visit);
  }
}
