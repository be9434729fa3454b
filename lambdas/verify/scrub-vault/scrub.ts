import type { Instant } from '../../../core/time/instant.ts';
import { Budget, BYTES_PER_DAY, BYTES_PER_LAP, MANIFESTS_SHARE } from '../../../core/verify/budget.ts';
import { tryAgain } from '../../../core/verify/rot.ts';
import type { scrubVault } from '../../../workflows/contracts/verify.ts';
import type { Input, Output } from '../../shared/ports.ts';
import { readStanding, writeStanding } from '../standing-file.ts';
import { walkItems } from './items.ts';
import { type Lap, OPEN_MAX, type Scrubbed, type ScrubPorts } from './lap.ts';
import { walkManifests } from './manifests.ts';
import { readAgain } from './reread.ts';

/** A bound on the machine's loop: sixteen laps use up a day's budget, the others are for mending. */
export const LAPS = 100;

const BEGINNING: Omit<Scrubbed, 'outcome'> = {
  lap: 0,
  spent: 0,
  manifests: 0,
  items: 0,
  bytes: 0,
  snapshots: 0,
  found: 0,
  mended: 0,
  allManifests: false,
  allItems: false,
};

/**
 * One lap: what was copied is read again, then manifests, because they are small and everything depends on them, then
 * items. Where it stands, and what is rotten, is written down before the lap counts.
 */
export async function scrub(
  { state }: Input<typeof scrubVault>,
  ports: ScrubPorts,
  now: Instant,
): Promise<Output<typeof scrubVault>> {
  const { day = BYTES_PER_DAY, lap: most = BYTES_PER_LAP } = ports.limits ?? {};
  const before = state.scrub ?? BEGINNING;
  const standing = await readStanding(ports.vault);
  const open = state.scrub ? [...standing.open] : standing.open.map(tryAgain);
  const { manifests, items, bytes, snapshots, found, mended } = before;
  const counts = { manifests, items, bytes, snapshots, found, mended };
  let spent = before.spent;
  /** Does a part of the lap with at most so many bytes, and no more than the lap has left. */
  const within = async <T>(limit: number, work: (lap: Lap) => Promise<T>): Promise<T> => {
    const budget = new Budget(Math.min(limit, most - (spent - before.spent)));
    const done = await work({ ports, now, open, counts, budget });
    spent += budget.spent;
    return done;
  };
  const mayRead = (limit: number): boolean =>
    spent < limit && spent - before.spent < most && open.length < OPEN_MAX;
  const toMend = (): boolean => open.some((rot) => rot.state === 'rotten');

  await within(most, readAgain);
  let { manifests: first, items: second } = standing;
  let { allManifests, allItems } = before;
  const share = day * MANIFESTS_SHARE;
  if (!allManifests && mayRead(share))
    ({ cursor: first, whole: allManifests } = await within(share - spent, (lap) =>
      walkManifests(first, lap),
    ));
  // What manifests say about items is worth most once they are mended.
  if (!allItems && !toMend() && mayRead(day) && (allManifests || spent >= share))
    ({ cursor: second, whole: allItems } = await within(day - spent, (lap) => walkItems(second, lap)));
  await writeStanding(ports.vault, { manifests: first, items: second, open }, now);
  const lap = before.lap + 1;
  const over = (allManifests && allItems) || spent >= day || open.length >= OPEN_MAX;
  const unread = open.some((rot) => rot.state === 'copied');
  const outcome = lap >= LAPS ? 'done' : toMend() ? 'mend' : over && !unread ? 'done' : 'more';
  return { ...counts, outcome, lap, spent, allManifests, allItems };
}
