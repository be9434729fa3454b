import type { Catalog } from '../../core/ports/catalog.ts';
import { type Instant, later, minutes } from '../../core/time/instant.ts';

/** Longer than a task may take: whoever was given the lease at the start of a lap has it until the lap is over. */
export const LEASE = minutes(20);

const nameIn = (region: string): string => `expire#${region}`;

interface Where {
  readonly region: string;
  readonly catalog: Pick<Catalog, 'lease' | 'release'>;
}

/**
 * One expiry run at a time in a region. Two that discard neighbours at once would each leave what the other's point
 * names, and one would find the other's manifests gone. A run that finds another at work has nothing to do; one that
 * died leaves its lease to run out before the next hour's.
 */
export const takeTurn = async (
  { region, catalog }: Where,
  holder: string | undefined,
  now: Instant,
): Promise<boolean> =>
  holder === undefined || catalog.lease({ name: nameIn(region), holder, until: later(now, LEASE) }, now);

export async function leaveTurn(
  { region, catalog }: Where,
  holder: string | undefined,
  now: Instant,
): Promise<void> {
  if (holder !== undefined) await catalog.release(nameIn(region), holder, now);
}
