import { describe, expect, it } from 'vitest';
import {
  type IndexParts,
  leafHash,
  merkleRoot,
  pointRoot,
  shardRoot,
} from '../../../../core/manifest/merkle.ts';
import { shardEntry } from '../../../../core/manifest/shards.ts';
import { line, sha256 } from './lines.ts';

const hash = (text: string) => sha256(text);
const [a, b, c] = [hash('a'), hash('b'), hash('c')] as [string, string, string];

describe('a Merkle root', () => {
  it('is defined for nothing, and is no hash of anything else', () => {
    expect(merkleRoot([], sha256)).toBe(sha256('empty\n'));
    expect(merkleRoot([], sha256)).not.toBe(sha256(''));
  });

  it('moves an odd hash up as it is, so that repeating the last one shows', () => {
    expect(merkleRoot([a, b, c], sha256)).toBe(sha256(`node\n${sha256(`node\n${a}${b}`)}${c}`));
    expect(merkleRoot([a, b, c, c], sha256)).not.toBe(merkleRoot([a, b, c], sha256));
  });

  it('is not the hash of a line whose text is the two halves of a node', () => {
    const lines = [line('a'), line('b')];
    const halves = lines.map((l) => leafHash(l, sha256)).join('');
    expect(leafHash(line(halves), sha256)).not.toBe(shardRoot(lines, sha256));
    expect(sha256(`leaf\n${halves}`)).not.toBe(shardRoot(lines, sha256));
  });

  it('does not change with the place where an item is stored', () => {
    const here = [line('a'), line('b', { since: 'orders-hourly-20261120t000000z' })];
    expect(shardRoot(here, sha256)).toBe(shardRoot([line('a'), line('b')], sha256));
  });

  it('tells two lone surrogates apart, which look the same once written as UTF-8', () => {
    expect(leafHash(line('\ud800'), sha256)).not.toBe(leafHash(line('\udbff'), sha256));
  });

  const parts = (...shards: readonly string[][]): IndexParts => ({
    shards: shards.map((keys, n) =>
      shardEntry(
        n,
        keys.map((key) => line(key)),
        sha256,
      ),
    ),
    ...{ items: shards.flat().length, bytes: 3, newItems: 1, newBytes: 1 },
    ...{ statistics: { rows: 3 }, configuration: { version: '8.5', class: 'db.r6g.large' } },
  });

  const rootOf = (of: IndexParts) => pointRoot({ format: 2, ...of }, sha256);

  it('of a recovery point commits to where its shards were cut', () => {
    const [cut, whole] = [parts(['a', 'b'], ['c']), parts(['a', 'b', 'c'])];
    expect(rootOf(cut)).not.toBe(rootOf(whole));
    expect(rootOf(whole)).not.toBe(whole.shards[0]!.root);
  });

  it('of a recovery point commits to everything that a restore goes by, and only the catalog lives on', () => {
    const whole = parts(['a', 'b'], ['c']);
    const root = rootOf(whole);
    const shard = whole.shards[1]!;
    const altered: readonly Partial<IndexParts>[] = [
      { configuration: { version: '8.5', class: 'db.r6g.larfe' } },
      { statistics: { rows: 2 } },
      { items: 9 },
      { bytes: 9 },
      { shards: whole.shards.with(1, { ...shard, root: a }) },
    ];
    for (const change of altered) expect(rootOf({ ...whole, ...change })).not.toBe(root);
    const read = JSON.parse(JSON.stringify(whole)) as IndexParts;
    expect(rootOf(read)).toBe(root);
  });

  it('of a recovery point is the same for the same content, wherever it lies and whoever wrote it first', () => {
    const whole = parts(['a', 'b']);
    const shards = [{ ...whole.shards[0]!, digest: b }];
    expect(rootOf({ ...whole, shards, newItems: 0, newBytes: 0 })).toBe(rootOf(whole));
  });

  it('of format 1 committed to the shards alone', () => {
    const whole = parts(['a', 'b', 'c']);
    expect(pointRoot({ format: 1, ...whole }, sha256)).toBe(
      'c2ac971c5b297cc20cce62a34bdc61d499e6fb30c479dfe88ffcd8c7440e5e71',
    );
  });

  it('is written down: another release must find the same root for the same lines', () => {
    const root = shardRoot([line('a'), line('b'), line('c')], sha256);
    expect(root).toBe('99a7631d18020c5f89ac4e0eace132d514f0b26751fd0b4c5d5114f42c928449');
    expect(rootOf(parts(['a', 'b', 'c']))).toBe(
      '387748e206488cf7460bfb9839a26c155ed42ddd671387000c3a09255e692125',
    );
  });
});
