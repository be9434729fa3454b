import { isThrottlingError, isTransientError } from '@smithy/core/retry';
import type { SdkError } from '@smithy/types';
import type { Send, Transport } from '../../adapters/aws/clients.ts';
import { type Duration, milliseconds } from '../../core/time/instant.ts';
import type { World } from '../clock/world.ts';
import { AwsError, type Call, type EmbeddedService, type ServiceName } from '../service.ts';

/** Who made a client, and whether that run of it still lives. */
export interface Owner {
  readonly name: string;
  readonly principal: string;
  readonly alive: () => boolean;
  /** Ends the execution environment that made the client, in the middle of its run. Absent for a person. */
  readonly kill?: (() => void) | undefined;
  /** How long it waits for an answer that does not come. @default without end, as Lambda's own time limit ends a run */
  readonly patience?: Duration;
}

/** One attempt of one call, as observers and faults see it. */
export interface Attempt {
  readonly service: ServiceName;
  readonly operation: string;
  readonly input: object;
  readonly call: Call;
  readonly owner: string;
  readonly attempt: number;
  /** Ends the execution environment that calls, and no other. Absent when a person calls. */
  readonly kill?: (() => void) | undefined;
}

/** Thrown by a disturbance: no answer ever comes, and nothing breaks. The caller waits until its own time is over. */
export class NoAnswer extends Error {
  override readonly name = 'NoAnswer';
}

/**
 * What may happen around a call. `before` may refuse it: nothing has taken effect. `after` may lose the answer: the
 * effect has taken place and the caller does not know.
 */
export interface Disturbance {
  before(attempt: Attempt): void;
  after(attempt: Attempt): void;
  /** Hears of a call into a region that is dark: it reaches nothing, and nothing can be done about it. */
  unreached?(attempt: Attempt): void;
}

interface TransportParts {
  readonly world: World;
  readonly account: string;
  readonly services: ReadonlyMap<string, EmbeddedService>;
  readonly isDark: (region: string) => boolean;
  /** Refuses a call that the synthesized policies do not allow. */
  readonly authorize?: (attempt: Attempt) => void;
  readonly disturbances: readonly Disturbance[];
}

/** The SDK's own numbers, where a client has none of its own: 3 attempts, 4 for DynamoDB; 50 ms base, 1 s when throttled; 20 s at most. */
const ATTEMPTS = 3;
const ATTEMPTS_DYNAMODB = 4;
const BASE_MS = 50;
const BASE_THROTTLED_MS = 1_000;
const BACKOFF_MAX_MS = 20_000;
/** A region that is gone answers nothing: the SDK gives up connecting after this long. */
const CONNECT_TIMEOUT_MS = 3_000;

/** The calls of one owner. */
export type TransportOf = (owner: Owner) => Transport;

/**
 * Stands where the network would be, behind the genuine SDK clients and behind whatever else calls AWS: each call takes
 * virtual time, reaches a service, and its errors have the shape and the retries of the real SDK.
 */
export function embeddedTransport(parts: TransportParts): TransportOf {
  return (owner) =>
    (name, region, attempts = name === 'dynamodb' ? ATTEMPTS_DYNAMODB : ATTEMPTS): Send => {
      const service = parts.services.get(name);
      if (!service) throw new Error(`the embedded cloud has no service called ${name}`);
      return (operation, input) => sendWithRetries(parts, service, region, attempts, owner, operation, input);
    };
}

async function sendWithRetries(
  parts: TransportParts,
  service: EmbeddedService,
  region: string,
  attempts: number,
  owner: Owner,
  operation: string,
  input: object,
): Promise<object> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await sendOnce(parts, service, region, owner, operation, input, attempt);
    } catch (unanswered) {
      const thrown = unanswered instanceof NoAnswer ? await gaveUp(parts.world, owner) : unanswered;
      if (!(thrown instanceof AwsError)) throw thrown;
      const error = sdkError(thrown, attempt);
      if (attempt >= attempts || !(isThrottlingError(error) || isTransientError(error))) throw error;
      await parts.world.sleep(backoff(parts.world, isThrottlingError(error), attempt));
    }
  }
}

async function sendOnce(
  parts: TransportParts,
  service: EmbeddedService,
  region: string,
  owner: Owner,
  operation: string,
  input: object,
  attemptNumber: number,
): Promise<object> {
  const { world } = parts;
  const latency = world.random('latency').between(4, 40);
  await world.sleep(milliseconds(latency));
  await stopIfDead(owner);
  const call: Call = { account: parts.account, region, principal: owner.principal, now: world.now() };
  const attempt: Attempt = {
    service: service.name,
    operation,
    input,
    call,
    owner: owner.name,
    attempt: attemptNumber,
    kill: owner.kill,
  };
  if (parts.isDark(region)) {
    for (const disturbance of parts.disturbances) disturbance.unreached?.(attempt);
    await world.sleep(milliseconds(CONNECT_TIMEOUT_MS));
    await stopIfDead(owner);
    throw new AwsError('TimeoutError', `connection to ${service.name}.${region}.amazonaws.com timed out`, {
      status: 0,
    });
  }
  for (const disturbance of parts.disturbances) disturbance.before(attempt);
  parts.authorize?.(attempt);
  const answer = service.call(operation, input, call);
  const output = answer instanceof Promise ? ((await answer) as object) : answer;
  for (const disturbance of parts.disturbances) disturbance.after(attempt);
  await stopIfDead(owner);
  return { $metadata: { httpStatusCode: 200, attempts: attemptNumber }, ...output };
}

/** What the SDK makes of an answer that never comes: nothing at all, unless its owner has set a limit. */
async function gaveUp(world: World, { patience, ...owner }: Owner): Promise<AwsError> {
  if (patience === undefined) return new Promise<never>(() => {});
  await world.sleep(patience);
  await stopIfDead(owner);
  return new AwsError('TimeoutError', `no answer within ${patience} ms`, { status: 0 });
}

/** A killed function's code never runs on: its promise stays open, like the sandbox that held it. */
async function stopIfDead(owner: Owner): Promise<void> {
  if (!owner.alive()) await new Promise<never>(() => {});
}

function backoff(world: World, throttled: boolean, attempt: number): Duration {
  const base = throttled ? BASE_THROTTLED_MS : BASE_MS;
  return milliseconds(
    Math.ceil(world.random('sdk-backoff').next() * Math.min(base * 2 ** (attempt - 1), BACKOFF_MAX_MS)),
  );
}

/** The error as the JavaScript SDK throws it: `name` is the modelled shape, `Code` the wire code. */
export function sdkError(error: AwsError, attempts = 1): SdkError {
  const { status, code, members } = error;
  const shape = {
    name: error.name,
    $fault: status >= 500 || status === 0 ? 'server' : 'client',
    $metadata: { ...(status === 0 ? {} : { httpStatusCode: status }), attempts },
    ...(code === undefined ? {} : { Code: code }),
    ...members,
  };
  return Object.assign(new Error(error.message), shape) as SdkError;
}
