import { describe, expect, test } from 'vitest';
import { indexKey } from '../../../../../core/manifest/layout.ts';
import { hours } from '../../../../../core/time/instant.ts';
import { capture, captureSpec, restoreTo } from '../../../../support/driver-run.ts';
import { HOME } from '../../../../support/tidb-world.ts';
import {
  captureIncremental,
  failureOf,
  incremental,
  indexOf,
  restoresToItsInstant,
  rewriteIndex,
  twist,
  VAULT,
  worldWith,
} from './snapshot-scene.ts';

describe('an incremental snapshot', () => {
  test('holds what changed since its base, and restores with it', async () => {
    const world = await worldWith();
    const points = [await capture(world)];
    for (let round = 0; round < 3; round++) {
      await world.wait(3_600);
      world.mutate(round);
      await world.wait(60);
      points.push(await captureIncremental(world, points.at(-1)!));
    }
    const last = indexOf(world, points[3]!);
    expect(last.statistics).toMatchObject({
      increments: 3,
      startTs: indexOf(world, points[2]!).statistics['backupTs'],
    });
    expect(last.configuration).toMatchObject({ base: points[2]!.id });
    for (const point of points) await restoresToItsInstant(world, point);
  });

  test('is a full one when there is nothing to continue', async () => {
    const world = await worldWith();
    const point = await capture(world, undefined, incremental(world));
    expect(indexOf(world, point).statistics).toMatchObject({
      increments: 0,
      fullInstead: expect.stringContaining('no sealed snapshot'),
    });
    await restoresToItsInstant(world, point);
  });

  test('is a full one when the changes since its base were collected, and says so', async () => {
    const world = await worldWith({ source: { gcLifeTime: hours(1) } });
    const base = await capture(world);
    await world.wait(3 * 3_600);
    world.mutate(0);
    await world.wait(60);
    const point = await captureIncremental(world, base);
    const { statistics, configuration } = indexOf(world, point);
    expect(statistics).toMatchObject({
      increments: 0,
      fullInstead: expect.stringContaining('ErrBackupGCSafepointExceeded'),
    });
    expect(configuration).not.toHaveProperty('base');
    await restoresToItsInstant(world, point);
  });

  test('is a full one when the manifest of its base is missing, which is then set aside', async () => {
    const world = await worldWith();
    const base = await capture(world);
    const s3 = { account: world.cloud.account, region: HOME, principal: 'x', now: world.now() };
    world.cloud.s3.call('DeleteObject', { Bucket: VAULT, Key: indexKey('shop', base.id) }, s3);
    await world.wait(60);
    const point = incremental(world, base);
    const step = await world.driver.begin(captureSpec(world, point));
    expect(step).toMatchObject({ outcome: 'running', cursor: { last: '', unreadable: base.id } });
  });

  test('does not continue a snapshot of another cluster', async () => {
    const world = await worldWith();
    const base = rewriteIndex(world, await capture(world), { statistics: { clusterId: '77' } });
    await world.wait(60);
    expect(await failureOf(captureIncremental(world, base))).toMatchObject({
      name: 'CaptureFailed',
      message: expect.stringContaining('which is of cluster 77'),
    });
  });

  test('that is killed begins once more, because nothing tells how far it was', async () => {
    const world = await worldWith({ source: { bytesPerRow: 500_000_000 } });
    const base = await capture(world);
    await world.wait(60);
    world.mutate(0);
    await world.wait(60);
    world.fleet.killNext('backup full', 0.9);
    const point = await captureIncremental(world, base);
    expect(indexOf(world, point).statistics).toMatchObject({ increments: 1 });
    await restoresToItsInstant(world, point);
  });

  test('is a full one when too many stand in a row', async () => {
    const world = await worldWith();
    const base = rewriteIndex(world, await capture(world), { statistics: { increments: 31 } });
    await world.wait(60);
    const { statistics } = indexOf(world, await captureIncremental(world, base));
    expect(statistics).toMatchObject({ increments: 0, fullInstead: expect.stringContaining('31') });
  });

  test('whose lineage never comes to a full one is not restored', async () => {
    const world = await worldWith();
    const first = await capture(world);
    const point = rewriteIndex(world, first, { configuration: { base: first.id } });
    expect(await failureOf(restoreTo(world, point, HOME, world.target(HOME)))).toMatchObject({
      name: 'RecoveryPointNotRestorable',
    });
  });
});

describe('what was begun and is of no use any more', () => {
  const EXCEEDED = 'Error: GC safepoint 2 exceed TS 1: [BR:Backup:ErrBackupGCSafepointExceeded]';

  test('is begun anew in an empty prefix, once', async () => {
    const world = await worldWith();
    let backups = 0;
    twist(world, async (run, words, go) => {
      if (!words.includes(' backup full ') || backups++ > 0) return go();
      await run.call('s3', HOME, 'PutObject', {
        Bucket: VAULT,
        Key: `${/s3:\/\/[^/]+\/(\S+data\/)/.exec(words)?.[1]}backup.lock`,
        Body: Buffer.from('of the first run'),
      });
      run.print(EXCEEDED);
      return 1;
    });
    const point = await capture(world);
    expect(backups).toBe(2);
    await restoresToItsInstant(world, point);
  });

  test('is given up the second time', async () => {
    const world = await worldWith();
    twist(world, async (run) => {
      run.print(EXCEEDED);
      return 1;
    });
    expect(await failureOf(capture(world))).toMatchObject({
      name: 'CaptureFailed',
      message: expect.stringContaining('was begun anew'),
    });
  });

  test('is not begun anew when a run that was killed had written its last file', async () => {
    const world = await worldWith();
    let backups = 0;
    twist(world, async (_, words, go) => {
      const code = await go();
      if (words.includes(' backup full ')) backups++;
      return words.includes(' backup full ') ? 137 : code;
    });
    await restoresToItsInstant(world, await capture(world));
    expect(backups).toBe(1);
  });
});
