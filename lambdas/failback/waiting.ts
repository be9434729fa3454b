import { CopyOverdue } from '../../core/errors/registry.ts';

const POLL_SECONDS = 30;
/** Three days of polls: a copy and a restore give up earlier, each by itself. */
const LAPS = 8_640;

/**
 * Asks to be asked again, with a bound.
 * @throws CopyOverdue once it has taken longer than anything that is waited for may
 */
export function waiting(
  lap: number,
  what: string,
): { readonly outcome: 'waiting'; readonly pollAfterSeconds: number; readonly lap: number } {
  if (lap < LAPS) return { outcome: 'waiting', pollAfterSeconds: POLL_SECONDS, lap };
  throw new CopyOverdue(`${what} has not come home for three days; look what holds it up`);
}
