import { expect, test } from 'vitest';
import type { ContainerRun } from '../../../../../embedded/ecs/container.ts';
import { capture, openPoint } from '../../../../support/driver-run.ts';
import type { TidbWorld } from '../../../../support/tidb-world.ts';
import { failureOf, indexOf, keysOf, remove, type Twist, twist, VAULT, worldWith } from './snapshot-scene.ts';

async function twisted(by: Twist): Promise<TidbWorld> {
  const world = await worldWith();
  twist(world, by);
  return world;
}

/** Lets BR do its work, and then does something to one of the files that it wrote. */
const afterBackup = (change: (run: ContainerRun, key: string) => Promise<unknown>): Promise<TidbWorld> =>
  twisted(async (run, words, go) => {
    const code = await go();
    if (!words.includes(' backup full ')) return code;
    const { Contents } = (await run.call('s3', run.region, 'ListObjectsV2', { Bucket: VAULT })) as {
      Contents: readonly { readonly Key: string }[];
    };
    await change(run, Contents.find(({ Key }) => Key.endsWith('.sst'))!.Key);
    return code;
  });

test('an exit code of 0 without backupmeta is no snapshot', async () => {
  const world = await twisted(async () => 0);
  expect(await failureOf(capture(world))).toMatchObject({
    name: 'CaptureFailed',
    message: expect.stringContaining('wrote no backupmeta'),
  });
});

test.each(["field 'end-version' not found", '0', 'end-version=1', '-5', '99999999999999999999'])(
  'a timestamp that reads %o is none',
  async (line) => {
    const world = await twisted(async (run, words, go) => {
      if (!words.includes('end-version')) return go();
      run.print(line);
      return 0;
    });
    expect(await failureOf(capture(world))).toMatchObject({
      name: 'CaptureFailed',
      message: expect.stringContaining(line),
    });
  },
);

test('the timestamp is read from what BR prints, though its log stands around it', async () => {
  const world = await twisted(async (run, words, go) => {
    const code = await go();
    if (words.includes('end-version')) run.print('[2026/11/21 03:00:00.000 +00:00] [INFO] [x.go:1] ["bye"]');
    return code;
  });
  expect((await capture(world)).takenAt).toBeLessThan(world.now());
});

test('a file of which S3 holds another checksum is named, because nobody could prove its copy', async () => {
  const world = await afterBackup((run, Key) =>
    run.call('s3', run.region, 'PutObject', {
      Bucket: VAULT,
      Key,
      Body: Buffer.from('x'),
      ChecksumAlgorithm: 'CRC32',
    }),
  );
  await expect(capture(world)).rejects.toMatchObject({
    name: 'CaptureFailed',
    message: expect.stringMatching(/S3 holds no CRC64NVME of s3:.*sst/),
  });
});

test('fewer bytes than BR wrote are no snapshot', async () => {
  const world = await afterBackup((run, Key) =>
    run.call('s3', run.region, 'DeleteObject', { Bucket: VAULT, Key }),
  );
  expect(await failureOf(capture(world))).toMatchObject({
    name: 'CaptureFailed',
    message: expect.stringMatching(/br wrote \d+ bytes, and the files in the vault have \d+/),
  });
});

test('what a version of BR leaves out of its summary is not missed', async () => {
  const world = await worldWith();
  world.fleet.leaveOutOfSummaries('Size', 'total-kv', 'BackupTS');
  const point = await capture(world);
  expect(indexOf(world, point).statistics).not.toHaveProperty('size');
  expect(point.content!.items).toBeGreaterThan(3);
});

test('a file that goes after it was noted is missed', async () => {
  const world = await worldWith();
  world.fleet.leaveOutOfSummaries('Size');
  const point = openPoint(world);
  const driver = new Proxy(world.driver, {
    get: (target, name) =>
      name === 'verify'
        ? async (...args: Parameters<typeof target.verify>) => {
            const gone = keysOf(world, point).find((key) => key.endsWith('.sst'));
            remove(world, `shop/${point.id}/data/${gone}`);
            return target.verify(...args);
          }
        : Reflect.get(target, name),
  });
  const { cluster, home, recovery } = world;
  const wait = (s: number) => world.wait(s);
  const other = { driver, cluster, home, recovery, now: () => world.now(), wait };
  expect(await failureOf(capture(other, undefined, point))).toMatchObject({
    name: 'CaptureFailed',
    message: expect.stringMatching(/names a file that the vault does not hold: .*sst/),
  });
});

test('a snapshot whose marker goes before its files are listed is none', async () => {
  const world = await twisted(async (run, words, go) => {
    const code = await go();
    const Key = `${/s3:\/\/[^/]+\/(\S+data\/)/.exec(words)?.[1]}backupmeta`;
    if (words.includes('ClusterId')) await run.call('s3', run.region, 'DeleteObject', { Bucket: VAULT, Key });
    return code;
  });
  expect(await failureOf(capture(world))).toMatchObject({
    name: 'CaptureFailed',
    message: expect.stringContaining('its manifest has no backupmeta'),
  });
});
