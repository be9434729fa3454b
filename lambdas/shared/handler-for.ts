import type { Context } from 'aws-lambda';
import * as z from 'zod';
import { lambdaPlatform } from '../../adapters/aws/lambda-platform.ts';
import { HoldfastError, InvalidInput, InvariantViolation } from '../../core/errors/registry.ts';
import type { Platform } from '../../core/ports/platform.ts';
import type { Instant } from '../../core/time/instant.ts';
import type { TaskContract } from '../../workflows/contracts/shared.ts';

/** The environment of a function as its process sees it. */
export type Environment = Readonly<Record<string, string | undefined>>;

export interface TaskDefinition<
  Name extends string,
  In extends z.ZodType,
  Out extends z.ZodType,
  Env extends z.ZodType,
  Ports,
> {
  readonly contract: TaskContract<Name, In, Out>;
  /** The variables that the function needs; `lib/` refuses at compile time to deploy it without one. */
  readonly env: Env;
  /** Called once per cold start. */
  readonly wire: (env: z.output<Env>, platform: Platform) => Ports;
  /** The work. `now` is asked for once, here, and passed on. */
  readonly run: (input: z.output<In>, ports: Ports, now: Instant) => Promise<z.input<Out>>;
}

export type Handle = (event: unknown, context?: Context) => Promise<unknown>;

/** A Lambda handler that can also be started elsewhere, with an environment and a platform of one's own. */
export interface Handler extends Handle {
  readonly start: (environment: Environment, platform: Platform) => Handle;
}

/**
 * Makes a task's handler: validates the environment once, the event every time, and lets named errors through as they
 * are, because Step Functions matches on their names. Anything unnamed is a defect of ours and says so.
 */
export function handlerFor<
  Name extends string,
  In extends z.ZodType,
  Out extends z.ZodType,
  Env extends z.ZodType,
  Ports,
>(task: TaskDefinition<Name, In, Out, Env, Ports>): Handler {
  return handlerOf(task.contract.name, (environment, platform) => startTask(task, environment, platform));
}

/** One cold start of a task. */
export function startTask<
  Name extends string,
  In extends z.ZodType,
  Out extends z.ZodType,
  Env extends z.ZodType,
  Ports,
>(task: TaskDefinition<Name, In, Out, Env, Ports>, environment: Environment, platform: Platform): Handle {
  const { clock, telemetry } = platform;
  const ports = task.wire(task.env.parse(environment), platform);
  return async (event) => {
    try {
      const output = await task.run(read(task.contract, event), ports, clock.now());
      return task.contract.output.parse(output);
    } catch (thrown) {
      const error = thrown instanceof HoldfastError ? thrown : unforeseen(task.contract.name, thrown);
      telemetry.error(error.message, error, error.facts);
      throw error;
    }
  };
}

export function handlerOf(name: string, start: Handler['start']): Handler {
  // In Lambda the wiring happens while the sandbox starts, when there is CPU to spare.
  let handle: Handle | undefined = process.env['AWS_LAMBDA_FUNCTION_NAME']
    ? start(process.env, lambdaPlatform(name))
    : undefined;
  const handler: Handle = (event) => {
    handle ??= start(process.env, lambdaPlatform(name));
    return handle(event);
  };
  return Object.assign(handler, { start });
}

function read<In extends z.ZodType>(
  contract: TaskContract<string, In, z.ZodType>,
  event: unknown,
): z.output<In> {
  const parsed = contract.input.safeParse(event);
  if (parsed.success) return parsed.data;
  throw new InvalidInput(
    `${contract.name} cannot read its input: ${z.prettifyError(parsed.error)}; received ${JSON.stringify(event)?.slice(0, 500)}`,
  );
}

function unforeseen(task: string, thrown: unknown): InvariantViolation {
  const what = thrown instanceof Error ? `${thrown.name}: ${thrown.message}` : String(thrown);
  return new InvariantViolation(`${task} met an error that nobody named: ${what}`, {}, { cause: thrown });
}
