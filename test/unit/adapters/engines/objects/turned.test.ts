import { beforeEach, describe, expect, it } from 'vitest';
import { objectsDriver } from '../../../../../adapters/engines/objects/driver.ts';
import type { RecoveryPoint } from '../../../../../core/catalog/recovery-point.ts';
import {
  capture,
  copyTo,
  type DriverWorld,
  openPoint,
  restoreSpec,
  restoreTo,
} from '../../../../support/driver-run.ts';
import { HOME, ObjectsWorld, RECOVERY, SOURCE, VAULTS } from '../../../../support/objects-world.ts';

/** The other side of a group: what was restored there is the cluster now, and goes on being protected. */
describe('objects of the side that took over', () => {
  let world: ObjectsWorld;
  let away: DriverWorld;
  let bucket: string;
  let last: RecoveryPoint;

  beforeEach(async () => {
    world = new ObjectsWorld();
    world.create();
    world.wait(5);
    last = await capture(world);
    await copyTo(world, last, RECOVERY);
    const target = world.target(RECOVERY);
    await restoreTo(world, last, RECOVERY, target);
    bucket = target.bucket!;
    world.wait(60);
    away = {
      driver: objectsDriver({ store: world.store, vaults: VAULTS, home: RECOVERY }),
      cluster: { ...world.cluster, bucket },
      home: RECOVERY,
      recovery: HOME,
      now: () => world.now(),
      wait: (seconds) => world.wait(seconds),
    };
  });

  const write = (key: string, body: string): void => {
    world.call('PutObject', { Bucket: bucket, Key: key, Body: Buffer.from(body) }, RECOVERY);
  };
  const takeAway = async (base: RecoveryPoint): Promise<RecoveryPoint> =>
    capture(away, base, { ...openPoint(away, base), id: `files-hourlydr-${stampNow()}` });
  const stampNow = (): string => openPoint(away).id.split('-').at(-1)!;

  it('stores only what differs by content, although every version is another one', async () => {
    write('plain.txt', 'first content OF plain.txt');
    write('added.txt', 'added');
    world.call('DeleteObject', { Bucket: bucket, Key: 'many/3' }, RECOVERY);
    world.wait(5);
    const first = await takeAway(last);
    expect(first.content).toMatchObject({
      items: last.content!.items,
      newItems: 2,
      newBytes: 'first content OF plain.txt'.length + 'added'.length,
    });
    world.wait(60);
    write('added.txt', 'once more');
    world.wait(5);
    const second = await takeAway(first);
    expect(second.content).toMatchObject({ newItems: 1, newBytes: 'once more'.length });
  });

  it('comes home by difference and restores there as it was', async () => {
    write('many/7', 'changed away');
    world.wait(5);
    const point = await takeAway(last);
    const before = world.copies();
    await copyTo(away, point, HOME, last);
    expect(world.copies() - before).toBe(1);
    const target = world.target(HOME);
    await restoreTo(world, point, HOME, target);
    expect(contentOf(target.bucket!)).toEqual(contentOf(bucket));
  });

  it('settles what fell behind at home: what differs is put, what is gone is hidden, no version is destroyed', async () => {
    write('many/7', 'changed away');
    write('new/away', 'only there');
    world.call('DeleteObject', { Bucket: bucket, Key: 'many/9' }, RECOVERY);
    // What home took before it was lost, and what nobody sees any more from now on.
    world.write('late.txt', 'never came over');
    world.write('plain.txt', 'nor did this');
    world.wait(5);
    const point = await takeAway(last);
    await copyTo(away, point, HOME, last);
    const before = versionsOf(SOURCE);
    // One of the three turns on its way, and is put once more.
    let turns = 1;
    world.s3.tamperCopy = ({ to }) =>
      to.key === 'many/7' && turns-- > 0 ? Buffer.from('changed ????') : undefined;
    await restoreTo(world, point, HOME, { bucket: SOURCE, prefix: '' }, { mode: 'difference' });
    expect(contentOf(SOURCE)).toEqual(contentOf(bucket));
    const after = versionsOf(SOURCE);
    expect(before.filter((version) => !after.includes(version))).toEqual([]);
    // Three that differ, one of them twice, and two delete markers.
    expect(after.length - before.length).toBe(6);
  });

  it('refuses to write over what keeps no versions', async () => {
    world = new ObjectsWorld({ sourceVersioned: false });
    const [reason] = await world.driver.preflight(
      restoreSpec(world, last, HOME, { bucket: SOURCE, prefix: '' }, { mode: 'difference' }),
    );
    expect(reason?.name).toBe('TargetNotUsable');
  });

  const contentOf = (name: string) =>
    [...world.s3.current(name)].map(([key, { body }]) => [key, body.toString('utf8')]);
  const versionsOf = (name: string): readonly string[] =>
    [...world.s3.versions(name)].flatMap(([key, versions]) => versions.map(({ id }) => `${key} ${id}`));

  it('takes an object of the same size and another content for new, in a later lap too', async () => {
    away = {
      ...away,
      driver: objectsDriver({
        store: world.store,
        vaults: VAULTS,
        home: RECOVERY,
        lap: { pages: 1, shards: 1 },
      }),
    };
    write('many/5', 'number X');
    world.wait(5);
    const point = await takeAway(last);
    expect(point.content).toMatchObject({ newItems: 1, newBytes: 8 });
  });
});
