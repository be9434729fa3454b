import type { Instant } from '../../core/time/instant.ts';

/**
 * What an application knows it wrote, kept apart from every service: the truth that restores are compared with.
 * Values are shared, never copied.
 */
export class History<Value> {
  readonly #entries = new Map<string, { readonly at: Instant; readonly value: Value | undefined }[]>();

  /** Records that `key` holds `value` from `at` on; `undefined` when it was deleted. */
  record(key: string, value: Value | undefined, at: Instant): void {
    const entries = this.#entries.get(key);
    if (entries) entries.push({ at, value });
    else this.#entries.set(key, [{ at, value }]);
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

  *keys(): Iterable<string> {
    for (const [key, entries] of this.#entries) if (entries.at(-1)?.value !== undefined) yield key;
  }
}
