import { AwsError } from '../service.ts';

/** An error as the Amazon States Language knows it: a name that retriers and catchers match, and a cause. */
export class StateFailure extends Error {
  override readonly name = 'StateFailure';
  readonly error: string;
  override readonly cause: string;

  constructor(error: string, cause: string) {
    super(`${error}: ${cause}`);
    this.error = error;
    this.cause = cause;
  }
}

/** Asks for a permission, and makes of a refusal the error by which the state fails. */
export function permitted(error: string, ask: () => void): void {
  try {
    ask();
  } catch (thrown) {
    if (thrown instanceof AwsError) throw new StateFailure(error, thrown.message);
    throw thrown;
  }
}

/** A path or a value that does not fit: never retried, never caught (concepts-error-handling.html). */
export const runtime = (cause: string): StateFailure => new StateFailure('States.Runtime', cause);

/** Does `ErrorEquals` name this error? `States.ALL` leaves two out, `States.TaskFailed` one. */
export function matches(errorEquals: readonly string[], error: string): boolean {
  if (error === 'States.Runtime') return false;
  if (errorEquals.includes(error)) return true;
  if (error === 'States.DataLimitExceeded') return false;
  if (errorEquals.includes('States.ALL')) return true;
  return errorEquals.includes('States.TaskFailed') && error !== 'States.Timeout' && !OWN.has(error);
}

/** Errors that do not come from a task, which `States.TaskFailed` therefore does not mean. */
const OWN = new Set([
  'States.BranchFailed',
  'States.NoChoiceMatched',
  'States.ExceedToleratedFailureThreshold',
  'States.ItemReaderFailed',
  'States.ResultPathMatchFailure',
]);
