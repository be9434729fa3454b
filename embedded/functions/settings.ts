import type { Duration } from '../../core/time/instant.ts';
import { AwsError } from '../service.ts';
import type { FunctionIdentity, Startable } from './sandbox.ts';

export interface FunctionSettings extends FunctionIdentity {
  readonly environment: Readonly<Record<string, string>>;
  readonly timeoutSeconds: number;
  readonly memoryMb: number;
  /** 0 refuses every invocation. @default no reservation: the region's 1,000 */
  readonly reservedConcurrency?: number;
  /** ARN that receives a record of each asynchronous event whose attempts are used up. @default the event is lost */
  readonly onFailure?: string;
  /** ARN of the queue or topic that receives such an event as it was. @default none */
  readonly deadLetter?: string;
  /** Of asynchronous events. @default 2 */
  readonly asyncRetries?: number;
  /** Of asynchronous events. @default 21,600: six hours */
  readonly asyncAgeSeconds?: number;
  readonly load: () => Promise<Startable>;
}

/** What a function has done so far. */
export interface FunctionCounts {
  invocations: number;
  coldStarts: number;
  errors: number;
  throttles: number;
  timeouts: number;
  /** Virtual: code takes no time here, only its calls and waits do. */
  billedMs: number;
}

/** An invocation is struck down `after` so much of its run; `'end'` lets it do its work and loses its answer. */
export interface Blow {
  readonly after: Duration | 'end';
  readonly as: 'Runtime.ExitError' | 'Lambda.Unknown';
}

/** gettingstarted-limits.html: 4 KB for all environment variables together. */
const ENVIRONMENT_BYTES = 4_096;

/** Throws what CreateFunction answers when the variables take more than a function may have. */
export function checkEnvironment({ name, environment }: FunctionSettings): void {
  const bytes = Buffer.byteLength(JSON.stringify(environment));
  if (bytes > ENVIRONMENT_BYTES)
    throw new AwsError(
      'InvalidParameterValueException',
      `the environment variables of ${name} have ${bytes} bytes, more than ${ENVIRONMENT_BYTES}`,
    );
}
