import { describe, expect, it } from 'vitest';
import { printLine } from '../../../../core/manifest/line.ts';
import {
  parseShard,
  printShard,
  requireEntry,
  requireFollows,
  SHARD_BYTES_MAX,
  SHARD_LINES_MAX,
  shardEntry,
  splitIntoShards,
  totalsOf,
} from '../../../../core/manifest/shards.ts';
import { line, sha256 } from './lines.ts';

const sizes = (bytes: readonly number[]) =>
  [...splitIntoShards(bytes.map((n) => ({ bytes: n })))].map((shard) => shard.map((l) => l.bytes));

describe('cutting into shards', () => {
  it('puts a thousand lines into each', () => {
    const shards = sizes(Array.from({ length: 2 * SHARD_LINES_MAX + 1 }, () => 1));
    expect(shards.map((shard) => shard.length)).toEqual([SHARD_LINES_MAX, SHARD_LINES_MAX, 1]);
  });

  it('cuts earlier when the bytes would be too many for one child', () => {
    const half = SHARD_BYTES_MAX / 2;
    expect(sizes([half, half, 1])).toEqual([[half, half], [1]]);
  });

  it('gives an object that is larger than a shard a shard of its own', () => {
    const huge = 5 * SHARD_BYTES_MAX;
    expect(sizes([1, huge, 2])).toEqual([[1], [huge], [2]]);
  });

  it('makes no shard of nothing', () => {
    expect(sizes([])).toEqual([]);
  });
});

describe('reading a shard', () => {
  const where = 'orders/orders-hourly-20261121t000000z/manifest/shard-00003.jsonl.gz';

  it('gives back what was printed, for an empty one too', () => {
    const lines = [line(''), line('a "quoted"\nkey'), line('ü/日本/😀')];
    expect(parseShard(printShard(lines), where)).toEqual(lines);
    expect(parseShard(printShard([]), where)).toEqual([]);
  });

  it('refuses a line that is none, with its number and the shard', () => {
    const text = `${printLine(line('a'))}\n["b",1]`;
    expect(() => parseShard(text, where)).toThrow(
      expect.objectContaining({
        name: 'ManifestAltered',
        message: expect.stringContaining(`line 2 of ${where} is not a manifest line`),
      }),
    );
  });

  it('refuses a cut-off file and an empty line at the end', () => {
    const text = printShard([line('a'), line('b')]);
    expect(() => parseShard(text.slice(0, -3), where)).toThrow('is not a manifest line');
    expect(() => parseShard(`${text}\n`, where)).toThrow('is not a manifest line');
  });

  it('refuses keys that repeat or go back, in UTF-8 order', () => {
    const back = (first: string, second: string) => () =>
      parseShard(printShard([line(first), line(second)]), where);
    expect(back('b', 'a')).toThrow('out of order');
    expect(back('a', 'a')).toThrow('out of order');
    // U+1F600 comes after U+FFFD in UTF-8, and before it in JavaScript's own order.
    expect(back('😀', '\ufffd')).toThrow('out of order');
    expect(back('\ufffd', '😀')).not.toThrow();
  });

  it('refuses a shard that does not continue where the one before ended', () => {
    expect(() => requireFollows('m', [line('m')], where)).toThrow('out of order');
    expect(() => requireFollows('m', [line('n')], where)).not.toThrow();
    expect(() => requireFollows(undefined, [line('a')], where)).not.toThrow();
  });

  it('finds any change of a shard against the index, its places included', () => {
    const entry = shardEntry(3, [line('a'), line('b', { bytes: 7 })], sha256);
    expect(entry).toMatchObject({ shard: 3, items: 2, bytes: 8 });
    const check =
      (...lines: ReturnType<typeof line>[]) =>
      () =>
        requireEntry(entry, printShard(lines), sha256, where);
    expect(check(line('a'))).toThrow(`${where} has digest`);
    expect(check(line('a'), line('b', { bytes: 6 }))).toThrow('and the index says');
    expect(check(line('a'), line('c', { bytes: 7 }))).toThrow('has digest');
    expect(check(line('a'), line('b', { bytes: 7, since: 'elsewhere' }))).toThrow('has digest');
    expect(check(line('a'), line('b', { bytes: 7 }))).not.toThrow();
  });

  it('counts as new what the point itself captured first', () => {
    const lines = [
      line('a', { bytes: 5 }),
      line('b', { bytes: 7, since: 'p2' }),
      line('c', { bytes: 11, since: 'p2' }),
    ];
    expect(totalsOf(lines, 'p2')).toEqual({ items: 3, bytes: 23, newItems: 2, newBytes: 18 });
  });
});
