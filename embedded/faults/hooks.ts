import { type Duration, type Instant, milliseconds } from '../../core/time/instant.ts';
import type { TaskFaults } from '../ecs/hooks.ts';
import type { DeliveryFaults } from '../events/delivery.ts';
import type { FunctionIdentity } from '../functions/sandbox.ts';
import type { Blow } from '../functions/settings.ts';
import type { Disturbance } from '../sdk/transport.ts';

/** Everything that may be disturbed: calls, and what AWS does by itself between them. */
export interface Interference extends Disturbance, DeliveryFaults, TaskFaults {
  /** Asked at each invocation of a function: strikes it down in the middle of its run. */
  strike?(of: FunctionIdentity): Blow | undefined;
  /** How long a replicated write takes to the other region, where `usual` would be the rule. */
  replicationLag?(usual: Duration): Duration;
  /** How much a function's clock is ahead of the services' time; negative is behind. */
  clockError?(region: string, now: Instant): Duration;
  /** Refuses one entry of PutEvents, which answers 200 all the same, with this ErrorCode. */
  refuseEntry?(type: string, bus: string): string | undefined;
  /** S3 tells nobody of what happened to an object. */
  loseObjectEvent?(key: string): boolean;
  /** SQS hands a message out once more: while it is being worked on, or after it was deleted. */
  redeliver?(queue: string, when: 'received' | 'deleted'): boolean;
  /** A connection, or a request over HTTP, to a server in a cluster's network, `host:port in region`. */
  unreachable?(at: string): 'refused' | 'times-out' | undefined;
  /** One statement or one request there: the connection breaks before it arrives, or after it took effect, or hangs. */
  cutOff?(at: string, said: string): 'before' | 'after' | 'hangs' | undefined;
}

/** Several interferences as one: the first that has something to say is heard. */
export function together(all: readonly Interference[]): Required<Omit<Interference, keyof Disturbance>> {
  const first = <Answer>(ask: (each: Interference) => Answer | undefined): Answer | undefined => {
    for (const each of all) {
      const answer = ask(each);
      if (answer !== undefined) return answer;
    }
    return undefined;
  };
  return {
    refuse: (target, attempt) => first((each) => each.refuse?.(target, attempt)),
    again: (target) => all.some((each) => each.again?.(target)),
    strike: (of) => first((each) => each.strike?.(of)),
    replicationLag: (usual) => all.reduce((lag, each) => each.replicationLag?.(lag) ?? lag, usual),
    clockError: (region, now) =>
      milliseconds(all.reduce((ahead, each) => ahead + (each.clockError?.(region, now) ?? 0), 0)),
    refuseEntry: (type, bus) => first((each) => each.refuseEntry?.(type, bus)),
    redeliver: (queue, when) => all.some((each) => each.redeliver?.(queue, when)),
    unreachable: (at) => first((each) => each.unreachable?.(at)),
    cutOff: (at, said) => first((each) => each.cutOff?.(at, said)),
    outOfCapacity: (task) => all.some((each) => each.outOfCapacity?.(task)),
    failsToStart: (task) => first((each) => each.failsToStart?.(task)),
    outOfMemory: (task) => first((each) => each.outOfMemory?.(task)),
    stopped: (task) => first((each) => each.stopped?.(task)),
    loseObjectEvent: (key) => all.some((each) => each.loseObjectEvent?.(key)),
    missing: (task) => all.some((each) => each.missing?.(task)),
  };
}
