import type { Instant } from '../../core/time/instant.ts';

/** What a volume holds at one instant: the bytes of every block that was ever written, by the block's number. */
export type Blocks = ReadonlyMap<number, Buffer>;

/** EBS's own block (EBS direct APIs). Tests write a few bytes at a block's beginning; the rest reads as zeros. */
export const BLOCK_BYTES = 524_288;

interface Version {
  readonly at: Instant;
  readonly bytes: Buffer;
}

/**
 * The bytes of one volume with everything that ever happened to them. The past never changes, so a snapshot is this
 * history and an instant; whoever makes a volume of it copies the blocks of that instant.
 */
export class BlockHistory {
  readonly #blocks = new Map<number, Version[]>();
  #lastWrite: Instant | undefined;

  static startingWith(blocks: Blocks, at: Instant): BlockHistory {
    const history = new BlockHistory();
    for (const [block, bytes] of blocks) history.write(block, bytes, at);
    return history;
  }

  write(block: number, bytes: Buffer, at: Instant): void {
    if (bytes.length > BLOCK_BYTES)
      throw new Error(`a block holds ${BLOCK_BYTES} bytes, not ${bytes.length}`);
    if (this.#lastWrite !== undefined && at < this.#lastWrite)
      throw new Error(
        `a write at ${at} cannot come before the write at ${this.#lastWrite}: the past is fixed`,
      );
    const versions = this.#blocks.get(block);
    if (versions) versions.push({ at, bytes });
    else this.#blocks.set(block, [{ at, bytes }]);
    this.#lastWrite = at;
  }

  /** Everything written at or before the instant. */
  at(instant: Instant): Blocks {
    const blocks = new Map<number, Buffer>();
    for (const [block, versions] of this.#blocks) {
      const newest = versions.findLast((version) => version.at <= instant);
      if (newest) blocks.set(block, newest.bytes);
    }
    return blocks;
  }
}
