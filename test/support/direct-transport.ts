import type { Transport } from '../../adapters/aws/clients.ts';
import type { Instant } from '../../core/time/instant.ts';
import { sdkError } from '../../embedded/sdk/transport.ts';
import { AwsError, type Call, type EmbeddedService } from '../../embedded/service.ts';

/** One call on its way to a service. */
export interface DirectCall {
  readonly service: string;
  readonly operation: string;
  readonly input: object;
  readonly call: Call;
}

interface DirectOptions {
  readonly now: () => Instant;
  /** Runs before the service is asked: throws `AwsError` to refuse, or changes the world under the caller's feet. */
  readonly before?: (call: DirectCall) => void;
  /** Runs after the service has answered, with the answer: throws to lose it. */
  readonly after?: (call: DirectCall, answer: object) => void;
}

export const ACCOUNT = '111122223333';

/**
 * The shortest way from the genuine SDK clients to embedded services: no latency, no retries, no permissions. For
 * tests of adapters and drivers; `registerTransport(directTransport([s3], { now }))` before clients are made.
 */
export function directTransport(services: readonly EmbeddedService[], options: DirectOptions): Transport {
  return (name, region) => {
    const service = services.find((each) => each.name === name);
    if (!service) throw new Error(`this test has no service called ${name}`);
    return async (operation, input) => {
      const principal = `arn:aws:iam::${ACCOUNT}:role/holdfast-test`;
      const call: Call = { account: ACCOUNT, region, principal, now: options.now() };
      const direct: DirectCall = { service: name, operation, input, call };
      try {
        options.before?.(direct);
        const answer = service.call(operation, input, call);
        options.after?.(direct, answer);
        return { $metadata: { httpStatusCode: 200, attempts: 1 }, ...answer };
      } catch (error) {
        throw error instanceof AwsError ? sdkError(error) : error;
      }
    };
  };
}
