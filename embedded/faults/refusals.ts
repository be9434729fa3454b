import { AwsError } from '../service.ts';

/** The services that functions of Holdfast call through the SDK. */
export const DISTURBED = [
  's3',
  'dynamodb',
  'sfn',
  'rds',
  'eventbridge',
  'ec2',
  'ecs',
  'cloudwatch-logs',
  'lambda',
] as const;
/**
 * And those where chance would hardly ever strike: what is called for something that no simulated cluster has, such as
 * the password of a database, or once in a restore or a move. The enumerated crashes and evacuations stop at each of them.
 */
export const NOT_DISTURBED = ['rds-data', 'secrets-manager', 'kms', 'ssm', 'route-53'] as const;
export type Disturbed = (typeof DISTURBED)[number];

/** What too many requests are answered with: a name per service, and a wire code where the protocol has one. */
export const THROTTLED: Readonly<Record<Disturbed, () => AwsError>> = {
  s3: () => new AwsError('SlowDown', 'Please reduce your request rate.', { status: 503, code: 'SlowDown' }),
  dynamodb: () => new AwsError('ThrottlingException', 'The rate of requests exceeds the allowed throughput.'),
  sfn: () => new AwsError('ThrottlingException', 'Rate exceeded'),
  rds: () => new AwsError('Throttling', 'Rate exceeded', { code: 'Throttling' }),
  eventbridge: () => new AwsError('ThrottlingException', 'Rate exceeded'),
  ec2: () => new AwsError('RequestLimitExceeded', 'Request limit exceeded.', { status: 503 }),
  ecs: () => new AwsError('ThrottlingException', 'Rate exceeded'),
  'cloudwatch-logs': () => new AwsError('ThrottlingException', 'Rate exceeded'),
  lambda: () => new AwsError('TooManyRequestsException', 'Rate Exceeded.', { status: 429 }),
};

/** What a service answers that is broken for a moment. Nothing has taken effect. */
export const BROKEN: Readonly<Record<Disturbed, () => AwsError>> = {
  s3: () => new AwsError('InternalError', SORRY, { status: 500, code: 'InternalError' }),
  dynamodb: () => new AwsError('InternalServerError', 'Internal server error', { status: 500 }),
  sfn: () => new AwsError('ServiceUnavailable', 'Service is unavailable', { status: 503 }),
  rds: () => new AwsError('InternalFailure', SORRY, { status: 500, code: 'InternalFailure' }),
  eventbridge: () => new AwsError('InternalException', 'Internal error', { status: 500 }),
  ec2: () => new AwsError('InternalError', SORRY, { status: 500 }),
  ecs: () => new AwsError('ServerException', 'Service Unavailable. Please try again later.', { status: 500 }),
  'cloudwatch-logs': () =>
    new AwsError('ServiceUnavailableException', 'The service cannot complete the request.', { status: 500 }),
  lambda: () => new AwsError('ServiceException', SORRY, { status: 500 }),
};

const SORRY = 'We encountered an internal error. Please try again.';

/**
 * S3 has begun to answer 200 when a copy fails, so the error comes in the body; the SDK makes a 503 of it
 * (CopyObject, "Response and special errors").
 */
export const failedCopy = (name: 'SlowDown' | 'InternalError'): AwsError =>
  new AwsError(name, SORRY, { status: 503, code: name });

/** The connection broke. Whether the effect took place is what the caller cannot know. */
export const lostAnswer = (what: string): AwsError =>
  new AwsError('TimeoutError', `${what}: the connection timed out before an answer came`, { status: 0 });

export const ANSWERS_200_WITH_ERROR: ReadonlySet<string> = new Set([
  'CopyObject',
  'UploadPartCopy',
  'CompleteMultipartUpload',
]);

/** Reads are left alone where only an effect makes the fault interesting. */
export const hasEffect = (operation: string): boolean =>
  !/^(Get|Head|List|Describe|Query|Scan|BatchGet)/.test(operation);
