import { InvariantViolation } from './defects.ts';

/** States what must hold here. When it does not, we are wrong, and nothing further may be written. */
export function invariant(
  holds: unknown,
  statement: string,
  facts: Record<string, string | number> = {},
): asserts holds {
  if (!holds) throw new InvariantViolation(`this must hold and does not: ${statement}`, facts);
}
