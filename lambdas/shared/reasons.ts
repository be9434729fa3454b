import type * as z from 'zod';
import { ERROR_NAMES, type Reason } from '../../core/errors/registry.ts';
import type { caught, Progress, WireVerdict } from '../../workflows/contracts/shared.ts';

export type Caught = z.output<typeof caught>;

interface Gathered {
  readonly work?: Progress | undefined;
  readonly verdict?: WireVerdict | undefined;
  readonly error?: Caught | undefined;
}

/**
 * Why an execution failed, from what it gathered on its way. An error wins, because a catcher leads straight to the
 * end; then the verdict; then the last outcome of the work.
 * @param family the name to give to what has no name of ours: a child of a Map that broke off, a killed sandbox
 */
export function reasonGathered(gathered: Gathered, family: string): Reason {
  if (gathered.error) return reasonCaught(gathered.error, family);
  if (gathered.verdict?.outcome === 'unsound' && gathered.verdict.reason) return gathered.verdict.reason;
  if (gathered.work?.reason) return gathered.work.reason;
  return {
    name: family,
    message: `no step gave a reason; the last outcome was ${gathered.work?.outcome ?? 'none'}`,
  };
}

/** Step Functions hands over Lambda's error as JSON text: `{"errorType":…,"errorMessage":…,"trace":[…]}`. */
export function reasonCaught(error: Caught, family: string): Reason {
  const message = messageIn(error.Cause);
  return ERROR_NAMES.has(error.Error)
    ? { name: error.Error, message }
    : { name: family, message: `${error.Error}: ${message}` };
}

function messageIn(cause: string | undefined): string {
  if (cause === undefined || cause === '') return 'no cause was given';
  try {
    const parsed = JSON.parse(cause) as { readonly errorMessage?: unknown };
    return typeof parsed.errorMessage === 'string' ? parsed.errorMessage : cause;
  } catch {
    return cause;
  }
}
