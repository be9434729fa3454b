import { compareKeys } from '../../core/manifest/line.ts';

/** Blocks are split at this size: the cost of an insertion is a binary search and moving at most this many entries. */
const BLOCK_MAX = 512;

interface Entry<Value> {
  readonly key: string;
  value: Value;
}

/** Keys in S3's order (UTF-8 bytes) with what is stored under them: sorted blocks, found by binary search. */
export class KeyIndex<Value> {
  /** Never holds an empty block, except the only one of an empty index. */
  readonly #blocks: Entry<Value>[][] = [[]];
  readonly #byKey = new Map<string, Entry<Value>>();

  get size(): number {
    return this.#byKey.size;
  }

  get(key: string): Value | undefined {
    return this.#byKey.get(key)?.value;
  }

  set(key: string, value: Value): void {
    const known = this.#byKey.get(key);
    if (known) {
      known.value = value;
      return;
    }
    const entry = { key, value };
    this.#byKey.set(key, entry);
    const at = this.#blockOf(key);
    const block = this.#blocks[at]!;
    const last = block.at(-1);
    // Keys mostly arrive in order: then this is an append.
    if (!last || compareKeys(last.key, key) < 0) block.push(entry);
    else block.splice(firstNotBelow(block, key), 0, entry);
    // An append leaves the left block full and starts a new one, so that ordered loading fills blocks whole.
    if (block.length > BLOCK_MAX)
      this.#blocks.splice(at + 1, 0, block.splice(block.at(-1) === entry ? BLOCK_MAX : BLOCK_MAX / 2));
  }

  delete(key: string): void {
    if (!this.#byKey.delete(key)) return;
    const at = this.#blockOf(key);
    const block = this.#blocks[at]!;
    block.splice(firstNotBelow(block, key), 1);
    if (block.length === 0 && this.#blocks.length > 1) this.#blocks.splice(at, 1);
  }

  /** Entries from `key` on (that key included, when it is there), in order. The index must not change meanwhile. */
  *from(key: string): Generator<readonly [key: string, value: Value]> {
    let at = this.#blockOf(key);
    let i = firstNotBelow(this.#blocks[at]!, key);
    for (; at < this.#blocks.length; at++, i = 0) {
      const block = this.#blocks[at]!;
      for (; i < block.length; i++) yield [block[i]!.key, block[i]!.value];
    }
  }

  /** The last block whose first key is not above `key`; the first block when there is none. */
  #blockOf(key: string): number {
    let low = 0;
    let high = this.#blocks.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >>> 1;
      if (compareKeys(this.#blocks[middle]![0]!.key, key) <= 0) low = middle;
      else high = middle - 1;
    }
    return low;
  }
}

function firstNotBelow(block: readonly Entry<unknown>[], key: string): number {
  let low = 0;
  let high = block.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (compareKeys(block[middle]!.key, key) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}
