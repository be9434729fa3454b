import type { Attempt, Disturbance } from './transport.ts';

/** Counts the calls that took effect, by who made them; disturbs nothing. What the demo and the benchmarks report. */
export class CallCounter implements Disturbance {
  readonly #calls = new Map<string, number>();
  readonly #copied = new Set<string>();
  #copies = 0;

  before(): void {}

  after({ service, operation, owner, input }: Attempt): void {
    const name = `${owner} ${service}:${operation}`;
    this.#calls.set(name, (this.#calls.get(name) ?? 0) + 1);
    if (operation !== 'CopyObject' && operation !== 'UploadPartCopy') return;
    const { Bucket, Key } = input as { Bucket: string; Key: string };
    if (!/\/(data|long)\//.test(Key)) return;
    this.#copies++;
    this.#copied.add(`${Bucket}/${Key}`);
  }

  /** Copy requests for items of recovery points, and how many items they stored. Manifests are not counted. */
  get copying(): { readonly requests: number; readonly items: number } {
    return { requests: this.#copies, items: this.#copied.size };
  }

  /** How many calls whose `owner service:operation` matches. */
  matching(pattern: RegExp): number {
    let sum = 0;
    for (const [name, count] of this.#calls) if (pattern.test(name)) sum += count;
    return sum;
  }

  /** Every kind of call with its count, most frequent first. */
  get all(): readonly (readonly [call: string, count: number])[] {
    return [...this.#calls].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1));
  }
}
