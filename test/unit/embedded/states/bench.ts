import { instant } from '../../../../core/time/instant.ts';
import { Daylight } from '../../../../embedded/clock/daylight.ts';
import { World } from '../../../../embedded/clock/world.ts';
import type { AwsEvent } from '../../../../embedded/events/event.ts';
import { Functions } from '../../../../embedded/functions/functions.ts';
import type { Startable } from '../../../../embedded/functions/sandbox.ts';
import type { Execution } from '../../../../embedded/states/execution.ts';
import { States } from '../../../../embedded/states/states.ts';
import type { Definition } from '../../../../workflows/asl/language.ts';
import { definitionString, MACHINES, type MachineName } from '../../../../workflows/index.ts';

export const REGION = 'eu-west-1';
export const ACCOUNT = '111122223333';
export const START = instant(Date.parse('2026-11-01T00:00:00Z'));
export const functionArn = (name: string): string => `arn:aws:lambda:${REGION}:${ACCOUNT}:function:${name}`;

export type Toy = (input: never) => unknown;

/** An error whose `name` is what Step Functions sees. */
export const named = (name: string, message = ''): Error => Object.assign(new Error(message), { name });

export const toyHandler = (toy: Toy): Startable => ({ start: () => async (event) => toy(event as never) });

/** A region with nothing in it but Step Functions, Lambda and toy functions. */
export function bench(seed = 1) {
  const dark = new Set<string>();
  const world = new World(START, seed);
  const daylight = new Daylight(world, (region) => dark.has(region));
  const telemetry = () => ({ info: () => {}, error: () => {}, metric: () => {} });
  const functions = new Functions({ world, daylight, telemetry });
  const emitted: AwsEvent[] = [];
  const states = new States({
    world,
    daylight,
    integrations: functions,
    emit: (event) => emitted.push(event),
  });
  const addFunction = (name: string, toy: Toy, timeoutSeconds = 900): string => {
    const arn = functionArn(name);
    const identity = { name, arn, account: ACCOUNT, region: REGION, role: `role/${name}` };
    const load = async () => toyHandler(toy);
    functions.createFunction({ ...identity, environment: {}, timeoutSeconds, memoryMb: 256, load });
    return arn;
  };
  const addMachine = (definition: object, name = 'machine') =>
    states.createStateMachine({
      name,
      account: ACCOUNT,
      region: REGION,
      role: `role/${name}`,
      definition: JSON.stringify(definition),
    });
  const run = async (definition: object, input: unknown = {}): Promise<Execution> => {
    const machine = addMachine(definition);
    const execution = states.start(machine.arn, { input: JSON.stringify(input) });
    await world.runWhile(() => execution.status === 'RUNNING');
    return execution;
  };
  return { world, daylight, dark, functions, states, emitted, addFunction, addMachine, run };
}

/** Deploys one of Holdfast's own machines over toy tasks. */
export function deploy(
  on: ReturnType<typeof bench>,
  name: MachineName,
  tasks: Readonly<Record<string, Toy>>,
) {
  return on.addMachine(withToys(on, MACHINES[name], tasks), `holdfast-${name}`);
}

/** A definition with toys in place of its tasks, and machines of one toy in place of those that it runs. */
export function withToys(
  on: ReturnType<typeof bench>,
  definition: Definition,
  tasks: Readonly<Record<string, Toy>>,
): object {
  const text = definitionString(definition).replace(/\$\{(\w+)\}/g, (_, task: string) => {
    const toy =
      tasks[task] ??
      (() => {
        throw named('Untouched', `${task} was not expected to run`);
      });
    const arn = on.addFunction(task, toy);
    if (!task.startsWith('Machine')) return arn;
    return on.addMachine(
      { StartAt: 'Run', States: { Run: { Type: 'Task', Resource: arn, End: true } } },
      task,
    ).arn;
  });
  return JSON.parse(text) as object;
}

export const outputOf = (execution: Execution): unknown =>
  execution.output === undefined ? undefined : JSON.parse(execution.output);

/** The states that an execution entered, in order. */
export const pathOf = (execution: Execution): string[] =>
  execution.history.flatMap(({ type, state }) => (type.endsWith('StateEntered') && state ? [state] : []));
