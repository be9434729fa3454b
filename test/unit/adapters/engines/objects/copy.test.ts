import { beforeEach, describe, expect, it } from 'vitest';
import type { RecoveryPoint } from '../../../../../core/catalog/recovery-point.ts';
import type { CopySpec } from '../../../../../core/engines/driver.ts';
import { capture, copyTo, openPoint, restoreTo } from '../../../../support/driver-run.ts';
import { HOME, ObjectsWorld, RECOVERY, VAULTS } from '../../../../support/objects-world.ts';

describe('copying objects to another region', () => {
  let world: ObjectsWorld;
  let first: RecoveryPoint;

  beforeEach(async () => {
    world = new ObjectsWorld();
    world.create();
    world.wait(5);
    first = await capture(world);
    world.wait(60);
  });

  const spec = (point: RecoveryPoint, base?: RecoveryPoint): CopySpec => ({
    cluster: world.cluster,
    point,
    region: RECOVERY,
    base,
    now: world.now(),
  });

  async function expectRestores(point: RecoveryPoint): Promise<void> {
    const target = world.target(RECOVERY);
    await restoreTo(world, point, RECOVERY, target);
    expect(Object.fromEntries(world.restored(RECOVERY, target))).toEqual(
      Object.fromEntries(world.truth(point.takenAt!)),
    );
  }

  it('moves only what the base does not name there', async () => {
    await copyTo(world, first, RECOVERY);
    world.mutate(0);
    world.wait(60);
    const second = await capture(world, first);
    const before = world.copies();
    await copyTo(world, second, RECOVERY, first);
    expect(world.copies() - before).toBe(second.content!.newItems);
  });

  it.each([
    ['altered', (id: RecoveryPoint) => world.alterShard(RECOVERY, id, 0, (text) => text.replace('"', '"x'))],
    ['missing', (id: RecoveryPoint) => world.loseFromVault(RECOVERY, `files/${id.id}/manifest/index.json`)],
  ])('goes on without a base whose manifest there is %s, and says which it was', async (_, spoil) => {
    await copyTo(world, first, RECOVERY);
    world.mutate(0);
    world.wait(60);
    const second = await capture(world, first);
    spoil(first);
    const step = await world.driver.beginCopy(spec(second, first));
    expect(step).toMatchObject({ outcome: 'shards', cursor: { unreadable: first.id } });
    await copyTo(world, second, RECOVERY, first);
    await expectRestores(second);
  });

  it('hands out no shard when the base names everything', async () => {
    await copyTo(world, first, RECOVERY);
    const second = await capture(world, first);
    const step = await world.driver.beginCopy(spec(second, first));
    expect(step).toMatchObject({ outcome: 'ready', cursor: { newItems: 0 } });
    await copyTo(world, second, RECOVERY, first);
    await expectRestores(second);
  });

  it('moves what a point captured beside the base, although it is older', async () => {
    // A1 | A2 began here and was slow | A3, with A1 as its base, was sealed and copied first
    await copyTo(world, first, RECOVERY);
    world.mutate(0);
    world.wait(60);
    const slow = openPoint(world, first);
    world.wait(60);
    const quick = await capture(world, first);
    const slowDone = await capture(world, first, slow);
    await copyTo(world, quick, RECOVERY, first);
    world.wait(60);
    const next = await capture(world, slowDone);
    await copyTo(world, next, RECOVERY, quick);
    await expectRestores(next);
  });

  it('moves what is missing and no more when a younger base is proven between two laps', async () => {
    world = new ObjectsWorld({ lap: { pages: 10, shards: 1 } });
    for (let n = 0; n < 2_100; n++) world.write(`k/${n}`, 'x');
    world.wait(5);
    const points: RecoveryPoint[] = [];
    for (const key of ['k/0', 'k/1', 'k/2099']) {
      points.push(await capture(world, points.at(-1)));
      world.write(key, 'changed');
      world.write(`new/${key}`, 'new');
      world.wait(60);
    }
    const [one, two, three] = points as [RecoveryPoint, RecoveryPoint, RecoveryPoint];
    await copyTo(world, one, RECOVERY);
    await copyTo(world, two, RECOVERY, one);
    const before = world.copies();
    let step = await world.driver.beginCopy(spec(three, one));
    while (step.outcome === 'shards' || step.outcome === 'running') {
      for (const shard of step.outcome === 'shards' ? step.shards : [])
        await world.driver.copyShard(spec(three, one), shard);
      step = await world.driver.pollCopy(spec(three, two), step.cursor);
    }
    expect(await world.driver.prove(spec(three, two), {})).toMatchObject({ sound: true });
    expect(world.copies() - before).toBeLessThan(10);
    await expectRestores(three);
  });

  it('fails on a copy whose checksum differs, and names the object and both checksums', async () => {
    world.s3.tamperCopy = ({ to }) => (to.key.endsWith('many/7') ? Buffer.from('number ?') : undefined);
    const copy = copyTo(world, first, RECOVERY);
    await expect(copy).rejects.toMatchObject({
      name: 'ChecksumMismatch',
      retryable: false,
      facts: { key: `files/${first.id}/data/many/7`, expected: expect.stringMatching(/^crc64nvme:/) },
    });
  });

  it('fails on an object that rotted in the source vault', async () => {
    world.s3.corrupt(VAULTS[HOME]!, `files/${first.id}/data/many/7`);
    await expect(copyTo(world, first, RECOVERY)).rejects.toMatchObject({ name: 'ChecksumMismatch' });
  });

  it('does not begin with a manifest that misses a shard', async () => {
    world.loseFromVault(HOME, `files/${first.id}/manifest/shard-00000.jsonl.gz`);
    expect(await world.driver.beginCopy(spec(first))).toMatchObject({
      outcome: 'failed',
      reason: { name: 'ManifestIncomplete' },
    });
  });

  it('does not begin with a manifest of which a shard was altered', async () => {
    world.alterShard(HOME, first, 0, (text) => text.replace('crc64nvme:', 'crc64nvme:A'));
    expect(await world.driver.beginCopy(spec(first))).toMatchObject({
      outcome: 'failed',
      reason: { name: 'ManifestAltered', message: expect.stringContaining('shard-00000') },
    });
  });

  it('does not begin with a manifest whose root is not the catalog’s', async () => {
    const other = { ...first, content: { ...first.content!, root: '0'.repeat(64) } };
    expect(await world.driver.beginCopy(spec(other))).toMatchObject({
      outcome: 'failed',
      reason: { name: 'ManifestAltered', message: expect.stringContaining('the catalog says 000') },
    });
  });

  it('is not proven when a shard in the target region is another', async () => {
    await copyTo(world, first, RECOVERY);
    world.alterShard(RECOVERY, first, 0, (text) => text.replace('crc64nvme:', 'crc64nvme:A'));
    expect(await world.driver.prove(spec(first), {})).toMatchObject({
      sound: false,
      reason: { name: 'RootMismatch', message: expect.stringContaining('shard-00000') },
    });
  });

  it('has no index in the target region before it is proven, so nothing restores from it', async () => {
    const step = await world.driver.beginCopy(spec(first));
    if (step.outcome !== 'shards') throw new Error('expected shards');
    for (const shard of step.shards) await world.driver.copyShard(spec(first), shard);
    await expect(restoreTo(world, first, RECOVERY, world.target(RECOVERY))).rejects.toMatchObject({
      reason: { name: 'ManifestIncomplete' },
    });
  });
});
