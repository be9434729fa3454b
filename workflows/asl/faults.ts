import type { RetryableName } from '../../core/errors/registry.ts';
import type { Catcher, Retrier } from './language.ts';

/**
 * Lambda's own hiccups. AWS recommends retrying these; CDK's default leaves out throttling, jitter and a cap
 * (Step Functions, Handling errors in workflows). A killed or timed-out sandbox is here too, because every task is safe to repeat.
 */
export const LAMBDA_HICCUPS: Retrier = {
  ErrorEquals: [
    'Lambda.ServiceException',
    'Lambda.AWSLambdaException',
    'Lambda.SdkClientException',
    'Lambda.ClientExecutionTimeoutException',
    'Lambda.TooManyRequestsException',
    'Lambda.Unknown',
    'Sandbox.Timedout',
    'Runtime.ExitError',
    'States.Timeout',
  ],
  IntervalSeconds: 2,
  MaxAttempts: 8,
  BackoffRate: 2,
  MaxDelaySeconds: 60,
  JitterStrategy: 'FULL',
};

/** Our own faults that pass by themselves: a slower pace for a slower world. Roughly an hour in all. */
export const passing = (names: readonly RetryableName[], attempts = 15): Retrier => ({
  ErrorEquals: names,
  IntervalSeconds: 5,
  MaxAttempts: attempts,
  BackoffRate: 2,
  MaxDelaySeconds: 300,
  JitterStrategy: 'FULL',
});

/** What any task may meet on its way to AWS. */
export const WEATHER: readonly RetryableName[] = [
  'Throttled',
  'ServiceUnavailable',
  'ConcurrentUpdate',
  'EventRejected',
];

export const catchAll = (next: string): readonly Catcher[] => [
  { ErrorEquals: ['States.ALL'], ResultPath: '$.error', Next: next },
];

/** Only what was tried again: whatever else a task says ends the execution under its own name. */
export const catchWeather = (retry: readonly RetryableName[], next: string): readonly Catcher[] => [
  { ErrorEquals: [...LAMBDA_HICCUPS.ErrorEquals, ...retry], ResultPath: '$.error', Next: next },
];
