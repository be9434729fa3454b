import { type Instant, instant } from '../../../core/time/instant.ts';

/**
 * A timestamp of TiDB: milliseconds since the epoch in the upper bits, a counter in the lower 18. It needs more than the
 * 53 bits of a number, so it is a BigInt here and decimal text wherever it travels.
 */
export type Tso = bigint;

const COUNTER_BITS = 18n;
const UINT64_MAX = (1n << 64n) - 1n;

/** The millisecond that a timestamp lies in, rounded down: what it names had happened by the end of that millisecond. */
export const instantOfTso = (tso: Tso): Instant => instant(Number(tso >> COUNTER_BITS));

/** The first timestamp of a millisecond: whatever was committed before that millisecond lies before it. */
export const tsoOf = (at: Instant): Tso => BigInt(at) << COUNTER_BITS;

/** Reads decimal text; undefined when it is anything else, or does not fit into 64 bits. */
export function parseTso(text: string): Tso | undefined {
  if (!/^\d{1,20}$/.test(text)) return undefined;
  const tso = BigInt(text);
  return tso <= UINT64_MAX ? tso : undefined;
}

export const printTso = (tso: Tso): string => tso.toString();
