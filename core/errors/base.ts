/** Small facts that travel with an error: into the log line, the event and the execution's cause. */
export type Facts = Readonly<Record<string, string | number>>;

/** A refusal is the domain saying no; a fault is the world failing; a defect is us being wrong. */
export type Family = 'refusal' | 'fault' | 'defect';

/**
 * Every error that leaves Holdfast. The message says what happened, the value received and what to do, in lower
 * case. `name` is a literal in each subclass: Step Functions matches `ErrorEquals` on it, and a bundler renames
 * classes.
 */
export abstract class HoldfastError extends Error {
  abstract override readonly name: string;
  abstract readonly family: Family;
  /** True when the same call may succeed later without anyone changing anything. */
  abstract readonly retryable: boolean;
  readonly facts: Facts;

  constructor(message: string, facts: Facts = {}, options?: ErrorOptions) {
    super(message, options);
    this.facts = facts;
  }
}

/** A reason as data: what a state machine carries, the catalog stores and the CLI prints. */
export interface Reason {
  readonly name: string;
  readonly message: string;
}

export const reasonOf = (error: unknown): Reason =>
  error instanceof Error
    ? { name: error.name, message: error.message }
    : { name: 'InvariantViolation', message: `something that is not an error was thrown: ${String(error)}` };
