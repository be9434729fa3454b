import type { Instant } from '../../core/time/instant.ts';

/**
 * What an application knows it wrote, kept apart from every service: the truth that restores are compared with.
 * Values are shared, never copied.
 */
export class History<Value> {
  readonly #entries = new Map<string, { readonly at: Instant; readonly value: Value | undefined }[]>();

  /** Keys that hold something now, and where each stands among them: so that one can be picked without a walk. */
  readonly #living: string[] = [];
  readonly #place = new Map<string, number>();

  /** Records that `key` holds `value` from `at` on; `undefined` when it was deleted. */
  record(key: string, value: Value | undefined, at: Instant): void {
    const entries = this.#entries.get(key);
    if (entries) entries.push({ at, value });
    else this.#entries.set(key, [{ at, value }]);
    if (value === undefined) this.#forget(key);
    else if (!this.#place.has(key)) this.#place.set(key, this.#living.push(key) - 1);
  }

  /** The state at an instant: everything that was written at or before it and not deleted by then. */
  at(instant: Instant): Map<string, Value> {
    const state = new Map<string, Value>();
    for (const [key, entries] of this.#entries) {
      const last = entries.findLast((entry) => entry.at <= instant);
      if (last?.value !== undefined) state.set(key, last.value);
    }
    return state;
  }

  /** What `key` holds now. */
  current(key: string): Value | undefined {
    return this.#entries.get(key)?.at(-1)?.value;
  }

  /** The keys that hold something now. The same writes give the same order. */
  get living(): readonly string[] {
    return this.#living;
  }

  #forget(key: string): void {
    const place = this.#place.get(key);
    if (place === undefined) return;
    const last = this.#living.pop()!;
    this.#place.delete(key);
    if (last === key) return;
    this.#living[place] = last;
    this.#place.set(last, place);
  }
}
