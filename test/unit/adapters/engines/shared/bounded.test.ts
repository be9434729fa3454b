import { describe, expect, it } from 'vitest';
import { allOf, inOrder } from '../../../../../adapters/engines/shared/bounded.ts';

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** Work that ends after as many turns of the loop as its number says, and counts how much of it is under way. */
function gauge() {
  const seen = { most: 0, started: 0 };
  let underWay = 0;
  const work = async (turns: number): Promise<number> => {
    seen.started++;
    seen.most = Math.max(seen.most, ++underWay);
    for (let t = 0; t < turns; t++) await turn();
    underWay--;
    if (turns === 13) throw new Error('thirteen');
    return turns * 10;
  };
  return { seen, work };
}

async function collect<T>(stream: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of stream) all.push(item);
  return all;
}

describe('bounded work', () => {
  it('comes in the order of its items, with no more than the limit under way', async () => {
    const items = [5, 1, 4, 0, 3, 2];
    for (const run of [
      (work: (n: number) => Promise<number>) => allOf(items, 3, work),
      (work: (n: number) => Promise<number>) => collect(inOrder(items, 3, work)),
    ]) {
      const { seen, work } = gauge();
      expect(await run(work)).toEqual([50, 10, 40, 0, 30, 20]);
      expect(seen.most).toBe(3);
    }
  });

  it('starts nothing new after an error, waits for what is under way, and throws it', async () => {
    const { seen, work } = gauge();
    await expect(allOf([13, 20, 20, 1, 1], 2, work)).rejects.toThrow('thirteen');
    expect(seen.started).toBe(2);
  });

  it('ends a stream with the error of its first bad item, and no error goes unhandled', async () => {
    const { work } = gauge();
    await expect(collect(inOrder([1, 13, 13, 1], 4, work))).rejects.toThrow('thirteen');
  });

  it('closes its source when nobody reads on', async () => {
    let closed = false;
    async function* source() {
      try {
        for (let n = 0; ; n++) yield n;
      } finally {
        closed = true;
      }
    }
    for await (const n of inOrder(source(), 2, async (item) => item)) if (n === 3) break;
    expect(closed).toBe(true);
  });
});
