import { type Duration, type Instant, minutes, seconds } from '../../core/time/instant.ts';
import type { Daylight } from '../clock/daylight.ts';
import type { World } from '../clock/world.ts';
import type { Acting } from '../iam/iam.ts';
import { AwsError } from '../service.ts';
import { passing, regionOf, type Targets } from './targets.ts';

/** The RetryPolicy and DeadLetterConfig of a rule's or a schedule's target. */
export interface Resilience {
  readonly RetryPolicy?: {
    readonly MaximumRetryAttempts?: number;
    readonly MaximumEventAgeInSeconds?: number;
  };
  readonly DeadLetterConfig?: { readonly Arn?: string };
}

/** Faults around deliveries, which happen at least once and not in order. */
export interface DeliveryFaults {
  /** Refuses one attempt, as a throttled or broken target does. */
  refuse?(target: string, attempt: number): AwsError | undefined;
  /** Delivers once more. */
  again?(target: string): boolean;
}

export interface Parcel {
  readonly from: { readonly service: 'events' | 'scheduler'; readonly region: string; readonly arn: string };
  readonly target: string;
  /** In whose name it is delivered: to the target, and to the dead-letter queue. */
  readonly acting: Acting;
  readonly deadLetterActing: Acting;
  /** Attempts count from 1. */
  readonly payload: (attempt: number) => string;
  readonly since: Instant;
  readonly resilience: Resilience;
}

interface DeliveriesParts {
  readonly world: World;
  readonly daylight: Daylight;
  readonly targets: Targets;
  readonly faults?: DeliveryFaults;
}

/** Both services try for a day, 185 times, unless told otherwise (eb-rule-retry-policy.html, RetryPolicy of Scheduler). */
const ATTEMPTS = 185;
const AGE_SECONDS = 86_400;
const BACKOFF_MOST = minutes(15);

/** Delivers at least once: attempts with a growing pause, then the dead-letter queue or, without one, a line in the log. */
export class Deliveries {
  readonly #parts: DeliveriesParts;

  constructor(parts: DeliveriesParts) {
    this.#parts = parts;
  }

  async deliver(parcel: Parcel): Promise<void> {
    const { world, daylight, faults } = this.#parts;
    const { MaximumRetryAttempts: retries = ATTEMPTS, MaximumEventAgeInSeconds: age = AGE_SECONDS } =
      parcel.resilience.RetryPolicy ?? {};
    let refused: AwsError | undefined;
    for (let attempt = 1; ; attempt++) {
      if (daylight.isDark(parcel.from.region)) await daylight.of(parcel.from.region);
      if (world.now() - parcel.since > seconds(age))
        return this.#giveUp(parcel, refused, attempt, 'MaximumEventAgeInSeconds');
      refused = this.#attempt(parcel, attempt);
      if (!refused) break;
      if (!passing(refused)) return this.#giveUp(parcel, refused, attempt, undefined);
      if (attempt > retries) return this.#giveUp(parcel, refused, attempt, 'MaximumRetryAttempts');
      await world.sleep(this.#pause(attempt));
    }
    if (!faults?.again?.(parcel.target)) return;
    await world.sleep(this.#pause(3));
    this.#attempt(parcel, 1);
  }

  #attempt(parcel: Parcel, attempt: number): AwsError | undefined {
    const { daylight, targets, faults } = this.#parts;
    try {
      if (daylight.isDark(regionOf(parcel.target)))
        return new AwsError('ServiceUnavailable', `${regionOf(parcel.target)} does not answer`, {
          status: 503,
        });
      const planned = faults?.refuse?.(parcel.target, attempt);
      if (planned) return planned;
      targets.send(parcel.acting, parcel.target, parcel.payload(attempt));
      return undefined;
    } catch (thrown) {
      if (thrown instanceof AwsError) return thrown;
      throw thrown;
    }
  }

  #pause(attempt: number): Duration {
    const most = Math.min(seconds(1) * 2 ** (attempt - 1), BACKOFF_MOST);
    const half = most / 2;
    return (half + Math.round(this.#parts.world.random('events.retry').next() * half)) as Duration;
  }

  #giveUp(parcel: Parcel, why: AwsError | undefined, attempt: number, condition: string | undefined): void {
    const { world } = this.#parts;
    const { service, arn } = parcel.from;
    world.log(`${service}: gave up delivering to ${parcel.target}: ${why?.name ?? condition}`);
    const queue = parcel.resilience.DeadLetterConfig?.Arn;
    if (queue === undefined) return;
    this.#bury(parcel, queue, parcel.payload(attempt), {
      ERROR_CODE: why?.name ?? 'EVENT_AGE_EXCEEDED',
      ERROR_MESSAGE: why?.message ?? 'the event is older than the retry policy allows',
      [service === 'events' ? 'RULE_ARN' : 'SCHEDULE_ARN']: arn,
      TARGET_ARN: parcel.target,
      RETRY_ATTEMPTS: String(attempt - 1),
      ...(condition === undefined ? {} : { EXHAUSTED_RETRY_CONDITION: condition }),
    });
  }

  /** What even the dead-letter queue does not take is lost; only a metric would tell (InvocationsFailedToBeSentToDlq). */
  #bury(parcel: Parcel, queue: string, payload: string, attributes: Readonly<Record<string, string>>): void {
    const { world, targets } = this.#parts;
    try {
      targets.send(parcel.deadLetterActing, queue, payload, attributes);
    } catch (thrown) {
      if (!(thrown instanceof AwsError)) throw thrown;
      world.log(`${parcel.from.service}: lost what ${parcel.target} did not take: ${thrown.message}`);
    }
  }
}
