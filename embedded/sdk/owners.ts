import type { CallAws } from '../ecs/container.ts';
import { currentFunction } from '../functions/sandbox.ts';
import type { Owner, TransportOf } from './transport.ts';

/** Somebody who calls AWS and may be nothing more than a name and a principal, the ARN of a role or of the account. */
export type Caller = Omit<Owner, 'alive'> & Partial<Pick<Owner, 'alive'>>;

/** Whoever makes an SDK client at this moment: the function that is starting, or a person. */
export function ownerNow(account: string): Owner {
  const running = currentFunction();
  if (running)
    return { name: running.name, principal: running.role, alive: running.alive, kill: running.kill };
  return { name: 'operator', principal: `arn:aws:iam::${account}:root`, alive: () => true };
}

/** Sends as a caller. */
export function callingAs(transportOf: TransportOf, caller: Caller): CallAws {
  const transport = transportOf({ alive: () => true, ...caller });
  return async (service, region, operation, input) => ({
    ...(await transport(service, region)(operation, input)),
  });
}
