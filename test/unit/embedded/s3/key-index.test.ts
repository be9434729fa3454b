import fc from 'fast-check';
import { expect, test } from 'vitest';
import { KeyIndex } from '../../../../embedded/s3/key-index.ts';

const inByteOrder = (keys: Iterable<string>): string[] =>
  [...keys].sort((a, b) => Buffer.compare(Buffer.from(a, 'utf8'), Buffer.from(b, 'utf8')));

const aKey = fc.string({
  unit: fc.constantFrom('a', 'b', '/', ' ', '+', 'é', '中', '\uffee', '😀'),
  maxLength: 5,
});

test('keys come in the order of their UTF-8 bytes, whatever the order of insertion and deletion', () => {
  const steps = fc.array(fc.record({ key: aKey, remove: fc.boolean() }), { maxLength: 60 });
  fc.assert(
    fc.property(steps, aKey, (changes, start) => {
      const index = new KeyIndex<string>();
      const model = new Set<string>();
      for (const { key, remove } of changes) {
        if (remove) index.delete(key);
        else index.set(key, key);
        if (remove) model.delete(key);
        else model.add(key);
      }
      expect([...index.from('')].map(([key]) => key)).toEqual(inByteOrder(model));
      const rest = inByteOrder([...model, start]);
      const expected = rest.slice(rest.indexOf(start)).filter((key) => model.has(key));
      expect([...index.from(start)].map(([key]) => key)).toEqual([...new Set(expected)]);
      expect(index.size).toBe(model.size);
    }),
  );
});

test('thousands of keys in reverse, shuffled or ascending order are all found again in order', () => {
  const ascending = Array.from({ length: 5_000 }, (_, i) => `key-${String(i).padStart(5, '0')}`);
  const shuffled = ascending.map((_, i) => ascending[(i * 1_237) % 5_000]!);
  for (const order of [ascending, ascending.toReversed(), shuffled]) {
    const index = new KeyIndex<number>();
    for (const [i, key] of order.entries()) index.set(key, i);
    expect([...index.from('')].map(([key]) => key)).toEqual(ascending);
    for (const key of order.slice(0, 4_990)) index.delete(key);
    expect([...index.from('')].map(([key]) => key)).toEqual(order.slice(4_990).toSorted());
  }
});

test('setting a key again replaces its value', () => {
  const index = new KeyIndex<number>();
  index.set('a', 1);
  index.set('a', 2);
  expect([...index.from('')]).toEqual([['a', 2]]);
});
