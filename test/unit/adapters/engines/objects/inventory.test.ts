import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readIndex } from '../../../../../adapters/engines/shared/manifest-io.ts';
import type { RecoveryPoint } from '../../../../../core/catalog/recovery-point.ts';
import { capture, captureSpec, openPoint, restoreTo } from '../../../../support/driver-run.ts';
import { HOME, ObjectsWorld, SOURCE, VAULTS } from '../../../../support/objects-world.ts';

async function restoredBy(world: ObjectsWorld, point: RecoveryPoint): Promise<Record<string, string>> {
  const target = world.target(HOME);
  await restoreTo(world, point, HOME, target);
  return Object.fromEntries(world.restored(HOME, target));
}

const truthOf = (world: ObjectsWorld, point: RecoveryPoint): Record<string, string> =>
  Object.fromEntries(world.truth(point.takenAt!));

const changes = fc.array(
  fc.record({
    key: fc.constantFrom('a', 'a/b', 'a b', 'ü', 'z'),
    body: fc.option(fc.constantFrom('1', '2', '3'), { freq: 3 }),
    wait: fc.constantFrom(0, 0.3, 1),
    thenCapture: fc.boolean(),
  }),
  { maxLength: 16 },
);

describe('an inventory of objects', () => {
  it('names exactly what was there at its instant, whatever happens around it', async () => {
    await fc.assert(
      fc.asyncProperty(changes, async (steps) => {
        const world = new ObjectsWorld();
        const points: RecoveryPoint[] = [];
        for (const { key, body, wait, thenCapture } of steps) {
          if (body === null) world.remove(key);
          else world.write(key, body);
          world.wait(wait);
          if (thenCapture && points.at(-1)?.openedAt !== world.now())
            if (points.length === 0 || world.now() - points.at(-1)!.openedAt >= 1_000)
              points.push(await capture(world, points.at(-1)));
        }
        for (const point of points) expect(await restoredBy(world, point)).toEqual(truthOf(world, point));
      }),
      { numRuns: 40 },
    );
  });

  it('copies an object once, however many recovery points name it', async () => {
    const world = new ObjectsWorld();
    world.create();
    world.wait(5);
    const first = await capture(world);
    expect(world.copies()).toBe(first.content!.items);
    world.wait(60);
    const second = await capture(world, first);
    expect(world.copies()).toBe(first.content!.items);
    expect(second.content).toMatchObject({ items: first.content!.items, newItems: 0, newBytes: 0 });
    expect(second.content!.root).toBe(first.content!.root);
    world.mutate(0);
    world.wait(60);
    const third = await capture(world, second);
    expect(third.content!.newItems).toBe(3);
    expect(world.copies()).toBe(first.content!.items + 3);
  });

  it('asks for its manifest alone when nothing has changed', async () => {
    const world = new ObjectsWorld();
    world.create();
    world.wait(5);
    const first = await capture(world);
    world.wait(60);
    const before = new Map(world.s3.requests);
    await capture(world, first);
    // The mark of its beginning is put and looked at; its index is put.
    for (const [operation, more] of [
      ['ListObjectsV2', 0],
      ['HeadObject', 1],
      ['PutObject', 2],
    ] as const)
      expect(world.s3.requests.get(operation) ?? 0).toBe((before.get(operation) ?? 0) + more);
    // The manifest's one shard, as it lies in the point before.
    expect(world.s3.requests.get('CopyObject')! - before.get('CopyObject')!).toBe(1);
  });

  it('changes one shard where a key comes or goes, and leaves the borders of the others', async () => {
    const world = new ObjectsWorld();
    for (let n = 0; n < 4_000; n++) world.write(`k/${String(n).padStart(5, '0')}`, 'x');
    world.wait(5);
    const first = await capture(world);
    const digests = async (id: string) => {
      const place = { store: world.store(HOME), bucket: VAULTS[HOME]!, cluster: first.cluster, id };
      return (await readIndex(place)).shards.map(({ digest }) => digest);
    };
    const before = await digests(first.id);
    world.write('k/00100-between', 'y');
    world.remove('k/03000');
    world.wait(60);
    const second = await capture(world, first);
    const after = await digests(second.id);
    expect(after).toHaveLength(before.length);
    expect(after.filter((digest) => !before.includes(digest))).toHaveLength(2);
  });

  it('costs 1.01 requests per object at a thousand objects per shard', async () => {
    const world = new ObjectsWorld();
    for (let n = 0; n < 2_000; n++) world.write(`k/${n}`, 'x');
    world.wait(5);
    const before = [...world.s3.requests.values()].reduce((sum, n) => sum + n, 0);
    const { content } = await capture(world);
    const made = [...world.s3.requests.values()].reduce((sum, n) => sum + n, 0) - before;
    expect(content!.newItems).toBe(2_000);
    expect(made / 2_000).toBeLessThanOrEqual(1.01);
  });

  it('takes as many laps as it needs and finds the same', async () => {
    const inOne = new ObjectsWorld();
    const inMany = new ObjectsWorld({ lap: { pages: 1, shards: 1 } });
    for (const world of [inOne, inMany]) {
      for (let n = 0; n < 1_050; n++) world.write(`k/${n}`, `${n}`);
      world.wait(2);
      // Two keys with so many versions that a page ends among them, before and behind the instant that counts.
      for (let n = 0; n < 400; n++) world.write('k/500', `${n}`);
      world.wait(2);
    }
    const [one, many] = [await capture(inOne), await capture(inMany)];
    for (const world of [inOne, inMany]) {
      world.wait(60);
      for (let n = 0; n < 1_100; n++) world.write('k/900', `later ${n}`);
      world.remove('k/1');
      world.write('k/00', 'early');
      world.write('z', 'late');
      world.wait(2);
    }
    const [oneMore, manyMore] = [await capture(inOne, one), await capture(inMany, many)];
    const counts = { items: 1_051, newItems: 3 };
    expect(oneMore.content).toMatchObject(counts);
    expect(manyMore.content).toMatchObject(counts);
    expect(manyMore.content!.shards).toBeGreaterThan(oneMore.content!.shards);
    expect(await restoredBy(inMany, manyMore)).toEqual(truthOf(inMany, manyMore));
  });

  it('takes only what is below the prefix', async () => {
    const world = new ObjectsWorld();
    for (const key of ['a', 'data/1', 'data/2', 'database']) world.write(key, key);
    world.wait(5);
    const below: ObjectsWorld['cluster'] = { ...world.cluster, prefix: 'data/' };
    const point = await capture(Object.defineProperty(world, 'cluster', { value: below }));
    expect(Object.keys(await restoredBy(world, point))).toEqual(['data/1', 'data/2']);
  });

  it('takes an empty bucket as what it is', async () => {
    const world = new ObjectsWorld();
    const point = await capture(world);
    expect(point.content).toMatchObject({ items: 0, shards: 0 });
    expect(await restoredBy(world, point)).toEqual({});
  });

  it('refuses a bucket that keeps no versions, and says what to do', async () => {
    const world = new ObjectsWorld({ sourceVersioned: false });
    world.create();
    const step = await world.driver.begin(captureSpec(world, openPoint(world)));
    expect(step).toMatchObject({
      outcome: 'failed',
      reason: { name: 'SourceNotVersioned', message: expect.stringContaining('enable versioning') },
    });
  });

  it('fails by name when the bucket is gone', async () => {
    const world = new ObjectsWorld();
    const cluster = { ...world.cluster, bucket: 'deleted' };
    const step = await world.driver.begin({ ...captureSpec(world, openPoint(world)), cluster });
    expect(step).toMatchObject({ outcome: 'failed', reason: { name: 'ResourceMissing' } });
  });

  it('pins objects from before versioning by their content, and copies them anew once they change', async () => {
    const world = new ObjectsWorld({ sourceVersioned: false });
    world.write('old', 'from before');
    world.call('PutBucketVersioning', { Bucket: SOURCE, VersioningConfiguration: { Status: 'Enabled' } });
    world.wait(5);
    const first = await capture(world);
    world.wait(60);
    expect((await capture(world, first)).content!.newItems).toBe(0);
    world.call('PutBucketVersioning', { Bucket: SOURCE, VersioningConfiguration: { Status: 'Suspended' } });
    world.write('old', 'overwritten');
    world.call('PutBucketVersioning', { Bucket: SOURCE, VersioningConfiguration: { Status: 'Enabled' } });
    world.wait(60);
    const third = await capture(world, first);
    expect(third.content!.newItems).toBe(1);
    expect(await restoredBy(world, third)).toEqual(truthOf(world, third));
    expect(await restoredBy(world, first)).toEqual(truthOf(world, first));
  });

  it.each([
    [
      'altered',
      (world: ObjectsWorld, base: RecoveryPoint) =>
        world.alterShard(HOME, base, 0, (text) => text.replace('"', '"x')),
    ],
    [
      'missing',
      (world: ObjectsWorld, base: RecoveryPoint) =>
        world.loseFromVault(HOME, `${base.cluster}/${base.id}/manifest/shard-00000.jsonl.gz`),
    ],
  ])(
    'does not build on a base whose manifest is %s: it stands on its own, and says which it was',
    async (_, spoil) => {
      const world = new ObjectsWorld();
      world.create();
      world.wait(5);
      const first = await capture(world);
      world.wait(60);
      spoil(world, first);
      const step = await world.driver.begin(captureSpec(world, openPoint(world, first)));
      expect(step).toMatchObject({ outcome: 'shards', cursor: { unreadable: first.id } });
      world.wait(60);
      const second = await capture(world, first);
      expect(second.content!.newItems).toBe(second.content!.items);
      expect(await restoredBy(world, second)).toEqual(truthOf(world, second));
    },
  );
});
