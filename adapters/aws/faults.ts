import {
  ConcurrentUpdate,
  EngineBusy,
  type Facts,
  HoldfastError,
  InvariantViolation,
  KeyNotUsable,
  PermissionMissing,
  QuotaReached,
  ResourceMissing,
  ServiceUnavailable,
  Throttled,
} from '../../core/errors/registry.ts';

type FaultClass = new (message: string, facts?: Facts, options?: ErrorOptions) => HoldfastError;

/**
 * What an SDK error tells. `name` is the modelled shape's name where AWS models one and the wire code where it does
 * not; `Code` exists for query and XML protocols only. `$retryable` is missing on almost every error, so nothing here
 * reads it.
 */
interface SdkError extends Error {
  readonly Code?: string;
  /** Node's code of a connection that failed: ECONNRESET, ETIMEDOUT, … */
  readonly code?: string;
  readonly $metadata?: { readonly httpStatusCode?: number; readonly attempts?: number };
  readonly CancellationReasons?: readonly { readonly Code?: string }[];
}

/** The names that SDK clients themselves slow down for, less those that are permanent as often as not. */
const THROTTLING = new Set([
  'BandwidthLimitExceeded',
  'EC2ThrottledException',
  'PriorRequestNotComplete',
  'ProvisionedThroughputExceeded',
  'ProvisionedThroughputExceededException',
  'RequestLimitExceeded',
  'RequestThrottled',
  'RequestThrottledException',
  'SlowDown',
  'ThrottledException',
  'Throttling',
  'ThrottlingError',
  'ThrottlingException',
  'TooManyRequestsException',
]);

const CONNECTION = new Set([
  'EAI_AGAIN',
  'ECONNREFUSED',
  'ECONNRESET',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EPIPE',
  'ETIMEDOUT',
]);

const TIMEOUT = new Set([
  'TimeoutError',
  'RequestTimeout',
  'RequestTimeoutException',
  'KMSInternalException',
]);

/** A write that met another one: nothing is wrong but the moment. 409s of S3 and transactions are not retried by the SDK. */
const CONFLICT = new Set([
  'ConditionalCheckFailed',
  'ConditionalCheckFailedException',
  'ConditionalRequestConflict',
  'ConflictException',
  'OperationAborted',
  'PreconditionFailed',
  'ReplicatedWriteConflictException',
  'TransactionConflict',
  'TransactionConflictException',
  'TransactionInProgressException',
]);

const DENIED = new Set([
  'AccessDenied',
  'AccessDeniedException',
  'AuthorizationError',
  'AuthorizationErrorException',
  'CredentialsProviderError',
  'ExpiredToken',
  'ExpiredTokenException',
  'Forbidden',
  'InvalidClientTokenId',
  'KMSAccessDeniedException',
  'NotAuthorized',
  'OptInRequired',
  'UnauthorizedOperation',
  'UnrecognizedClientException',
]);

/** KMS names its own errors, and S3, SNS and RDS pass them on under these names. */
const KEY = new Set([
  'DisabledException',
  'IncorrectKeyException',
  'InvalidCiphertextException',
  'InvalidGrantTokenException',
  'InvalidKeyUsageException',
  'KMS.DisabledException',
  'KMS.InvalidStateException',
  'KMS.KMSInvalidStateException',
  'KMS.NotFoundException',
  'KMSDisabledException',
  'KMSInvalidStateException',
  'KMSKeyNotAccessibleFault',
  'KMSNotFoundException',
  'KmsAccessDeniedException',
  'KmsInvalidStateException',
  'NotFoundException',
]);

const QUOTA = new Set(['ExecutionLimitExceeded', 'LimitExceededException']);

/** Tried in this order: a name says more than a status, and the first answer wins. */
const CAUSES: readonly (readonly [FaultClass, (name: string, error: SdkError) => boolean, string])[] = [
  [
    Throttled,
    (name, error) => THROTTLING.has(name) || status(error) === 429,
    'the machine retries more slowly',
  ],
  [KeyNotUsable, (name) => KEY.has(name), 'enable the KMS key or restore its grants'],
  [
    PermissionMissing,
    (name, error) => DENIED.has(name) || status(error) === 403,
    'look at the role and key policy',
  ],
  [
    ConcurrentUpdate,
    (name, error) => CONFLICT.has(name) || status(error) === 412,
    'read again, then decide again',
  ],
  [
    QuotaReached,
    (name) => QUOTA.has(name) || /Quota(Exceeded|ExceededFault)$/.test(name),
    'it frees itself as work ends',
  ],
  [EngineBusy, (name) => /^Invalid(DB|Db)\w+State(Fault)?$/.test(name), 'the machine asks again later'],
  [ResourceMissing, (name, error) => missing(name, error), 'look at the name and the region'],
  [ServiceUnavailable, (name, error) => unavailable(name, error), 'the machine retries'],
];

const status = (error: SdkError): number | undefined => error.$metadata?.httpStatusCode;

/** NoSuchBucket, ResourceNotFoundException, DBClusterNotFoundFault, StateMachineDoesNotExist, a bare 404 of HEAD. */
const missing = (name: string, error: SdkError): boolean =>
  /^(NoSuch\w+|NotFound|\w*NotFound(Exception|Fault)?|\w+DoesNotExist)$/.test(name) || status(error) === 404;

const unavailable = (name: string, error: SdkError): boolean =>
  TIMEOUT.has(name) || CONNECTION.has(error.code ?? name) || (status(error) ?? 0) >= 500;

/**
 * Names what an SDK error means for Holdfast; the original stays as `cause`. What AWS calls a mistake in the request
 * (`ValidationException`, `InvalidParameterValue`, …) and what nobody knows is our own mistake: `InvariantViolation`.
 * An adapter that expects an answer (`ConditionalCheckFailedException`, `NoSuchKey`) looks at it before it asks here.
 */
export function faultOf(error: unknown): HoldfastError {
  if (error instanceof HoldfastError) return error;
  if (!(error instanceof Error))
    return new InvariantViolation(`something that is not an error was thrown: ${String(error)}`);
  const sdk = error as SdkError;
  const name = canceledBecause(sdk) ?? sdk.name;
  const facts: Record<string, string | number> = { awsError: sdk.name };
  if (sdk.Code) facts['awsCode'] = sdk.Code;
  if (sdk.$metadata?.attempts) facts['attempts'] = sdk.$metadata.attempts;
  for (const [Fault, fits, hint] of CAUSES)
    if (fits(name, sdk))
      return new Fault(`aws answered ${name}: ${sdk.message}; ${hint}`, facts, { cause: error });
  return new InvariantViolation(`aws answered ${name}: ${sdk.message}; the request itself is wrong`, facts, {
    cause: error,
  });
}

/**
 * Of a canceled transaction, the reason that decides: one that no repetition mends wins over a failed condition, and
 * that over a conflict or a throttle.
 */
function canceledBecause(error: SdkError): string | undefined {
  if (error.name !== 'TransactionCanceledException') return undefined;
  const codes = (error.CancellationReasons ?? [])
    .map((reason) => reason.Code ?? 'None')
    .filter((c) => c !== 'None');
  const weight = (code: string) =>
    code === 'ConditionalCheckFailed' ? 1 : CONFLICT.has(code) ? 2 : THROTTLING.has(code) ? 3 : 0;
  return codes.sort((a, b) => weight(a) - weight(b))[0];
}

/** Runs SDK calls of an adapter and throws the fault that their error means. */
export async function orFault<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw faultOf(error);
  }
}
