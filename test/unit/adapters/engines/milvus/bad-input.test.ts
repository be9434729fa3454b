import { beforeEach, describe, expect, test } from 'vitest';
import { dataPrefix } from '../../../../../core/manifest/layout.ts';
import type { MilvusOptions } from '../../../../../embedded/milvus/milvus.ts';
import {
  capture,
  captureSpec,
  NotDone,
  openPoint,
  restoreSpec,
  restoreTo,
} from '../../../../support/driver-run.ts';
import { MilvusWorld, type MilvusWorldOptions, VAULTS } from '../../../../support/milvus-world.ts';

let world: MilvusWorld;

async function begin(options: MilvusWorldOptions = {}): Promise<void> {
  world = new MilvusWorld(options);
  world.create();
  await world.wait(30);
}

/** The reason that a capture or a restore ends with. */
async function reasonOf(work: Promise<unknown>) {
  const error: unknown = await work.then(
    () => new Error('it ended well'),
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof NotDone)) throw error;
  return error.reason;
}

const reach = (change: object) => ({ cluster: { reach: { ...new MilvusWorld().cluster.reach, ...change } } });
const source = (change: Partial<MilvusOptions>): MilvusWorldOptions => ({ source: change });

describe('a capture fails by name', () => {
  test.each<[string, MilvusWorldOptions, string, RegExp]>([
    [
      'a root path that is not Milvus’s',
      reach({ rootPath: 'files' }),
      'InvalidConfiguration',
      /log files\/insert_log\/.* not exist.*bucket and rootPath of reach/s,
    ],
    [
      'a bucket that is not there',
      reach({ bucket: 'milvus-bukket' }),
      'InvalidConfiguration',
      /bucket.*not exist.*correct bucket of reach/s,
    ],
    [
      'a collection that is not there',
      { cluster: { collections: ['default.dogs'] } },
      'InvalidConfiguration',
      /default\.dogs not found in milvus.*database\.collection/s,
    ],
    [
      'an address at which nothing answers',
      reach({ host: 'elsewhere' }),
      'ClusterUnreachable',
      /Milvus at elsewhere:19530.*get to that port/s,
    ],
    [
      'security groups that are not let in',
      reach({ securityGroups: ['sg-other'] }),
      'ClusterUnreachable',
      /sg-other get to that port/,
    ],
    [
      'no login where Milvus wants one',
      source({ login: { username: 'root', password: 'x' } }),
      'PermissionMissing',
      /was not let in by Milvus.*"username" and "password"/s,
    ],
  ])('%s', async (_, options, name, message) => {
    await begin(options);
    const reason = await reasonOf(capture(world));
    expect(reason).toMatchObject({ name, message: expect.stringMatching(message) });
  });

  test('logs that garbage collection takes away again and again, with what the tool warned of', async () => {
    await begin();
    world.source.managementDown = true;
    world.source.collectsGarbage = true;
    const reason = await reasonOf(capture(world));
    expect(reason.name).toBe('CaptureFailed');
    expect(reason.message).toMatch(/ended 5 times without success.*Pause GC failed.*not exist/s);
  });
});

test('garbage collection takes nothing away while it rests', async () => {
  await begin();
  world.source.collectsGarbage = true;
  await capture(world);
  expect(world.source.gcRests).toBe(false);
});

describe('what was written is compared with what the tool says', () => {
  beforeEach(() => begin());

  test.each([
    ['is gone', () => undefined, /names file\/insert_log\/.* is not among its files/],
    [
      'has another size',
      (body: Buffer) => Buffer.concat([body, Buffer.from('x')]),
      /has \d+ bytes, and file\/insert_log\/.* had \d+/,
    ],
  ])('a log that %s', async (_, change, message) => {
    const point = openPoint(world);
    let step = await world.driver.begin(captureSpec(world, point));
    const data = dataPrefix('docs', point.id);
    const bucket = VAULTS[world.home]!;
    const log = () => [...world.cloud.s3.current(bucket, data)].find(([key]) => key.includes('/insert_log/'));
    while (step.outcome === 'running' && !log()) {
      await world.wait(1);
      step = step.pollAfterSeconds > 0 ? step : step;
    }
    for (;;) {
      await world.wait(30);
      if (!('cursor' in step)) throw new Error(JSON.stringify(step));
      // The file changes when the tool is done and before anything is listed.
      const done = [...world.cloud.s3.current(bucket, data)].some(([key]) => key.endsWith('full_meta.json'));
      if (done) break;
    }
    const [key, { body }] = log()!;
    const changed = change(body as Buffer);
    await world.settled(
      world.cloud.callAs({ name: 'somebody', principal: `arn:aws:iam::${world.cloud.account}:root` })(
        's3',
        world.home,
        changed ? 'PutObject' : 'DeleteObject',
        { Bucket: bucket, Key: key, ...(changed && { Body: changed, ChecksumAlgorithm: 'CRC64NVME' }) },
      ),
    );
    while (step.outcome !== 'ready') {
      if (step.outcome === 'failed') throw new Error(step.reason.message);
      if (step.outcome === 'shards')
        for (const shard of step.shards) await world.driver.captureShard(captureSpec(world, point), shard);
      else await world.wait(step.pollAfterSeconds);
      step = await world.driver.poll(captureSpec(world, point), step.cursor);
    }
    expect(await world.driver.verify(captureSpec(world, point), step.cursor)).toMatchObject({
      sound: false,
      reason: { name: 'CaptureFailed', message: expect.stringMatching(message) },
    });
  });
});

describe('a restore is refused by name', () => {
  beforeEach(() => begin());

  test('into an older Milvus, by the configuration and by the tool', async () => {
    const point = await capture(world);
    const older = { ...world.cluster, version: 'v2.4.9' };
    const spec = restoreSpec(world, point, world.home, world.target(world.home));
    const reasons = await world.driver.preflight({ ...spec, cluster: older });
    expect(reasons).toMatchObject([
      { name: 'TargetNotUsable', message: expect.stringMatching(/taken of Milvus v2\.6\.12.*v2\.4\.9/) },
    ]);
    world.addMilvus('old', world.home, { version: 'v2.4.9' });
    const reason = await reasonOf(restoreTo(world, point, world.home, { clusterId: 'old' }));
    expect(reason).toMatchObject({
      name: 'TargetNotUsable',
      message: expect.stringContaining('same Milvus or a newer one'),
    });
  });

  test('of a collection that the recovery point does not hold', async () => {
    const point = await capture(world);
    const spec = restoreSpec(world, point, world.home, world.target(world.home));
    const reasons = await world.driver.preflight({ ...spec, scope: { collections: ['default.dogs'] } });
    expect(reasons).toMatchObject([
      {
        name: 'InvalidInput',
        message: expect.stringMatching(/holds no default\.dogs; it holds default\.docs, shop\.items/),
      },
    ]);
  });

  test('where no cluster is named, and to an instant between two recovery points', async () => {
    const point = await capture(world);
    const spec = { ...restoreSpec(world, point, world.recovery, {}), nativePointInTime: true };
    const reasons = await world.driver.preflight(spec);
    expect(reasons.map(({ name }) => name)).toContain('UnsupportedByEngine');
    expect(reasons).toContainEqual(
      expect.objectContaining({ name: 'TargetNotUsable', message: expect.stringContaining('restoreInto') }),
    );
  });

  test('a Milvus that does not answer for a while is asked again, and not given up', async () => {
    const point = await capture(world);
    world.unreachable = true;
    const spec = restoreSpec(world, point, world.home, world.target(world.home));
    await expect(world.driver.beginRestore(spec)).rejects.toMatchObject({
      name: 'ServiceUnavailable',
      retryable: true,
    });
  });
});
