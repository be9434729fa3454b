import type { Instant } from '../../core/time/instant.ts';

export interface Timer {
  readonly at: Instant;
  cancel(): void;
}

interface Entry {
  readonly at: Instant;
  readonly order: number;
  work: (() => void) | undefined;
}

/** A binary heap ordered by (instant, order of queueing). Cancelled entries are dropped when they surface. */
export class EventQueue {
  readonly #heap: Entry[] = [];
  #pushed = 0;

  push(at: Instant, work: () => void): Timer {
    const entry: Entry = { at, order: this.#pushed++, work };
    this.#heap.push(entry);
    this.#rise(this.#heap.length - 1);
    return {
      at,
      cancel: () => {
        entry.work = undefined;
      },
    };
  }

  peek(): Instant | undefined {
    while (this.#heap[0] && !this.#heap[0].work) this.#removeTop();
    return this.#heap[0]?.at;
  }

  pop(): { readonly at: Instant; readonly work: () => void } | undefined {
    if (this.peek() === undefined) return undefined;
    const { at, work } = this.#removeTop();
    return { at, work: work! };
  }

  #removeTop(): Entry {
    const top = this.#heap[0]!;
    const last = this.#heap.pop()!;
    if (this.#heap.length > 0) {
      this.#heap[0] = last;
      this.#sink();
    }
    return top;
  }

  #rise(from: number): void {
    let i = from;
    while (i > 0) {
      const parent = (i - 1) >> 1;
      if (!before(this.#heap[i]!, this.#heap[parent]!)) return;
      this.#swap(i, parent);
      i = parent;
    }
  }

  #sink(): void {
    let i = 0;
    for (;;) {
      const left = 2 * i + 1;
      const right = left + 1;
      let least = i;
      if (left < this.#heap.length && before(this.#heap[left]!, this.#heap[least]!)) least = left;
      if (right < this.#heap.length && before(this.#heap[right]!, this.#heap[least]!)) least = right;
      if (least === i) return;
      this.#swap(i, least);
      i = least;
    }
  }

  #swap(i: number, j: number): void {
    const held = this.#heap[i]!;
    this.#heap[i] = this.#heap[j]!;
    this.#heap[j] = held;
  }
}

const before = (a: Entry, b: Entry): boolean => a.at < b.at || (a.at === b.at && a.order < b.order);
