import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareWithPrevious, onlyIn } from '../../core/manifest/compare.ts';
import { compareKeys, type ManifestLine, parseLine, printLine } from '../../core/manifest/line.ts';
import {
  type IndexParts,
  leafHash,
  merkleBuilder,
  merkleRoot,
  pointRoot,
  shardRoot,
} from '../../core/manifest/merkle.ts';
import {
  parseShard,
  printShard,
  SHARD_BYTES_MAX,
  SHARD_LINES_MAX,
  splitIntoShards,
} from '../../core/manifest/shards.ts';
import { all, sha256 } from '../unit/core/manifest/lines.ts';
import { hostileKey, manifest } from './arbitraries.ts';

/** An index of shards with these roots. */
const withShards = (roots: readonly string[]): IndexParts => ({
  shards: roots.map((root, shard) => ({ shard, items: 1, bytes: 1, root, digest: sha256('text') })),
  ...{ items: 1, bytes: 1, newItems: 1, newBytes: 1, statistics: {}, configuration: {} },
});

describe('keys', () => {
  it('are ordered as their UTF-8 bytes are', () => {
    fc.assert(
      fc.property(hostileKey, hostileKey, (a, b) => {
        expect(Math.sign(compareKeys(a, b))).toBe(Buffer.compare(Buffer.from(a), Buffer.from(b)));
      }),
      { numRuns: 2_000 },
    );
  });
});

describe('lines and shards', () => {
  it('read back as they were written, whatever is in a key', () => {
    fc.assert(
      fc.property(manifest(), (lines) => {
        for (const line of lines) expect(parseLine(printLine(line))).toEqual(line);
        expect(parseShard(printShard(lines), 'shard')).toEqual(lines);
      }),
    );
  });

  it('take one line of the file each, so that a shard can be read with ordinary tools', () => {
    fc.assert(
      fc.property(manifest(1), (lines) => {
        expect(printShard(lines).split('\n')).toHaveLength(lines.length);
      }),
    );
  });

  it('are cut without loss, within both limits, and never earlier than needed', () => {
    const sizes = fc.array(
      fc.oneof(fc.integer({ min: 0, max: 10 }), fc.integer({ min: 0, max: 2 * SHARD_BYTES_MAX })),
      {
        maxLength: 60,
      },
    );
    fc.assert(
      fc.property(sizes, (bytes) => {
        const shards = [...splitIntoShards(bytes.map((n) => ({ bytes: n })))];
        expect(shards.flat().map((line) => line.bytes)).toEqual(bytes);
        const sum = (shard: readonly { bytes: number }[]) =>
          shard.reduce((total, line) => total + line.bytes, 0);
        for (const [n, shard] of shards.entries()) {
          expect(shard.length).toBeGreaterThan(0);
          expect(
            shard.length <= SHARD_LINES_MAX && (shard.length === 1 || sum(shard) <= SHARD_BYTES_MAX),
          ).toBe(true);
          const next = shards[n + 1]?.[0];
          if (next)
            expect(shard.length === SHARD_LINES_MAX || sum(shard) + next.bytes > SHARD_BYTES_MAX).toBe(true);
        }
      }),
    );
  });
});

/** Every single change to one line that matters. */
const changed = (line: ManifestLine): ManifestLine[] => [
  { ...line, key: `${line.key}x` },
  { ...line, version: `${line.version}x` },
  { ...line, bytes: line.bytes + 1 },
  { ...line, checksum: `${line.checksum.slice(0, -1)}~` },
];

describe('a Merkle root', () => {
  const root = (lines: readonly ManifestLine[]) => shardRoot(lines, sha256);

  it('shows any line changed, dropped, doubled or swapped with another', () => {
    fc.assert(
      fc.property(manifest(1), fc.nat(), fc.nat(), (lines, n, m) => {
        const i = n % lines.length;
        const j = m % lines.length;
        const whole = root(lines);
        for (const line of changed(lines[i]!)) expect(root(lines.with(i, line))).not.toBe(whole);
        expect(root(lines.toSpliced(i, 1))).not.toBe(whole);
        expect(root(lines.toSpliced(i, 0, lines[i]!))).not.toBe(whole);
        if (i !== j) expect(root(lines.with(i, lines[j]!).with(j, lines[i]!))).not.toBe(whole);
      }),
    );
  });

  it('of a recovery point shows a shard changed, dropped, doubled or swapped', () => {
    const roots = fc.uniqueArray(
      fc.nat().map((n) => sha256(String(n))),
      { minLength: 2, maxLength: 20 },
    );
    fc.assert(
      fc.property(roots, fc.nat(), (shards, n) => {
        const i = n % (shards.length - 1);
        const rootOf = (roots: readonly string[]) => pointRoot({ format: 2, ...withShards(roots) }, sha256);
        const whole = rootOf(shards);
        const others = [
          shards.toSpliced(i, 1),
          shards.toSpliced(i, 0, shards[i]!),
          shards.with(i, sha256('other')),
          shards.with(i, shards[i + 1]!).with(i + 1, shards[i]!),
        ];
        for (const other of others) expect(rootOf(other)).not.toBe(whole);
      }),
    );
  });

  it('is the same whether built while the lines go by or from a tree drawn level by level', () => {
    const byLevels = (hashes: readonly string[]): string => {
      if (hashes.length === 1) return hashes[0]!;
      const above: string[] = [];
      for (let i = 0; i < hashes.length; i += 2) {
        const right = hashes[i + 1];
        above.push(right === undefined ? hashes[i]! : sha256(`node\n${hashes[i]}${right}`));
      }
      return byLevels(above);
    };
    fc.assert(
      fc.property(manifest(1), (lines) => {
        const hashes = lines.map((line) => leafHash(line, sha256));
        const builder = merkleBuilder(sha256);
        for (const [n, hash] of hashes.entries()) {
          builder.add(hash);
          expect(builder.root()).toBe(byLevels(hashes.slice(0, n + 1)));
        }
        expect(merkleRoot(hashes, sha256)).toBe(root(lines));
      }),
    );
  });
});

describe('comparing manifests', () => {
  const byKey = (lines: readonly ManifestLine[]) => new Map(lines.map((line) => [line.key, line]));

  it('finds what a look-up key by key would find, in order', async () => {
    await fc.assert(
      fc.asyncProperty(manifest(), manifest(), fc.nat(3), async (one, two, mixed) => {
        // Some of the second side is taken over into the first, so that keys meet.
        const shared = two.filter((_, n) => n % 4 >= mixed);
        const listing = [...new Map([...byKey(one), ...byKey(shared)]).values()].sort((a, b) =>
          compareKeys(a.key, b.key),
        );
        const before = byKey(two);
        const now = byKey(listing);
        const keys = [...new Set([...before.keys(), ...now.keys()])].sort(compareKeys);
        const expected = keys.map((key) => {
          const [a, b] = [now.get(key), before.get(key)];
          if (!a) return ['removed', key];
          if (!b) return ['added', key];
          return [a.version === b.version && a.bytes === b.bytes ? 'unchanged' : 'changed', key];
        });
        const seen = (await all(compareWithPrevious(listing, two))).map((d) => [
          d.kind,
          d.kind === 'removed' ? d.line.key : d.found.key,
        ]);
        expect(seen).toEqual(expected);
      }),
    );
  });

  it('leaves to be removed exactly what no neighbour names', async () => {
    await fc.assert(
      fc.asyncProperty(manifest(), manifest(), manifest(), fc.nat(3), async (mine, before, after, mixed) => {
        const takenOver = mine.filter((_, n) => n % 4 < mixed);
        const merged = [...new Map([...byKey(after), ...byKey(takenOver)]).values()].sort((a, b) =>
          compareKeys(a.key, b.key),
        );
        const named = new Set([...before, ...merged].map(({ key, since }) => JSON.stringify([key, since])));
        const expected = mine.filter(({ key, since }) => !named.has(JSON.stringify([key, since])));
        expect(await all(onlyIn(mine, [before, merged]))).toEqual(expected);
      }),
    );
  });
});
