import { S3Client } from '@aws-sdk/client-s3';
import { beforeEach, describe, expect, it } from 'vitest';
import { connect } from '../../../../../adapters/aws/clients.ts';
import { s3Bytes } from '../../../../../adapters/aws/s3-bytes.ts';
import { shelf } from '../../../../../adapters/engines/objects/shelf.ts';
import { twins } from '../../../../../adapters/engines/objects/twins.ts';
import type { RecoveryPoint } from '../../../../../core/catalog/recovery-point.ts';
import { indexKey, itemKey, shardKey } from '../../../../../core/manifest/layout.ts';
import type { ManifestLine } from '../../../../../core/manifest/line.ts';
import type { Rot } from '../../../../../core/verify/rot.ts';
import { capture, copyTo } from '../../../../support/driver-run.ts';
import { HOME, ObjectsWorld, RECOVERY, VAULTS } from '../../../../support/objects-world.ts';

const noSha = (): string => {
  throw new Error('these keys are short');
};

let world: ObjectsWorld;
let points: RecoveryPoint[];

beforeEach(async () => {
  // P1: a b c | P2: a* b c d
  world = new ObjectsWorld();
  points = [];
  for (const key of ['a', 'b', 'c']) world.write(key, `first ${key}`);
  world.wait(60);
  points.push(await capture(world));
  world.wait(60);
  world.write('a', 'changed');
  world.write('d', '');
  world.wait(60);
  points.push(await capture(world, points[0]));
  for (const point of points) await copyTo(world, point, RECOVERY);
});

const bytes = (region: string) => s3Bytes(connect(new S3Client({ region }), 's3', region), VAULTS[region]!);
const at = (region: string) => shelf(bytes(region), region, async () => ['files']);
const index = (nth: number, region = HOME) =>
  at(region).index('files', points[nth]!.id, points[nth]!.content!.root);
const spoil = (key: string, region = HOME) => world.s3.corrupt(VAULTS[region]!, key);
const item = (nth: number, key: string): string => itemKey('files', points[nth]!.id, key, noSha);
const lineOf = async (nth: number, key: string): Promise<ManifestLine> => {
  for await (const { line } of at(HOME).items((await index(nth)).index!, undefined, 0))
    if (line.key === key) return line;
  throw new Error(`no line ${key}`);
};

describe('a manifest index', () => {
  it('is whole as it was written', async () => {
    expect((await index(0)).wrong).toBeUndefined();
    expect((await index(0)).index?.shards).toHaveLength(1);
  });

  it('is wrong when a byte of it has rotted', async () => {
    spoil(indexKey('files', points[0]!.id));
    expect((await index(0)).wrong?.missing).toBe(false);
  });

  it('is wrong when a byte of it has rotted that no root speaks of: it is not what was written', async () => {
    const key = indexKey('files', points[0]!.id);
    const [found] = world.s3.current(VAULTS[HOME]!, key);
    const parsed = JSON.parse(found![1].body.toString('utf8')) as object;
    // So long that the byte in the middle, which rots, is one of it.
    const Body = Buffer.from(JSON.stringify({ ...parsed, somebody: 'x'.repeat(10_000) }));
    world.call('PutObject', { Bucket: VAULTS[HOME], Key: key, Body, ChecksumAlgorithm: 'CRC64NVME' });
    expect((await index(0)).wrong).toBeUndefined();
    spoil(key);
    expect((await index(0)).wrong?.reason.name).toBe('ChecksumMismatch');
  });

  it('is wrong when it is another point’s, whatever S3 recorded of it', async () => {
    const [found] = world.s3.current(VAULTS[HOME]!, indexKey('files', points[1]!.id));
    world.call('PutObject', {
      Bucket: VAULTS[HOME],
      Key: indexKey('files', points[0]!.id),
      Body: found![1].body,
    });
    expect((await index(0)).wrong?.reason.name).toBe('ManifestAltered');
  });

  it('is missing when it is hidden', async () => {
    world.loseFromVault(HOME, indexKey('files', points[0]!.id));
    expect((await index(0)).wrong).toMatchObject({ missing: true, reason: { name: 'ResourceMissing' } });
  });
});

describe('a shard', () => {
  it('is compared with the digest that the index has of it', async () => {
    const [entry] = (await index(0)).index!.shards;
    expect((await at(HOME).shard('files', points[0]!.id, entry!)).wrong).toBeUndefined();
    spoil(shardKey('files', points[0]!.id, 0));
    expect((await at(HOME).shard('files', points[0]!.id, entry!)).wrong?.missing).toBe(false);
    world.loseFromVault(HOME, shardKey('files', points[0]!.id, 0));
    expect((await at(HOME).shard('files', points[0]!.id, entry!)).wrong?.missing).toBe(true);
  });
});

describe('items', () => {
  it('of a point are those that the one before it does not name, each with its place', async () => {
    const [before, after] = [(await index(0)).index!, (await index(1)).index!];
    const found: string[] = [];
    for await (const { key, shard } of at(HOME).items(after, before, 0)) found.push(`${shard} ${key}`);
    expect(found).toEqual([`0 ${item(1, 'a')}`, `0 ${item(1, 'd')}`]);
  });

  it('are named by a point or not', async () => {
    const { index: second } = await index(1);
    const names = (key: string, nth: number) => at(HOME).names(second!, { key, since: points[nth]!.id });
    expect([await names('b', 0), await names('a', 1), await names('a', 0), await names('zz', 0)]).toEqual([
      true,
      true,
      false,
      false,
    ]);
  });

  it('have the checksum of their manifest when they are read, at once or byte by byte', async () => {
    const { checksum, bytes: size } = await lineOf(0, 'b');
    expect(await at(HOME).read(item(0, 'b'), undefined, 100)).toEqual({
      outcome: 'read',
      checksum,
      bytes: size,
    });
    let read = await at(HOME).read(item(0, 'b'), undefined, 1);
    let reads = 1;
    while (read.outcome === 'more') {
      read = await at(HOME).read(item(0, 'b'), read.reading, 1);
      reads++;
    }
    expect([read, reads]).toEqual([{ outcome: 'read', checksum, bytes: size }, size]);
  });

  it('have it also when they are empty', async () => {
    const { checksum } = await lineOf(1, 'd');
    expect(await at(HOME).read(item(1, 'd'), undefined, 1)).toEqual({ outcome: 'read', checksum, bytes: 0 });
  });

  it('have another once a byte has rotted, although S3 still has the old one on record', async () => {
    const { checksum } = await lineOf(0, 'b');
    spoil(item(0, 'b'));
    expect(await bytes(HOME).recorded(item(0, 'b'))).toBe(checksum);
    expect(await at(HOME).read(item(0, 'b'), undefined, 100)).not.toMatchObject({ checksum });
  });

  it('that are replaced in the middle of a reading are read from the start', async () => {
    const read = await at(HOME).read(item(0, 'b'), undefined, 2);
    world.call('PutObject', { Bucket: VAULTS[HOME], Key: item(0, 'b'), Body: Buffer.from('another one') });
    expect(read.outcome === 'more' && (await at(HOME).read(item(0, 'b'), read.reading, 2))).toMatchObject({
      outcome: 'more',
      reading: { offset: 0 },
    });
  });

  it('are missing when they are hidden', async () => {
    world.loseFromVault(HOME, item(0, 'b'));
    expect(await at(HOME).read(item(0, 'b'), undefined, 1)).toEqual({ outcome: 'missing' });
  });
});

describe('a twin', () => {
  const mender = () => twins({ region: HOME, vaults: VAULTS, store: world.store(HOME), bytes });
  const rotten = async (key: string): Promise<Rot> => {
    const { checksum: expected, bytes: size } = await lineOf(0, key);
    return {
      kind: 'item',
      cluster: 'files',
      recoveryPoint: points[0]!.id,
      key: item(0, key),
      bytes: size,
      expected,
      state: 'rotten',
      reason: { name: 'ChecksumMismatch', message: '' },
      tried: [],
      points: [],
    };
  };
  const mended = async (rot: Rot): Promise<boolean> => {
    const read = await at(HOME).read(rot.key, undefined, 100);
    return read.outcome === 'read' && read.checksum === rot.expected;
  };

  it('is copied over what rotted, and what was there stays behind it', async () => {
    const rot = await rotten('b');
    spoil(rot.key);
    expect(await mender().copy(rot, RECOVERY)).toBeUndefined();
    expect(await mended(rot)).toBe(true);
    expect(await bytes(HOME).versions(rot.key)).toHaveLength(2);
  });

  it('is taken from behind its delete marker when it was discarded these days', async () => {
    const rot = await rotten('b');
    spoil(rot.key);
    world.loseFromVault(RECOVERY, rot.key);
    expect(await mender().copy(rot, RECOVERY)).toBeUndefined();
    expect(await mended(rot)).toBe(true);
  });

  it('is no help when it has other bytes, and is not copied when even its record says so', async () => {
    const rot = await rotten('b');
    spoil(rot.key);
    world.call(
      'PutObject',
      { Bucket: VAULTS[RECOVERY], Key: rot.key, Body: Buffer.from('forged') },
      RECOVERY,
    );
    world.call('DeleteObject', { Bucket: VAULTS[RECOVERY], Key: rot.key }, RECOVERY);
    const other = { ...rot, expected: 'crc64nvme:AAAAAAAAAAA=' };
    expect(await mender().copy(other, RECOVERY)).toMatchObject({ name: 'ResourceMissing' });
    expect(await bytes(HOME).versions(rot.key)).toHaveLength(1);
  });

  it('that rotted as well shows it once S3 has read it, and then an older version may help', async () => {
    const rot = await rotten('b');
    for (const region of [HOME, RECOVERY]) spoil(rot.key, region);
    expect(await mender().copy(rot, RECOVERY)).toMatchObject({ name: 'ChecksumMismatch' });
    expect(await mended(rot)).toBe(false);
  });

  it('of a shard proves itself by its digest, and of an index by its root', async () => {
    const [entry] = (await index(0)).index!.shards;
    const shard: Rot = {
      ...(await rotten('b')),
      kind: 'shard',
      key: shardKey('files', points[0]!.id, 0),
      entry: entry!,
    };
    const whole: Rot = {
      ...shard,
      kind: 'index',
      key: indexKey('files', points[0]!.id),
      expected: points[0]!.content!.root,
    };
    for (const rot of [shard, whole]) {
      spoil(rot.key, RECOVERY);
      expect((await mender().copy(rot, RECOVERY))?.name, rot.kind).toBeDefined();
      expect(await bytes(HOME).versions(rot.key), rot.kind).toHaveLength(1);
    }
  });
});
