import { beforeEach, describe, expect, it } from 'vitest';
import type { RestoreRecord } from '../../../../../core/catalog/recovery-point.ts';
import { drillId } from '../../../../../core/ids/names.ts';
import { hours, later } from '../../../../../core/time/instant.ts';
import { capture, restoreSpec, restoreTo } from '../../../../support/driver-run.ts';
import { HOME, ObjectsWorld } from '../../../../support/objects-world.ts';

describe('a drill of objects', () => {
  let world: ObjectsWorld;
  let bucket: string;
  let restore: RestoreRecord;
  let prefix: string;

  beforeEach(async () => {
    world = new ObjectsWorld();
    for (const key of ['a', 'b/1', 'b/2', 'c']) world.write(key, `content of ${key}`);
    world.wait(5);
    const point = await capture(world);
    world.wait(60);
    bucket = world.target(HOME).bucket!;
    put('a restore of somebody/x');
    put('drill/drill-other/x');
    const id = drillId('files', world.now(), 'a drill');
    prefix = `drill/${id}/`;
    const spec = restoreSpec(world, point, HOME, { bucket, prefix });
    restore = {
      ...spec.restore,
      drill: { id, deadline: later(world.now(), hours(6)) },
      target: `s3://${bucket}/${prefix}`,
    };
    await restoreTo(world, point, HOME, { bucket, prefix }, { restore });
    inspect = (seed) => world.driver.inspect!({ ...spec, restore }, seed);
  });

  let inspect: (seed: string) => ReturnType<NonNullable<ObjectsWorld['driver']['inspect']>>;
  const put = (key: string, body = 'mine'): void => {
    world.call('PutObject', { Bucket: bucket, Key: key, Body: body, ChecksumAlgorithm: 'CRC64NVME' });
  };
  const keys = () => [...world.s3.current(bucket)].map(([key]) => key);
  const tearDown = (of = restore) =>
    world.driver.tearDown({ cluster: world.cluster, region: HOME, restore: of, now: world.now() });

  it('is counted, and what it restored is read again', async () => {
    const { statistics, samples } = await inspect('seed');
    expect(statistics.map(({ what, found, expected }) => [what, found - expected])).toEqual([
      ['objects', 0],
      ['bytes', 0],
    ]);
    expect(samples).toEqual({ read: 4, wrong: [] });
  });

  it('tells which object has other bytes than the manifest says', async () => {
    put(`${prefix}b/1`, 'CONTENT of b/1');
    const { statistics, samples } = await inspect('seed');
    expect(statistics.every(({ found, expected }) => found === expected)).toBe(true);
    expect(samples!.wrong).toEqual([expect.stringContaining(`${prefix}b/1`)]);
  });

  it('leaves no version behind, and what others have in the bucket', async () => {
    world.call('PutObject', { Bucket: bucket, Key: `${prefix}a`, Body: 'again' });
    world.call('DeleteObject', { Bucket: bucket, Key: `${prefix}c` });
    expect(await tearDown()).toEqual({ gone: true });
    expect(keys()).toEqual(['a restore of somebody/x', 'drill/drill-other/x']);
    const { Versions = [], DeleteMarkers = [] } = world.call('ListObjectVersions', {
      Bucket: bucket,
      Prefix: prefix,
    }) as { Versions?: unknown[]; DeleteMarkers?: unknown[] };
    expect([...Versions, ...DeleteMarkers]).toEqual([]);
    expect(await tearDown()).toEqual({ gone: true });
  });

  it('is all that is ever torn down', async () => {
    const { drill, ...ordinary } = restore;
    const wrong = [
      ordinary,
      { ...restore, target: `s3://${bucket}/` },
      { ...restore, target: `s3://${bucket}/drill/drill-other/` },
      { ...restore, target: `s3://vault-home/${prefix}`, drill: { ...drill!, id: 'orders' } },
    ];
    const before = keys();
    for (const record of wrong)
      await expect(tearDown(record)).rejects.toMatchObject({ name: 'InvariantViolation' });
    expect(keys()).toEqual(before);
  });
});
