import { HoldfastError, InvariantViolation, ServiceUnavailable } from '../../core/errors/registry.ts';

/**
 * After everything has been tried: throws when some of it failed, naming each. When a repetition may mend at least one,
 * the error is one that is retried, because what has succeeded is found done then.
 */
export function throwWorst(
  what: string,
  outcomes: readonly (readonly [name: string, outcome: PromiseSettledResult<unknown>])[],
): void {
  const failures = outcomes.flatMap(([name, outcome]) =>
    outcome.status === 'rejected' ? [{ name, error: outcome.reason as unknown }] : [],
  );
  if (failures.length === 0) return;
  const said = failures
    .slice(0, 10)
    .map(
      ({ name, error }) => `${name} (${error instanceof Error ? `${error.name}: ${error.message}` : error})`,
    );
  const message = `${what}: ${failures.length} of ${outcomes.length}: ${said.join('; ')}`;
  const facts = { failed: failures.length, of: outcomes.length };
  const cause = new AggregateError(failures.map(({ error }) => error));
  const passing = failures.some(({ error }) => error instanceof HoldfastError && error.retryable);
  if (passing) throw new ServiceUnavailable(message, facts, { cause });
  const first = failures[0]?.error;
  if (failures.length === 1 && first instanceof HoldfastError) throw first;
  throw new InvariantViolation(message, facts, { cause });
}
