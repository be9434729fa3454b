import { type Instant, instant } from '../../core/time/instant.ts';

/** A timestamp of TiDB: `physical_ms << 18 | logical`, 64 bits, so never a `number`. */
export type Tso = bigint;

/** What TiDB calls "no end". */
export const TSO_MAX: Tso = 999_999_999_999_999_999n;

const LOGICAL_BITS = 18n;

/** The first timestamp of a millisecond. Real ones have a logical part of 1 at least, so they come after it. */
export const tsoOf = (at: Instant, logical = 0n): Tso => (BigInt(at) << LOGICAL_BITS) | logical;

export function laterTs(a: Tso, b: Tso): Tso {
  if (a < b) return b;
  return a;
}

export function earlierTs(a: Tso, b: Tso): Tso {
  if (a < b) return a;
  return b;
}

export const instantOf = (tso: Tso): Instant => instant(Number(tso >> LOGICAL_BITS));

/** As BR prints a date: `2026-01-01 00:00:00.000 +0000`. */
export const dateOf = (tso: Tso): string =>
  `${new Date(instantOf(tso)).toISOString().replace('T', ' ').replace('Z', '')} +0000`;

const UINT64_MAX = (1n << 64n) - 1n;

/** Gives a cluster its timestamps: each greater than all before, whatever its clock does. */
export class TsoClock {
  readonly #now: () => Instant;
  #last: Tso = 0n;

  constructor(now: () => Instant) {
    this.#now = now;
  }

  next(): Tso {
    const first = tsoOf(this.#now(), 1n);
    this.#last = first > this.#last ? first : this.#last + 1n;
    return this.#last;
  }
}

const DATETIME =
  /^(\d{4})-(\d{2})-(\d{2})(?:[ T](\d{2}):(\d{2}):(\d{2})(\.\d{1,6})?)?\s*(Z|[+-]\d{2}:?\d{2})?$/;

/**
 * A timestamp as BR's flags take it: an integer, or a datetime.
 *
 * @param zoneNeeded without it a datetime without a zone is read in the container's zone, which is UTC here
 * @returns undefined when it is neither; `'no zone'` when the zone is missing and needed
 */
export function parseTso(text: string, zoneNeeded: boolean): Tso | 'no zone' | undefined {
  if (/^\d+$/.test(text)) {
    const value = BigInt(text);
    return value > UINT64_MAX ? undefined : value;
  }
  const parts = DATETIME.exec(text);
  if (!parts) return undefined;
  const [, year, month, day, hour = '00', minute = '00', second = '00', fraction = '', zone] = parts;
  if (zone === undefined && zoneNeeded) return 'no zone';
  const offset = zone === undefined || zone === 'Z' ? 'Z' : `${zone.slice(0, 3)}:${zone.slice(-2)}`;
  const at = Date.parse(
    `${year}-${month}-${day}T${hour}:${minute}:${second}${fraction.slice(0, 4)}${offset}`,
  );
  return Number.isNaN(at) ? undefined : tsoOf(instant(at));
}
