import { NoAnswer } from '../sdk/transport.ts';
import { AwsError, type Call, NotModelled, onlyModelled } from '../service.ts';
import type { Outcome } from './outcome.ts';

/** gettingstarted-limits.html: 6 MB each for request and response of a synchronous invocation. */
const SYNC_BYTES = 6_291_456;

/** What stands behind the Invoke of the SDK. */
interface Behind {
  /** Throws when there is no such function. */
  invokeAsync(arn: string, payload: string): void;
  knows(arn: string): boolean;
  run(arn: string, payload: string): Promise<Outcome>;
  isDark(region: string): boolean;
}

interface InvokeInput {
  readonly FunctionName: string;
  readonly InvocationType?: string;
  readonly Payload?: Uint8Array | string;
}

/** The ARN that a request means: by name, by partial ARN, by ARN, each with a version or alias or without. */
export function functionArn(named: string, { region, account }: Pick<Call, 'region' | 'account'>): string {
  if (named.startsWith('arn:')) return named;
  const [name, qualifier] = named.replace(/^\d{12}:function:/, '').split(':');
  const arn = `arn:aws:lambda:${region}:${account}:function:${name}`;
  return qualifier === undefined ? arn : `${arn}:${qualifier}`;
}

/** Invoke: at once for events, and for the others when the function has ended. */
export function invokeBySdk(input: object, call: Call, behind: Behind): object {
  onlyModelled('lambda', 'Invoke', input, ['FunctionName', 'InvocationType', 'Payload']);
  const { FunctionName, InvocationType = 'RequestResponse', Payload } = input as InvokeInput;
  const arn = functionArn(FunctionName, call);
  const region = arn.split(':')[3];
  if (region !== call.region)
    throw notFound(`Functions from '${region}' are not reachable in this region ('${call.region}')`);
  const payload = Payload === undefined ? '{}' : Buffer.from(Payload).toString();
  if (InvocationType === 'Event') {
    behind.invokeAsync(arn, payload);
    return { StatusCode: 202 };
  }
  if (InvocationType !== 'RequestResponse')
    throw new NotModelled('lambda', `Invoke with InvocationType ${InvocationType}`);
  return answered(arn, payload, call, behind);
}

async function answered(arn: string, payload: string, call: Call, behind: Behind): Promise<object> {
  const bytes = Buffer.byteLength(payload);
  if (bytes > SYNC_BYTES)
    throw new AwsError(
      'RequestTooLargeException',
      `Request must be smaller than ${SYNC_BYTES} bytes for the InvokeFunction operation`,
      { status: 413 },
    );
  if (!isJson(payload))
    throw new AwsError('InvalidRequestContentException', 'Could not parse request body into json');
  if (!behind.knows(arn)) throw notFound(`Function not found: ${arn}`);
  const outcome = await behind.run(arn, payload);
  // The connection that would have carried the answer ended in the region that is gone.
  if (behind.isDark(call.region)) throw new NoAnswer();
  if (outcome.ok) {
    const size = Buffer.byteLength(outcome.payload);
    return size > SYNC_BYTES
      ? failed('Function.ResponseSizeTooLarge', tooLarge(size))
      : done(outcome.payload);
  }
  if (outcome.error === 'Lambda.TooManyRequestsException')
    throw new AwsError('TooManyRequestsException', 'Rate Exceeded.', {
      status: 429,
      members: { Reason: 'ReservedFunctionConcurrentInvocationLimitExceeded', Type: 'User' },
    });
  // Step Functions' own word for a runtime that ended without an answer; Lambda itself says how it ended.
  if (outcome.error === 'Lambda.Unknown')
    return failed('Runtime.ExitError', 'RequestId: unknown Error: Runtime exited without providing a reason');
  return done(outcome.cause, 'Unhandled');
}

const done = (payload: string, FunctionError?: 'Unhandled'): object => ({
  StatusCode: 200,
  ExecutedVersion: '$LATEST',
  Payload: new Uint8Array(Buffer.from(payload)),
  ...(FunctionError && { FunctionError }),
});

const failed = (errorType: string, errorMessage: string): object =>
  done(JSON.stringify({ errorType, errorMessage }), 'Unhandled');

const tooLarge = (bytes: number): string =>
  `Response payload size (${bytes} bytes) exceeded maximum allowed payload size (${SYNC_BYTES} bytes).`;

export const notFound = (message: string): AwsError =>
  new AwsError('ResourceNotFoundException', message, { status: 404, members: { Type: 'User' } });

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
