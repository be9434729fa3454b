import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type ManifestPlace,
  readIndex,
  readLines,
  readShard,
  writeIndex,
  writeShard,
} from '../../../../../adapters/engines/shared/manifest-io.ts';
import { sha256 } from '../../../../../adapters/engines/shared/sha256.ts';
import type { ManifestIndex } from '../../../../../core/manifest/index-file.ts';
import { compareKeys, type ManifestLine } from '../../../../../core/manifest/line.ts';
import { indexOf } from '../../../../../core/manifest/merkle.ts';
import { shardEntry } from '../../../../../core/manifest/shards.ts';
import { openPoint } from '../../../../support/driver-run.ts';
import { HOME, ObjectsWorld, VAULTS } from '../../../../support/objects-world.ts';

const world = new ObjectsWorld();
const point = openPoint(world);
const place: ManifestPlace = {
  store: world.store(HOME),
  bucket: VAULTS[HOME]!,
  cluster: 'files',
  id: point.id,
};

const line = (key: string): ManifestLine => ({ key, version: 'v', bytes: 1, checksum: 'c', since: point.id });

async function writeManifest(shards: readonly ManifestLine[][]): Promise<ManifestIndex> {
  const entries = shards.map((lines, shard) => shardEntry(shard, lines, sha256));
  for (const [shard, lines] of shards.entries()) await writeShard(place, shard, lines);
  const items = shards.flat().length;
  const counts = { items, bytes: items, newItems: items, newBytes: items };
  const beside = { statistics: {}, configuration: { class: 'db.r6g.large' } };
  const index = indexOf(point, { ...counts, shards: entries, ...beside }, sha256);
  await writeIndex(place, index);
  return index;
}

describe('a manifest in a vault', () => {
  it('reads back as it was written, whatever its keys', async () => {
    const keys = fc.uniqueArray(fc.string({ unit: 'binary', minLength: 1 }), { maxLength: 30 });
    await fc.assert(
      fc.asyncProperty(keys, fc.integer({ min: 1, max: 7 }), async (unsorted, perShard) => {
        const lines = unsorted.sort(compareKeys).map(line);
        const shards: ManifestLine[][] = [];
        for (let at = 0; at < lines.length; at += perShard) shards.push(lines.slice(at, at + perShard));
        const written = await writeManifest(shards);
        const index = await readIndex(place, written.root);
        expect(index).toEqual(written);
        const read: ManifestLine[] = [];
        for await (const each of readLines(place, index.shards)) read.push(each);
        expect(read).toEqual(lines);
      }),
      { numRuns: 30 },
    );
  });

  it('goes on reading from a shard, and says which shard a line came from', async () => {
    const index = await writeManifest([[line('a'), line('b')], [line('c')], [line('d')]]);
    const position = { shard: 1 };
    const seen: string[] = [];
    for await (const { key } of readLines(place, index.shards, position))
      seen.push(`${position.shard} ${key}`);
    expect(seen).toEqual(['1 c', '2 d']);
  });

  it('names the shard that is missing, and what to do', async () => {
    const { shards } = await writeManifest([[line('a')], [line('b')]]);
    await place.store.hide(place.bucket, [`files/${point.id}/manifest/shard-00001.jsonl.gz`]);
    const read = readShard(place, 1, shards[1]);
    await expect(read).rejects.toMatchObject({ name: 'ManifestIncomplete' });
    await expect(read).rejects.toThrow(/shard-00001\.jsonl\.gz; restore from another region/);
  });

  it.each([
    ['is not gzip', Buffer.from('plain')],
    ['is cut off', Buffer.from('H4sIAAAAAAAA', 'base64')],
  ])('names a shard that %s', async (_, body) => {
    await writeManifest([[line('a')]]);
    await place.store.put(place.bucket, `files/${point.id}/manifest/shard-00000.jsonl.gz`, body);
    await expect(readShard(place, 0)).rejects.toMatchObject({ name: 'ManifestAltered' });
  });

  it('refuses shards that are whole but stand in the wrong order', async () => {
    const { shards } = await writeManifest([[line('b')], [line('a')]]);
    const read = async () => {
      for await (const each of readLines(place, shards)) void each;
    };
    await expect(read()).rejects.toMatchObject({ name: 'ManifestAltered' });
  });

  it.each([
    ['no JSON', () => 'nonsense'],
    ['another format', (index: ManifestIndex) => ({ ...index, format: 3 })],
    [
      'the index of another point',
      (index: ManifestIndex) => ({ ...index, recoveryPoint: { ...point, id: 'x' } }),
    ],
    ['a root that its shards do not have', (index: ManifestIndex) => ({ ...index, root: 'f'.repeat(64) })],
    [
      'a bit of the configuration that turned',
      (index: ManifestIndex) => ({ ...index, configuration: { class: 'db.r6g.larfe' } }),
    ],
    ['a shard less', (index: ManifestIndex) => ({ ...index, shards: index.shards.slice(1) })],
    ['a field of the wrong kind', (index: ManifestIndex) => ({ ...index, items: -1 })],
  ])('refuses an index that is %s', async (_, change) => {
    const index = await writeManifest([[line('a')], [line('b')]]);
    const changed = change(index);
    const body = typeof changed === 'string' ? changed : JSON.stringify(changed);
    await place.store.put(place.bucket, `files/${point.id}/manifest/index.json`, Buffer.from(body));
    await expect(readIndex(place)).rejects.toMatchObject({ name: 'ManifestAltered' });
  });
});
