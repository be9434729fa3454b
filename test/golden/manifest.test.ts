import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { gunzipSync, gzipSync } from 'node:zlib';
import { afterEach, describe, expect, it } from 'vitest';
import { registerTransport } from '../../adapters/aws/clients.ts';
import { readIndex, readShard } from '../../adapters/engines/shared/manifest-io.ts';
import type { RecoveryPoint } from '../../core/catalog/recovery-point.ts';
import type { ManifestIndex } from '../../core/manifest/index-file.ts';
import { indexKey, shardKey } from '../../core/manifest/layout.ts';
import { capture, restoreTo } from '../support/driver-run.ts';
import { HOME, ObjectsWorld, VAULTS } from '../support/objects-world.ts';

/**
 * A tiny recovery point as release 1 wrote it, in files that a person can read: the index, the one shard unpacked, the
 * objects by vault key, and what a restore has to bring back. Never edited: a new manifest format gets a folder of its
 * own beside this one. (`UPDATE_GOLDEN=1 npx vitest run test/golden/manifest.test.ts` writes the folder of the current
 * format when it is not there.)
 */
const NOW = 2;
const at = (format: number, file: string) => new URL(`./manifest-format-${format}/${file}`, import.meta.url);

if (process.env['UPDATE_GOLDEN'] && !existsSync(at(NOW, 'index.json'))) await write();

afterEach(() => registerTransport(undefined));

describe.each([1, NOW])('a recovery point of manifest format %i', (format) => {
  const text = (file: string): string => readFileSync(at(format, file), 'utf8');
  const json = <T>(file: string): T => JSON.parse(text(file)) as T;

  function laidOut(): { readonly world: ObjectsWorld; readonly point: RecoveryPoint } {
    const index = json<ManifestIndex>('index.json');
    const { cluster, id } = index.recoveryPoint;
    const { root, items, bytes, newItems, newBytes, shards } = index;
    const content = { root, items, bytes, newItems, newBytes, shards: shards.length };
    const world = new ObjectsWorld();
    const put = (Key: string, Body: Buffer) => world.call('PutObject', { Bucket: VAULTS[HOME], Key, Body });
    for (const [key, body] of Object.entries(json<Record<string, string>>('vault.json')))
      put(key, Buffer.from(body));
    put(shardKey(cluster, id, 0), gzipSync(text('shard-00000.jsonl').trimEnd()));
    put(indexKey(cluster, id), Buffer.from(text('index.json')));
    return { world, point: { ...index.recoveryPoint, state: 'sealed', content } };
  }

  it('still parses: the index against its root, the shard against the index', async () => {
    const { world, point } = laidOut();
    const place = { store: world.store(HOME), bucket: VAULTS[HOME]!, cluster: point.cluster, id: point.id };
    const index = await readIndex(place, point.content!.root);
    const lines = await readShard(place, 0, index.shards[0]);
    expect(lines).toHaveLength(index.items);
    expect(new Set(lines.map(({ since }) => since)).size).toBe(2);
  });

  it('still restores, what it captured itself and what it shares with the point before', async () => {
    const { world, point } = laidOut();
    const target = world.target(HOME);
    await restoreTo(world, point, HOME, target);
    const restored = [...world.restored(HOME, target)].map(([key, body]) => [
      key,
      Buffer.from(body, 'base64').toString(),
    ]);
    expect(Object.fromEntries(restored)).toEqual(json('restored.json'));
  });
});

async function write(): Promise<void> {
  mkdirSync(at(NOW, ''), { recursive: true });
  const world = new ObjectsWorld();
  world.write('a.txt', 'first a');
  world.write('folder/b + c.txt', 'first b');
  world.write('ünïcode/日本語.txt', 'first c');
  world.write('empty', '');
  world.wait(60);
  const first = await capture(world);
  world.write('a.txt', 'second a');
  world.remove('ünïcode/日本語.txt');
  world.write('new.txt', 'new in the second point');
  world.wait(60);
  const { cluster, id, takenAt } = await capture(world, first);
  const vault = new Map([...world.s3.current(VAULTS[HOME]!)].map(([key, { body }]) => [key, body]));
  const save = (file: string, body: string) => writeFileSync(at(NOW, file), body);
  const pretty = (value: object) => `${JSON.stringify(value, undefined, 2)}\n`;
  save('index.json', vault.get(indexKey(cluster, id))!.toString());
  save('shard-00000.jsonl', `${gunzipSync(vault.get(shardKey(cluster, id, 0))!).toString()}\n`);
  const items = [...vault]
    .filter(([key]) => key.includes('/data/'))
    .map(([key, body]) => [key, body.toString()]);
  save('vault.json', pretty(Object.fromEntries(items)));
  const truth = [...world.truth(takenAt!)].map(([key, body]) => [
    key,
    Buffer.from(body, 'base64').toString(),
  ]);
  save('restored.json', pretty(Object.fromEntries(truth)));
  registerTransport(undefined);
}
