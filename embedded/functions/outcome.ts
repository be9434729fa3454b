/** How an invocation ended. A failure's `cause` is the JSON text that Lambda answers and Step Functions passes on. */
export type Outcome =
  | { readonly ok: true; readonly payload: string }
  | { readonly ok: false; readonly error: string; readonly cause: string };

/** AWS's side of an invocation went wrong: the names are those that Step Functions documents for Lambda tasks. */
export type ServiceFailure =
  | 'Lambda.TooManyRequestsException'
  | 'Lambda.ResourceNotFoundException'
  | 'Lambda.ServiceException'
  | 'Lambda.Unknown'
  | 'Runtime.ExitError'
  | 'Sandbox.Timedout';

export const serviceFailure = (error: ServiceFailure, message: string): Outcome => ({
  ok: false,
  error,
  cause: JSON.stringify({ errorType: error, errorMessage: message }),
});

/** What Lambda answers when a run has used up its time. */
export const timedOut = (requestId: string | undefined, afterSeconds: number): Outcome =>
  serviceFailure(
    'Sandbox.Timedout',
    `RequestId: ${requestId} Error: Task timed out after ${afterSeconds.toFixed(2)} seconds`,
  );

/** What the Node runtime makes of a thrown value. `trace` is left out: it names files of the host. */
export function thrownBy(thrown: unknown): Outcome {
  const error = thrown instanceof Error ? thrown.name : typeof thrown;
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return { ok: false, error, cause: JSON.stringify({ errorType: error, errorMessage: message }) };
}
