/** One named stream of chance. The same seed and name give the same draws, whatever other streams do. */
export interface RandomStream {
  /** In [0, 1). */
  next(): number;
  /** A whole number in [min, max]. */
  between(min: number, max: number): number;
  /** True with probability `p`. */
  chance(p: number): boolean;
  pick<T>(items: readonly T[]): T;
}

/** FNV-1a, 32 bits: spreads stream names over the seed space. */
function hash(text: string, start: number): number {
  let h = (0x811c9dc5 ^ start) >>> 0;
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193) >>> 0;
  return h;
}

/** mulberry32: 32 bits of state, passes the usual batteries for our sizes, and is six lines. */
function generator(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** All chance of one run. Streams are made on first use, so adding one does not reshuffle the rest. */
export class Streams {
  readonly seed: number;
  readonly #streams = new Map<string, RandomStream>();

  constructor(seed: number) {
    this.seed = seed;
  }

  stream(name: string): RandomStream {
    let found = this.#streams.get(name);
    if (!found) {
      const next = generator(hash(name, hash(String(this.seed), 0)));
      const between = (min: number, max: number) => min + Math.floor(next() * (max - min + 1));
      found = {
        next,
        between,
        chance: (p) => next() < p,
        pick: (items) => items[between(0, items.length - 1)]!,
      };
      this.#streams.set(name, found);
    }
    return found;
  }
}
