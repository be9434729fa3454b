/** One CloudWatch series: what was put under a namespace, a name and a set of dimensions. */
export interface SeriesName {
  readonly region: string;
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: Readonly<Record<string, string>>;
}

export type Statistic = 'Sum' | 'Average' | 'Minimum' | 'Maximum' | 'SampleCount';

export const VALUE: Readonly<Record<Statistic, (s: Statistics) => number>> = {
  Sum: ({ sum }) => sum,
  Average: ({ sum, count }) => sum / count,
  Minimum: ({ min }) => min,
  Maximum: ({ max }) => max,
  SampleCount: ({ count }) => count,
};

export interface Statistics {
  count: number;
  sum: number;
  min: number;
  max: number;
}

export const keyOf = ({ region, namespace, name, dimensions }: SeriesName): string =>
  `${region}|${namespace}|${name}|${Object.keys(dimensions)
    .sort()
    .map((key) => `${key}=${dimensions[key]}`)
    .join(',')}`;

export function add(to: Statistics | undefined, value: number): Statistics {
  if (!to) return { count: 1, sum: value, min: value, max: value };
  to.count++;
  to.sum += value;
  to.min = Math.min(to.min, value);
  to.max = Math.max(to.max, value);
  return to;
}

/** Buckets of one period, for the alarm that watches the series; older ones than it needs are dropped. */
export class Periods {
  readonly #length: number;
  readonly #kept: number;
  readonly #buckets = new Map<number, Statistics>();
  /** The value that stays until it changes, for metrics that measure a level. */
  readonly #levels: { readonly from: number; readonly value: number }[] = [];

  constructor(lengthMs: number, kept: number) {
    this.#length = lengthMs;
    this.#kept = kept;
  }

  startOf(at: number): number {
    return Math.floor(at / this.#length) * this.#length;
  }

  add(at: number, value: number, level: boolean): void {
    const start = this.startOf(at);
    this.#buckets.set(start, add(this.#buckets.get(start), value));
    if (level) {
      this.#levels.push({ from: start, value });
      if (this.#levels.length > 1 && this.#levels[0]!.from < start - this.#length * this.#kept)
        this.#levels.shift();
    }
    for (const old of this.#buckets.keys()) {
      if (old >= start - this.#length * this.#kept) break;
      this.#buckets.delete(old);
    }
  }

  at(start: number): Statistics | undefined {
    const found = this.#buckets.get(start);
    if (found) return found;
    const level = this.#levels.findLast(({ from }) => from < start);
    return level && add(undefined, level.value);
  }
}
