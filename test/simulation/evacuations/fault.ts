import { fnv1a } from '../../../core/ids/fnv.ts';
import { type Duration, hours, minutes } from '../../../core/time/instant.ts';
import { AWAY, HOME } from '../installations.ts';

/**
 * What happens at a call: one of the two regions goes dark for a while, the primary one for so long that nobody waits for
 * it, or the one that is dark wakes up in the middle of it.
 */
export const FAULTS = ['home-lost', 'away-lost', 'home-gone', 'home-back'] as const;
export type FaultKind = (typeof FAULTS)[number];

/** Where one run is struck. Calls count from 1, in their order. */
export interface Placement {
  readonly fault: FaultKind;
  readonly call: number;
  /** Before the call leaves, or after it took effect. */
  readonly when: 'before' | 'after';
}

export const regionOf = (fault: FaultKind): string => (fault === 'away-lost' ? AWAY : HOME);

/** As `--at` takes it: `17a` strikes after the 17th call. */
export const printAt = ({ call, when }: Placement): string => `${call}${when[0]}`;

/** @throws RangeError when the text is no placement */
export function readAt(text: string, fault: FaultKind): Placement {
  const [, call, letter] = /^([1-9]\d{0,5})([ab])$/.exec(text) ?? [];
  if (call === undefined)
    throw new RangeError(
      `a placement is the number of a call and b for before it or a for after it, as in 17a; received ${JSON.stringify(text)}`,
    );
  return { fault, call: Number(call), when: letter === 'b' ? 'before' : 'after' };
}

/** A blink, an afternoon, and longer than anybody waits for an answer. */
const DARK = [minutes(20), hours(3), hours(9)] as const;

/** How long the region stays dark: it follows from the placement, so that each run can be had again. */
export const darkFor = ({ fault, call, when }: Placement): Duration =>
  DARK[fnv1a(`${fault} ${call} ${when}`) % DARK.length]!;
