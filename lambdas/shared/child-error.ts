import { HoldfastError } from '../../core/errors/registry.ts';
import type { Executions } from '../../core/ports/executions.ts';
import type { Caught } from './reasons.ts';

/** All that a Map says of children that failed. */
const TOO_MANY_FAILED = 'States.ExceedToleratedFailureThreshold';

/**
 * The error behind the one that a machine caught: what the shard itself failed of, where a Map caught it. That it
 * cannot be looked up must not keep the failure from being recorded.
 */
export async function childError(
  error: Caught | undefined,
  execution: string,
  executions: Executions,
): Promise<Caught | undefined> {
  if (error?.Error !== TOO_MANY_FAILED) return error;
  try {
    return (await executions.failedChild(execution)) ?? error;
  } catch (thrown) {
    if (thrown instanceof HoldfastError && thrown.retryable) throw thrown;
    return error;
  }
}
