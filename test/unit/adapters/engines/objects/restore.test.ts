import { beforeEach, describe, expect, it } from 'vitest';
import type { RecoveryPoint } from '../../../../../core/catalog/recovery-point.ts';
import type { RestoreTarget } from '../../../../../core/engines/driver.ts';
import { capture, restoreSpec, restoreTo } from '../../../../support/driver-run.ts';
import { HOME, ObjectsWorld, RECOVERY, VAULTS } from '../../../../support/objects-world.ts';

describe('restoring objects', () => {
  let world: ObjectsWorld;
  let point: RecoveryPoint;
  let bucket: string;

  beforeEach(async () => {
    world = new ObjectsWorld();
    for (const key of ['a', 'b/1', 'b/2', 'c']) world.write(key, `content of ${key}`);
    world.wait(5);
    point = await capture(world);
    world.wait(60);
    bucket = world.target(HOME).bucket!;
  });

  const reasons = async (target: RestoreTarget, of = point) =>
    (await world.driver.preflight(restoreSpec(world, of, HOME, target))).map(({ name }) => name);
  const put = (key: string, body = 'mine'): void => {
    world.call('PutObject', { Bucket: bucket, Key: key, Body: body, ChecksumAlgorithm: 'CRC64NVME' });
  };
  const moved = async (target: RestoreTarget) => {
    const spec = restoreSpec(world, point, HOME, target);
    await world.driver.restoreShard(spec, 0);
    return { spec, validate: () => world.driver.validate(spec, {}) };
  };

  it('lands below a prefix, beside what is there', async () => {
    put('elsewhere');
    await restoreTo(world, point, HOME, { bucket, prefix: 'back/' });
    const keys = [...world.s3.current(bucket)].map(([key]) => key);
    expect(keys).toEqual(['back/a', 'back/b/1', 'back/b/2', 'back/c', 'elsewhere']);
  });

  it('lands below its own id when the request names no prefix', async () => {
    const { restore } = restoreSpec(world, point, HOME, { bucket });
    await restoreTo(world, point, HOME, { bucket });
    expect([...world.s3.current(bucket)][0]![0]).toBe(`${restore.id}/a`);
  });

  it('restores into the bucket that it came from', async () => {
    await restoreTo(world, point, HOME, { bucket: world.cluster.bucket, prefix: 'restored/' });
    expect([...world.s3.current(world.cluster.bucket, 'restored/')]).toHaveLength(4);
  });

  describe('is refused before anything is done', () => {
    it('when the prefix holds something, by the first key found', async () => {
      put('back/x');
      const spec = restoreSpec(world, point, HOME, { bucket, prefix: 'back/' });
      expect(await world.driver.preflight(spec)).toEqual([
        { name: 'TargetNotEmpty', message: expect.stringContaining('"back/x"') },
      ]);
    });

    it('but not for what an earlier attempt of the same restore left', async () => {
      const { spec } = await moved({ bucket });
      expect(await world.driver.preflight(spec)).toEqual([]);
    });

    it('when the target is no bucket, a bucket elsewhere, a vault or not named', async () => {
      const far = world.target(RECOVERY).bucket!;
      for (const target of [{ bucket: 'nowhere' }, { bucket: far }, { bucket: VAULTS[RECOVERY]! }, {}])
        expect(await reasons(target)).toEqual(['TargetNotUsable']);
    });

    it('when a target key would be too long', async () => {
      expect(await reasons({ bucket, prefix: 'x'.repeat(1_021) })).toEqual([]);
      expect(await reasons({ bucket, prefix: 'x'.repeat(1_022) })).toEqual(['TargetNotUsable']);
    });

    it('when the index is missing or a shard was altered', async () => {
      world.alterShard(HOME, point, 0, (text) => text.replace('"b/1"', '"b/11"'));
      expect(await reasons({ bucket })).toEqual(['ManifestAltered']);
      world.loseFromVault(HOME, `files/${point.id}/manifest/index.json`);
      expect(await reasons({ bucket })).toEqual(['ManifestIncomplete']);
    });

    it('when the manifest has another root than the catalog', async () => {
      const other = { ...point, content: { ...point.content!, root: 'f'.repeat(64) } };
      expect(await reasons({ bucket }, other)).toEqual(['ManifestAltered']);
    });

    it('for several reasons at once, and all are said', async () => {
      put('back/x');
      world.loseFromVault(HOME, `files/${point.id}/manifest/shard-00000.jsonl.gz`);
      expect(await reasons({ bucket, prefix: 'back/' })).toEqual(['TargetNotEmpty', 'ManifestIncomplete']);
    });
  });

  it('fails on an object that rotted in the vault, by both checksums', async () => {
    world.s3.corrupt(VAULTS[HOME]!, `files/${point.id}/data/b/1`);
    await expect(moved({ bucket })).rejects.toMatchObject({
      name: 'ChecksumMismatch',
      facts: { expected: expect.stringMatching(/^crc64nvme:/), found: expect.stringMatching(/^crc64nvme:/) },
    });
  });

  it('copies again what turned on its way, and the copy in the vault is not blamed', async () => {
    let turns = 1;
    world.s3.tamperCopy = ({ to }) =>
      to.key.endsWith('b/1') && turns-- > 0 ? Buffer.from('content of b/?') : undefined;
    await moved({ bucket, prefix: 'back/' });
    expect([...world.s3.current(bucket, 'back/b/1')][0]![1].body.toString()).toBe('content of b/1');
  });

  it('writes nothing over what someone put where a turned object lay', async () => {
    world.s3.tamperCopy = ({ to }) => (to.key === 'back/b/1' ? Buffer.from('content of b/?') : undefined);
    world.after = ({ operation, input }) => {
      if (operation === 'CopyObject' && 'Key' in input && input.Key === 'back/b/1') put('back/b/1');
    };
    await expect(moved({ bucket, prefix: 'back/' })).rejects.toMatchObject({ name: 'ConcurrentUpdate' });
    expect([...world.s3.current(bucket, 'back/b/1')][0]![1].body.toString()).toBe('mine');
  });

  it('never writes over what someone else put there while it ran', async () => {
    put('back/b/1');
    await expect(moved({ bucket, prefix: 'back/' })).rejects.toMatchObject({ name: 'TargetNotEmpty' });
    expect([...world.s3.current(bucket, 'back/b/1')][0]![1].body.toString()).toBe('mine');
  });

  describe('is not valid', () => {
    const target = (): RestoreTarget => ({ bucket, prefix: 'back/' });

    it.each([
      ['before all others', 'back/0'],
      ['between two', 'back/b/1x'],
      ['behind all others', 'back/d'],
    ])('when an object lies there that no line names, %s', async (_, key) => {
      const { validate } = await moved(target());
      put(key);
      expect(await validate()).toMatchObject({
        sound: false,
        reason: { name: 'RestoreFailed', message: expect.stringContaining(`${key} is below`) },
      });
    });

    it.each(['back/a', 'back/b/2', 'back/c'])('when %s is missing', async (key) => {
      const { validate } = await moved(target());
      world.call('DeleteObject', { Bucket: bucket, Key: key });
      expect(await validate()).toMatchObject({
        sound: false,
        reason: { name: 'RestoreFailed', message: expect.stringContaining(`${key} is missing`) },
      });
    });

    it('when a size differs', async () => {
      const { validate } = await moved(target());
      put('back/c', 'short');
      expect(await validate()).toMatchObject({
        sound: false,
        reason: { name: 'RestoreFailed', message: expect.stringContaining('has 5 bytes') },
      });
    });
  });
});
