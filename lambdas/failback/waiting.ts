import { CopyOverdue } from '../../core/errors/registry.ts';

const FIRST_SECONDS = 30;
const LONGEST_SECONDS = 900;
/** Each wait is longer than the one before by this: a history has room for 25,000 events, and a lap takes nine. */
const GROWTH = 1.15;
/** Some three days: backup, copy and restore give up earlier, each by itself. */
const LAPS = 310;

/**
 * Asks to be asked again, with a bound.
 * @throws CopyOverdue once it has taken longer than anything that is waited for may
 */
export function waiting(
  lap: number,
  what: string,
): { readonly outcome: 'waiting'; readonly pollAfterSeconds: number; readonly lap: number } {
  const pollAfterSeconds = Math.min(LONGEST_SECONDS, Math.round(FIRST_SECONDS * GROWTH ** (lap - 1)));
  if (lap < LAPS) return { outcome: 'waiting', pollAfterSeconds, lap };
  throw new CopyOverdue(`${what} has not come to its end for three days; look what holds it up`);
}
