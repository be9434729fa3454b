import { NotModelled } from '../service.ts';

/** One value out of those of an alarm's metrics in one period; undefined when there is none. */
export type Combine = (values: readonly (number | undefined)[]) => number | undefined;

/**
 * Metric math as far as a sum goes: `a + b`, `FILL(a, 0) + b` (using-metric-math.html). A period in which one of the
 * summands has no datapoint has no result: FILL is there for that.
 */
export function compileExpression(expression: string, ids: readonly string[]): Combine {
  const summands = expression.split('+').map((term) => {
    const [, id, filled, fill] =
      /^\s*(?:(\w+)|FILL\(\s*(\w+)\s*,\s*(\d+(?:\.\d+)?)\s*\))\s*$/.exec(term) ?? [];
    const position = ids.indexOf(id ?? filled ?? '');
    if (position < 0) throw new NotModelled('monitoring', `the expression ${expression}`);
    return { position, fill: fill === undefined ? undefined : Number(fill) };
  });
  return (values) => {
    let sum = 0;
    for (const { position, fill } of summands) {
      const value = values[position] ?? fill;
      if (value === undefined) return undefined;
      sum += value;
    }
    return sum;
  };
}
