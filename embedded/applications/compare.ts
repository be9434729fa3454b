import { HEART_OBJECT } from '../../core/heartbeat/heart.ts';

/** The outcome of comparing what was restored with the truth of its instant. */
export interface Comparison {
  readonly compared: number;
  readonly bytes: number;
  /** One sentence per difference, at most a handful. */
  readonly differences: readonly string[];
  readonly differing: number;
}

const SHOWN_MAX = 5;

/** Compares two states item by item, both ways: nothing may be missing, different, or too much. */
export function compare<Value>(
  truth: ReadonlyMap<string, Value>,
  restored: ReadonlyMap<string, Value>,
  equal: (a: Value, b: Value) => boolean,
  size: (value: Value) => number,
): Comparison {
  const differences: string[] = [];
  let bytes = 0;
  for (const [key, expected] of truth) {
    const found = restored.get(key);
    if (found === undefined) differences.push(`missing: ${key}`);
    else if (!equal(expected, found)) differences.push(`different: ${key}`);
    else bytes += size(expected);
  }
  for (const key of restored.keys()) if (!truth.has(key)) differences.push(`not to be there: ${key}`);
  return {
    compared: truth.size,
    bytes,
    differences: differences.slice(0, SHOWN_MAX),
    differing: differences.length,
  };
}

/**
 * Holdfast keeps a heartbeat of its own beside an application's data: a database or a schema `holdfast`, an object. What
 * it is worth is another question than whether the application's data is whole.
 */
export const withoutHoldfasts = <Value>(found: ReadonlyMap<string, Value>): Map<string, Value> =>
  new Map([...found].filter(([key]) => !key.startsWith('holdfast.') && key !== HEART_OBJECT));

/** Of what nobody compared. */
export const NOTHING: Comparison = { compared: 0, bytes: 0, differences: [], differing: 0 };

/** Two comparisons as one. */
export const together = (a: Comparison, b: Comparison): Comparison => ({
  compared: a.compared + b.compared,
  bytes: a.bytes + b.bytes,
  differences: [...a.differences, ...b.differences],
  differing: a.differing + b.differing,
});
