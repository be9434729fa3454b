import { z } from 'zod';

/**
 * The Amazon States Language as far as the embedded cloud runs it (JSONPath). Fields that are not here are refused
 * when a state machine is created, whether AWS knows them or not.
 */
const json = z.json();
const payload = z.record(z.string(), json);
const path = z.string().startsWith('$');
const whole = z.number().int().min(0);

const comment = { Comment: z.string().optional() };
const io = { ...comment, InputPath: path.nullable().optional(), OutputPath: path.nullable().optional() };
const exit = { Next: z.string().optional(), End: z.literal(true).optional() };
const result = {
  Parameters: payload.optional(),
  ResultSelector: payload.optional(),
  ResultPath: path.nullable().optional(),
};

const retrier = z.strictObject({
  ...comment,
  ErrorEquals: z.array(z.string()).min(1),
  IntervalSeconds: z.number().int().min(1).default(1),
  MaxAttempts: z.number().int().min(0).max(99_999_999).default(3),
  BackoffRate: z.number().min(1).default(2),
  MaxDelaySeconds: z.number().int().min(1).max(31_622_400).optional(),
  JitterStrategy: z.enum(['FULL', 'NONE']).default('NONE'),
});
const catcher = z.strictObject({
  ...comment,
  ErrorEquals: z.array(z.string()).min(1),
  ResultPath: path.nullable().optional(),
  Next: z.string(),
});
const resilience = { Retry: z.array(retrier).default([]), Catch: z.array(catcher).default([]) };

const task = z.strictObject({
  Type: z.literal('Task'),
  Resource: z.string(),
  TimeoutSeconds: z.number().int().min(1).max(99_999_999).optional(),
  TimeoutSecondsPath: path.optional(),
  HeartbeatSeconds: z.number().int().min(1).optional(),
  ...io,
  ...result,
  ...resilience,
  ...exit,
});
const pass = z.strictObject({
  Type: z.literal('Pass'),
  Result: json.optional(),
  ...io,
  Parameters: payload.optional(),
  ResultPath: path.nullable().optional(),
  ...exit,
});
const choice = z.strictObject({
  Type: z.literal('Choice'),
  Choices: z.array(payload.and(z.object({ Next: z.string() }))).min(1),
  Default: z.string().optional(),
  ...io,
});
const wait = z.strictObject({
  Type: z.literal('Wait'),
  Seconds: whole.max(99_999_999).optional(),
  SecondsPath: path.optional(),
  Timestamp: z.string().optional(),
  TimestampPath: path.optional(),
  ...io,
  ...exit,
});
const succeed = z.strictObject({ Type: z.literal('Succeed'), ...io });
const fail = z.strictObject({
  Type: z.literal('Fail'),
  ...comment,
  Error: z.string().optional(),
  Cause: z.string().optional(),
  ErrorPath: path.optional(),
  CausePath: path.optional(),
});

const parallelOwn = z.strictObject({ Type: z.literal('Parallel'), ...io, ...result, ...resilience, ...exit });
const mapOwn = z.strictObject({
  Type: z.literal('Map'),
  ItemsPath: path.optional(),
  ItemSelector: payload.optional(),
  MaxConcurrency: whole.optional(),
  ToleratedFailureCount: whole.optional(),
  ToleratedFailurePercentage: z.number().min(0).max(100).optional(),
  Label: z.string().max(40).optional(),
  ...io,
  ResultSelector: payload.optional(),
  ResultPath: path.nullable().optional(),
  ...resilience,
  ...exit,
});

const scope = {
  StartAt: z.string(),
  States: z.record(
    z.string(),
    z.lazy((): z.ZodType<StateDefinition> => state),
  ),
};
const parallel = parallelOwn.extend({ Branches: z.array(z.strictObject({ ...comment, ...scope })).min(1) });
const map = mapOwn.extend({
  ItemProcessor: z.strictObject({
    ...comment,
    ProcessorConfig: z
      .union([
        z.strictObject({ Mode: z.literal('INLINE') }),
        z.strictObject({ Mode: z.literal('DISTRIBUTED'), ExecutionType: z.literal('STANDARD') }),
      ])
      .default({ Mode: 'INLINE' }),
    ...scope,
  }),
});

const state = z.discriminatedUnion('Type', [
  task,
  pass,
  choice,
  wait,
  succeed,
  fail,
  parallel,
  map,
]) as z.ZodType<StateDefinition>;

export type RetrierDefinition = z.output<typeof retrier>;
export type CatcherDefinition = z.output<typeof catcher>;
export interface ScopeDefinition {
  readonly StartAt: string;
  readonly States: Readonly<Record<string, StateDefinition>>;
}
export type TaskDefinition = z.output<typeof task>;
export type PassDefinition = z.output<typeof pass>;
export type ChoiceDefinition = z.output<typeof choice>;
export type WaitDefinition = z.output<typeof wait>;
export type SucceedDefinition = z.output<typeof succeed>;
export type FailDefinition = z.output<typeof fail>;
export type ParallelDefinition = z.output<typeof parallelOwn> & {
  readonly Branches: readonly ScopeDefinition[];
};
export type MapDefinition = z.output<typeof mapOwn> & {
  readonly ItemProcessor: ScopeDefinition & {
    readonly ProcessorConfig: { readonly Mode: 'INLINE' | 'DISTRIBUTED' };
  };
};
export type StateDefinition =
  | TaskDefinition
  | PassDefinition
  | ChoiceDefinition
  | WaitDefinition
  | SucceedDefinition
  | FailDefinition
  | ParallelDefinition
  | MapDefinition;

export const machineDefinition = z.strictObject({
  ...comment,
  ...scope,
  Version: z.literal('1.0').optional(),
  QueryLanguage: z.literal('JSONPath').optional(),
  TimeoutSeconds: z.number().int().min(1).max(99_999_999).optional(),
});
export type MachineDefinition = ScopeDefinition & { readonly TimeoutSeconds?: number | undefined };
