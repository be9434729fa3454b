import { CopyOverdue } from '../../core/errors/registry.ts';

const FIRST_SECONDS = 30;
const LONGEST_SECONDS = 900;
/** Backup, copy and restore give up earlier, each by itself. */
const GIVE_UP_SECONDS = 3 * 86_400;

/**
 * A history has room for 25,000 events, all members of a group write into the same, and a lap takes nine: of a few members
 * each is asked often, and many are asked the less the more they are.
 *
 * @param lap from 1
 * @returns seconds
 */
export const waitAfter = (lap: number, members: number): number =>
  Math.min(
    Math.max(LONGEST_SECONDS, 300 * members),
    Math.round(Math.max(FIRST_SECONDS, 3 * members) * Math.min(2, 1.15 + members / 100) ** (lap - 1)),
  );

/**
 * Asks to be asked again, with a bound.
 *
 * @param members how many the group has
 * @throws CopyOverdue once it has taken longer than anything that is waited for may
 */
export function waiting(
  lap: number,
  what: string,
  members: number,
): { readonly outcome: 'waiting'; readonly pollAfterSeconds: number; readonly lap: number } {
  let waited = 0;
  for (let before = 1; before < lap; before++) waited += waitAfter(before, members);
  if (waited < GIVE_UP_SECONDS) return { outcome: 'waiting', pollAfterSeconds: waitAfter(lap, members), lap };
  throw new CopyOverdue(`${what} has not come to its end for three days; look what holds it up`);
}
