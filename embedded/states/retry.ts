import { type Duration, milliseconds, seconds } from '../../core/time/instant.ts';
import type { RandomStream } from '../random/streams.ts';
import type { RetrierDefinition } from './definition.ts';
import { matches } from './failure.ts';

/**
 * The retriers of one visit of a state: each counts for itself, the first that matches decides, and one that is used
 * up lets the error through to the catchers.
 */
export class Retriers {
  readonly #retriers: readonly RetrierDefinition[];
  readonly #used: number[];

  constructor(retriers: readonly RetrierDefinition[]) {
    this.#retriers = retriers;
    this.#used = retriers.map(() => 0);
  }

  /** How long to wait before the next attempt; undefined when there is none. */
  next(error: string, chance: () => RandomStream): Duration | undefined {
    const at = this.#retriers.findIndex((retrier) => matches(retrier.ErrorEquals, error));
    const retrier = this.#retriers[at];
    const used = this.#used[at];
    if (!retrier || used === undefined || used >= retrier.MaxAttempts) return undefined;
    this.#used[at] = used + 1;
    const interval = retrier.IntervalSeconds * retrier.BackoffRate ** used;
    const capped = Math.min(interval, retrier.MaxDelaySeconds ?? Number.POSITIVE_INFINITY);
    if (retrier.JitterStrategy === 'NONE') return seconds(capped);
    return milliseconds(Math.round(chance().next() * capped * 1_000));
  }
}
