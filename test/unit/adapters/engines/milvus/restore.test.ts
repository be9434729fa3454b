import { beforeEach, describe, expect, test } from 'vitest';
import type { RecoveryPoint } from '../../../../../core/catalog/recovery-point.ts';
import type { Cursor, RestoreSpec, RestoreTarget, Step } from '../../../../../core/engines/driver.ts';
import type { Milvus } from '../../../../../embedded/milvus/milvus.ts';
import { capture, restoreSpec, restoreTo } from '../../../../support/driver-run.ts';
import { entity } from '../../../../support/milvus-docs.ts';
import { MilvusWorld } from '../../../../support/milvus-world.ts';

let world: MilvusWorld;
let point: RecoveryPoint;
let target: RestoreTarget;
let there: Milvus;

beforeEach(async () => {
  world = new MilvusWorld();
  restoring = undefined;
  world.create();
  await world.wait(30);
  point = await capture(world);
  target = world.target(world.home);
  there = world.fleet.cluster(target.clusterId!, world.home);
});

/** One restore per test, whatever the time. */
let restoring: RestoreSpec | undefined;
const spec = (): RestoreSpec => {
  restoring ??= restoreSpec(world, point, world.home, target);
  return { ...restoring, now: world.now() };
};

/** Polls until the restore stands before a step, or is ready. */
async function until(name: string, from?: Step): Promise<Cursor> {
  let step = from ?? (await world.driver.beginRestore(spec()));
  for (let laps = 0; laps < 200; laps++) {
    if (step.outcome === 'failed') throw new Error(`${step.reason.name}: ${step.reason.message}`);
    if (step.outcome === 'ready' || step.cursor['step'] === name) return step.cursor;
    if (step.outcome !== 'shards') await world.wait(step.pollAfterSeconds);
    step = await world.driver.pollRestore(spec(), step.cursor);
  }
  throw new Error(`${name} never came`);
}

const goOn = (cursor: Cursor) => world.driver.pollRestore(spec(), cursor);
const names = () => there.collections.map((one) => `${one.database}.${one.name}`).toSorted();

test('brings back names, partitions, 64-bit keys, indexes, load state, aliases and properties', async () => {
  await restoreTo(world, point, world.home, target);
  expect(names()).toEqual(['default.docs', 'shop.items']);
  const docs = there.find('default', 'docs')!;
  expect([...docs.partitions.keys()]).toEqual(['_default', 'p1']);
  expect(docs.entitiesAt(world.now()).map(({ id }) => id)).toContain('9007199254740993');
  expect(docs.indexes).toEqual([{ field: 'vector', name: 'by_vector', type: 'HNSW', params: { M: '16' } }]);
  expect([there.isLoaded(docs), [...docs.aliases]]).toEqual([true, ['current']]);
  expect(there.find('shop', 'items')!.loadedAt).toBeUndefined();
  expect(Object.fromEntries(there.databases.get('shop')!)).toEqual({ 'database.replica.number': '1' });
});

test('leaves nothing in Milvus’s bucket of what it copied there', async () => {
  await restoreTo(world, point, world.home, target);
  const keys = [...world.cloud.s3.current(there.options.bucket)].map(([key]) => key);
  expect(keys.length).toBeGreaterThan(0);
  expect(keys.filter((key) => key.startsWith('restore-temp-'))).toEqual([]);
});

test('a database that was there keeps its own properties', async () => {
  there.createDatabase('shop', { owner: 'somebody' });
  await restoreTo(world, point, world.home, target);
  expect(Object.fromEntries(there.databases.get('shop')!)).toEqual({ owner: 'somebody' });
});

describe('an alias that is in use', () => {
  test('for another collection stays there, and the restore ends well', async () => {
    const theirs = there.createCollection('default', 'theirs');
    theirs.aliases.add('current');
    const { aliasesElsewhere } = await until('ready');
    expect(aliasesElsewhere).toBe('default.current');
    expect(there.find('default', 'current')).toBe(theirs);
    expect(names()).toEqual(['default.docs', 'default.theirs', 'shop.items']);
  });

  test('as the name of a collection stays that', async () => {
    there.createCollection('default', 'current');
    expect((await until('ready'))['aliasesElsewhere']).toBe('default.current');
  });
});

test('a collection that appears under a wanted name meanwhile is not touched', async () => {
  const cursor = await until('rename');
  const theirs = there.createCollection('default', 'docs');
  there.insert(theirs, entity(1, 'theirs'));
  expect(await goOn(cursor)).toMatchObject({
    outcome: 'failed',
    reason: {
      name: 'TargetNotEmpty',
      message: expect.stringMatching(/default\.docs has been made .*_r[0-9a-f]{8}/),
    },
  });
  expect(theirs.entitiesAt(world.now())).toHaveLength(1);
  expect(names()).toContainEqual(expect.stringMatching(/^default\.docs_r[0-9a-f]{8}$/));
});

describe('what was restored is compared with the manifest', () => {
  test.each<[string, (milvus: Milvus) => void, RegExp]>([
    [
      'a row too few in a loaded collection',
      (milvus) => milvus.delete(milvus.find('default', 'docs')!, entity(3, '').id),
      /default\.docs, .* it has 9 rows, and had 10/,
    ],
    [
      'a row too many in one that is not loaded',
      (milvus) => milvus.insert(milvus.find('shop', 'items')!, entity(77, 'x')),
      /shop\.items, .* it has 6 rows, and had 5/,
    ],
    [
      'an index that is not there',
      (milvus) => milvus.find('shop', 'items')!.indexes.splice(0),
      /lacks the indexes items_vector/,
    ],
    [
      'a collection that is not loaded',
      (milvus) => {
        milvus.find('default', 'docs')!.loadedAt = undefined;
      },
      /it was loaded, and is not/,
    ],
  ])('%s', async (_, change, message) => {
    const cursor = await until('ready');
    expect(await world.driver.validate(spec(), cursor)).toMatchObject({ sound: true });
    change(there);
    expect(await world.driver.validate(spec(), cursor)).toMatchObject({
      sound: false,
      reason: { name: 'RestoreFailed', message: expect.stringMatching(message) },
    });
  });

  test('deleted rows may be missing from those of its segments, and none may come', async () => {
    world.source.delete(world.source.find('default', 'docs')!, entity(0, '').id);
    await world.wait(60);
    point = await capture(world, point);
    const cursor = await until('ready');
    expect(await world.driver.validate(spec(), cursor)).toMatchObject({ sound: true });
    for (const n of [500, 501]) there.insert(there.find('default', 'docs')!, entity(n, 'x'));
    expect(await world.driver.validate(spec(), cursor)).toMatchObject({
      sound: false,
      reason: { message: expect.stringContaining('it has 11 rows, and had at most 10') },
    });
  });
});

test('an attempt that was killed is dropped, and nothing else that looks like it', async () => {
  const others = there.createCollection('default', 'docs_r01234567');
  world.fleet.killNext('restore', 0.4);
  await restoreTo(world, point, world.home, target);
  expect(there.collections).toContain(others);
  expect(names()).toEqual(['default.docs', 'default.docs_r01234567', 'shop.items']);
});

test('at home, where no other cluster is named, a dropped collection comes back among the others', async () => {
  world.source.drop(world.source.find('default', 'docs')!);
  target = {};
  restoring = { ...restoreSpec(world, point, world.home, {}), scope: { collections: ['default.docs'] } };
  const cursor = await until('ready');
  expect(await world.driver.validate(spec(), cursor)).toMatchObject({ sound: true });
  expect(world.source.collections.map(({ name }) => name)).toEqual(['items', 'docs']);
  expect(world.source.find('default', 'current')?.entitiesAt(world.now())).toHaveLength(10);
});
