import type { Instant } from '../core/time/instant.ts';

/**
 * What every service of the embedded cloud is: a synchronous state machine over SDK-shaped inputs and outputs. Latency,
 * faults, retries and permissions are added around it by the transport, so a service holds AWS's semantics only.
 */
export type ServiceName =
  | 's3'
  | 'dynamodb'
  | 'sfn'
  | 'lambda'
  | 'eventbridge'
  | 'scheduler'
  | 'sqs'
  | 'sns'
  | 'kms'
  | 'rds'
  | 'rds-data'
  | 'cloudwatch'
  | 'cloudwatch-logs'
  | 'ecs'
  | 'secrets-manager'
  | 'ssm'
  | 'route-53'
  | 'ec2';

/** Who calls, from where, and when. */
export interface Call {
  readonly account: string;
  readonly region: string;
  /** ARN of the role that calls; `arn:aws:iam::<account>:root` for a person or the application under protection. */
  readonly principal: string;
  readonly now: Instant;
}

export interface EmbeddedService {
  readonly name: ServiceName;
  /**
   * Runs one operation (`PutObject`, `TransactWriteItems`, …). Throws `AwsError` as AWS would answer. The answer is a
   * promise of it where the operation itself takes virtual time, as an invocation that is waited for does.
   */
  call(operation: string, input: object, call: Call): object;
}

interface AwsErrorOptions {
  readonly status?: number;
  /** Wire code of query and XML protocols (RDS, S3); absent for JSON protocols. */
  readonly code?: string;
  /** Members of the modelled error: `Item`, `CancellationReasons`, … */
  readonly members?: Readonly<Record<string, unknown>>;
}

/** An error as AWS answers it. The transport turns it into the shape that the SDK throws. */
export class AwsError extends Error {
  readonly status: number;
  readonly code: string | undefined;
  readonly members: Readonly<Record<string, unknown>>;

  constructor(name: string, message: string, options: AwsErrorOptions = {}) {
    // Faults throw thousands a day, and the way through this cloud is nobody's to read: `sdkError` has the caller's.
    const { stackTraceLimit } = Error;
    Error.stackTraceLimit = 0;
    super(message);
    Error.stackTraceLimit = stackTraceLimit;
    this.name = name;
    this.status = options.status ?? 400;
    this.code = options.code;
    this.members = options.members ?? {};
  }
}

/** An operation or a member that this service does not model. Never swallowed: the run fails. */
export class NotModelled extends Error {
  override readonly name = 'NotModelled';

  constructor(service: string, what: string) {
    super(`the embedded ${service} does not model ${what}; add it in embedded/${service}/ or do without it`);
  }
}

/** Fails loudly when an input carries a member that the service would silently ignore. */
export function onlyModelled(
  service: string,
  operation: string,
  input: object,
  known: readonly string[],
): void {
  for (const member of Object.keys(input))
    if ((input as Record<string, unknown>)[member] !== undefined && !known.includes(member))
      throw new NotModelled(service, `${operation}.${member}`);
}
