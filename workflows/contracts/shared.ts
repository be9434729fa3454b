import * as z from 'zod';
import { looksLikeRecoveryPointId, NAME } from '../../core/ids/names.ts';
import { parseInstant } from '../../core/time/instant.ts';

export const clusterName = z
  .string()
  .regex(NAME, 'a cluster name is lowercase letters, digits and single hyphens');
export const recoveryPointId = z
  .string()
  .refine(looksLikeRecoveryPointId, 'not a recovery point id such as orders-hourly-20261121t030000z');
export const isoInstant = z
  .string()
  .refine(
    (text) => parseInstant(text) !== undefined,
    'not an ISO 8601 instant with its zone, such as 2026-11-21T03:00:00Z',
  );

export const reason = z.object({ name: z.string(), message: z.string() });

/** What Step Functions puts at `$.error` when a catcher takes over: the cause is Lambda's error as JSON text. */
export const caught = z.object({ Error: z.string(), Cause: z.string().optional() });

export const cursor = z.record(z.string(), z.union([z.string(), z.number(), z.boolean()]));

/** Where a capture, copy or restore stands, as the machines carry it. One shape for all three loops. */
export const progress = z.object({
  outcome: z.enum(['alreadyTaken', 'running', 'waiting', 'shards', 'ready', 'failed', 'overdue']),
  /** Read by the Wait state. Zero where the machine does not wait. */
  pollAfterSeconds: z.number().int().min(0).default(0),
  shards: z.array(z.number().int().min(0)).default([]),
  doing: z.string().default(''),
  cursor: cursor.default({}),
  reason: reason.optional(),
});
export type Progress = z.infer<typeof progress>;

export const verdict = z.object({ outcome: z.enum(['sound', 'unsound']), reason: reason.optional() });
export type WireVerdict = z.infer<typeof verdict>;

export const nothing = z.object({});

/** A task: its name is the state machine's substitution, the function's name, the log key and the metric dimension. */
export interface TaskContract<Name extends string, In extends z.ZodType, Out extends z.ZodType> {
  readonly name: Name;
  /** One sentence: what it does. Becomes the function's description. */
  readonly does: string;
  readonly input: In;
  readonly output: Out;
}

export const contract = <Name extends string, In extends z.ZodType, Out extends z.ZodType>(
  name: Name,
  does: string,
  input: In,
  output: Out,
): TaskContract<Name, In, Out> => ({ name, does, input, output });
