import * as z from 'zod';
import { InvalidInput } from '../../core/errors/registry.ts';
import type { Platform } from '../../core/ports/platform.ts';
import {
  type Environment,
  type Handle,
  type Handler,
  handlerOf,
  startTask,
  type TaskDefinition,
} from './handler-for.ts';

/** What Lambda hands over from a queue, and what it takes back (with-sqs.html, services-sqs-errorhandling.html). */
const batch = z.looseObject({
  Records: z.array(z.looseObject({ messageId: z.string(), body: z.string() })),
});

/**
 * Makes the handler of a task that a queue feeds: the task's input is the body of each message. A message that fails
 * stays in the queue and comes again; the others of its batch are done. Where all of them fail the function fails, so
 * that its errors are counted.
 */
export function queueHandlerFor<
  Name extends string,
  In extends z.ZodType,
  Out extends z.ZodType,
  Env extends z.ZodType,
  Ports,
>(task: TaskDefinition<Name, In, Out, Env, Ports>): Handler {
  const start = (environment: Environment, platform: Platform): Handle => {
    const handle = startTask(task, environment, platform);
    return async (event) => {
      const { Records } = readBatch(task.contract.name, event, platform);
      const failures: { readonly itemIdentifier: string }[] = [];
      let last: unknown;
      for (const { messageId, body } of Records) {
        try {
          await handle(parsed(body));
        } catch (error) {
          last = error;
          failures.push({ itemIdentifier: messageId });
        }
      }
      if (failures.length > 0 && failures.length === Records.length) throw last;
      return { batchItemFailures: failures };
    };
  };
  return handlerOf(task.contract.name, start);
}

function readBatch(task: string, event: unknown, { telemetry }: Platform): z.output<typeof batch> {
  const read = batch.safeParse(event);
  if (read.success) return read.data;
  const error = new InvalidInput(
    `${task} is fed by a queue and cannot read its input: ${z.prettifyError(read.error)}; received ${JSON.stringify(event)?.slice(0, 500)}`,
  );
  telemetry.error(error.message, error);
  throw error;
}

/** What is no JSON is no input either, and the task says so in its own words. */
function parsed(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return body;
  }
}
