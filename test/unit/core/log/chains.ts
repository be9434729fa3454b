import { type LogChain, newChain } from '../../../../core/log/chain.ts';
import type { ProvenPoint } from '../../../../core/recovery/restorable.ts';
import { type Instant, instant, minutes } from '../../../../core/time/instant.ts';
import { at } from '../retention/timeline.ts';

/** A time of 21 November 2026, `HH:MM`. */
export const clock = (time: string): Instant => at(`2026-11-21T${time}:00Z`);

/** The engine's word for an instant, as TiDB has it: the millisecond 18 bits to the left. */
export const markOf = (when: Instant): string => (BigInt(when) << 18n).toString();
export const mark = (when: Instant) => ({ at: when, mark: markOf(when) });

/** A chain of `orders` that begins at `from` and covers up to `to`, seen a minute later. */
export function chainOf(from: string, to: string = from, more: Partial<LogChain> = {}): LogChain {
  const id = { cluster: 'orders', region: 'eu-west-1', chain: `20261121t${from.replace(':', '')}00z` };
  const begun = newChain(id, mark(clock(from)), clock(from));
  const covered = { checkpoint: clock(to), checkpointMark: markOf(clock(to)) };
  const seen = { checkpointAt: instant(clock(to) + minutes(1)) };
  return { ...begun, ...covered, ...seen, ...more };
}

export const full = (time: string): ProvenPoint => ({
  id: `orders-hourly-20261121t${time.replace(':', '')}00z`,
  takenAt: clock(time),
});
