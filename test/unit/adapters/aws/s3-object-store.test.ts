import { beforeEach, describe, expect, it } from 'vitest';
import { compareKeys } from '../../../../core/manifest/line.ts';
import type { CopyRequest, Listed } from '../../../../core/ports/object-store.ts';
import { checksumOf } from '../../../../embedded/s3/checksum.ts';
import { AwsError } from '../../../../embedded/service.ts';
import { HOME, ObjectsWorld, RECOVERY, SOURCE, VAULTS, WEIRD_KEYS } from '../../../support/objects-world.ts';

const VAULT = VAULTS[HOME]!;
const crc = (text: string): string => `crc64nvme:${checksumOf('CRC64NVME', Buffer.from(text))}`;

async function keysOf(listing: AsyncIterable<Listed>): Promise<string[]> {
  const keys: string[] = [];
  for await (const { key } of listing) keys.push(key);
  return keys;
}

describe('the S3 object store', () => {
  let world: ObjectsWorld;
  beforeEach(() => {
    world = new ObjectsWorld();
  });

  const toVault = (from: CopyRequest['from'], change: Partial<CopyRequest> = {}): CopyRequest => ({
    from,
    to: { bucket: VAULT, key: `copied/${from.key}`.slice(0, 900) },
    bytes: 10,
    createOnly: true,
    ...change,
  });
  const versionOf = (key: string): string =>
    (world.call('HeadObject', { Bucket: SOURCE, Key: key }) as { VersionId: string }).VersionId;

  it('lists keys of every kind as they are, in the order of their UTF-8 bytes', async () => {
    for (const key of WEIRD_KEYS) world.write(key, 'x');
    const listed = await keysOf(world.store(HOME).list(SOURCE, ''));
    expect(listed).toEqual([...WEIRD_KEYS].sort(compareKeys));
  });

  it('lists past a page of a thousand, and on from a key', async () => {
    for (let n = 0; n < 2_100; n++) world.write(`k/${String(n).padStart(5, '0')}`, 'x');
    const store = world.store(HOME);
    expect(await keysOf(store.list(SOURCE, 'k/'))).toHaveLength(2_100);
    expect(await keysOf(store.list(SOURCE, 'k/', 'k/02098'))).toEqual(['k/02099']);
  });

  it('copies an object of any name and answers the checksum that S3 computed', async () => {
    for (const key of WEIRD_KEYS) {
      world.write(key, `content of ${key}`);
      const to = { bucket: VAULT, key };
      const copied = await world.store(HOME).copy(toVault({ bucket: SOURCE, key }, { to }));
      const etag = [...world.s3.current(VAULT, key)][0]![1].etag;
      expect(copied).toEqual({ checksum: crc(`content of ${key}`), outcome: 'copied', etag });
      expect(await world.store(HOME).checksum(VAULT, key)).toBe(copied.checksum);
    }
  });

  it('copies the version that is named, although a younger one is there', async () => {
    world.write('a', 'old');
    const version = versionOf('a');
    world.write('a', 'new');
    const copied = await world.store(HOME).copy(toVault({ bucket: SOURCE, key: 'a', version }));
    expect(copied.checksum).toBe(crc('old'));
  });

  it('copies from another region when the receiving one is asked', async () => {
    world.write('a', 'far');
    const to = { bucket: VAULTS[RECOVERY]!, key: 'a' };
    const copied = await world.store(RECOVERY).copy(toVault({ bucket: SOURCE, key: 'a' }, { to }));
    expect(copied.checksum).toBe(crc('far'));
  });

  it('leaves what is there alone when it may only create, and says what it is', async () => {
    world.write('a', 'first');
    await world.store(HOME).copy(toVault({ bucket: SOURCE, key: 'a' }));
    world.write('a', 'second');
    const again = await world.store(HOME).copy(toVault({ bucket: SOURCE, key: 'a' }));
    expect(again).toEqual({ checksum: crc('first'), outcome: 'already-there' });
  });

  it('names a source version that was permanently deleted', async () => {
    world.write('a', 'x');
    const version = versionOf('a');
    world.call('DeleteObject', { Bucket: SOURCE, Key: 'a', VersionId: version });
    const copy = world.store(HOME).copy(toVault({ bucket: SOURCE, key: 'a', version }));
    await expect(copy).rejects.toMatchObject({ name: 'SourceVersionGone', retryable: false });
  });

  it('names a source whose content was overwritten in place', async () => {
    world.write('a', 'x');
    const from = { bucket: SOURCE, key: 'a', etag: 'another' };
    const copy = world.store(HOME).copy(toVault(from));
    await expect(copy).rejects.toMatchObject({ name: 'SourceVersionGone' });
  });

  it('names a bucket that is missing, which is not a missing version', async () => {
    const copy = world.store(HOME).copy(toVault({ bucket: 'nowhere', key: 'a' }));
    await expect(copy).rejects.toMatchObject({ name: 'ResourceMissing' });
    await expect(world.store(HOME).get('nowhere', 'a')).rejects.toMatchObject({ name: 'ResourceMissing' });
  });

  it('has a lost race of conditional writes tried again', async () => {
    world.write('a', 'x');
    world.before = ({ operation }) => {
      if (operation === 'CopyObject')
        throw new AwsError('ConditionalRequestConflict', 'race', { status: 409 });
    };
    const copy = world.store(HOME).copy(toVault({ bucket: SOURCE, key: 'a' }));
    await expect(copy).rejects.toMatchObject({ retryable: true });
  });

  it('says what to do about an archived source', async () => {
    world.call('PutObject', { Bucket: SOURCE, Key: 'cold', Body: 'x', StorageClass: 'GLACIER' });
    const copy = world.store(HOME).copy(toVault({ bucket: SOURCE, key: 'cold' }));
    await expect(copy).rejects.toMatchObject({ name: 'CopyFailed', retryable: false });
    await expect(copy).rejects.toThrow(/archived .* restore it to an active tier/);
  });

  it('answers nothing for an object that is not there, hidden or never written', async () => {
    world.write('a', 'x');
    world.remove('a');
    for (const key of ['a', 'b']) {
      expect(await world.store(HOME).get(SOURCE, key)).toBeUndefined();
      expect(await world.store(HOME).checksum(SOURCE, key)).toBeUndefined();
    }
  });

  it('gives an object without CRC64NVME a checksum that equals no other', async () => {
    world.checksums = 'CRC32';
    world.write('a', 'x');
    expect(await world.store(HOME).checksum(SOURCE, 'a')).toMatch(/^etag:[0-9a-f]{32}$/);
  });

  it('reads back the bytes that it put', async () => {
    const body = Buffer.from([0, 1, 255]);
    await world.store(HOME).put(VAULT, 'raw', body);
    expect(Buffer.from((await world.store(HOME).get(VAULT, 'raw'))!)).toEqual(body);
  });

  it('hides more keys than one call takes, behind delete markers', async () => {
    const keys = Array.from({ length: 1_001 }, (_, n) => `k/${n}`);
    for (const key of keys) world.write(key, 'x');
    await world.store(HOME).hide(SOURCE, keys);
    expect(await keysOf(world.store(HOME).list(SOURCE, ''))).toEqual([]);
    for (const [, versions] of world.s3.versions(SOURCE))
      expect(versions.map((v) => v.kind)).toEqual(['object', 'marker']);
  });

  it.each([
    ['AccessDenied', 'PermissionMissing'],
    ['InternalError', 'ServiceUnavailable'],
    ['SlowDown', 'Throttled'],
  ])('does not swallow %s for one key of many', async (Code, name) => {
    world.after = ({ operation }, answer) => {
      if (operation === 'DeleteObjects')
        Object.assign(answer, { Errors: [{ Key: 'b', Code, Message: 'no' }] });
    };
    const hide = world.store(HOME).hide(SOURCE, ['a', 'b', 'c']);
    await expect(hide).rejects.toMatchObject({ name });
    await expect(hide).rejects.toThrow(/the-files\/b/);
  });

  it('knows a bucket that keeps versions from one that does not', async () => {
    expect(await world.store(HOME).keepsVersions(SOURCE)).toBe(true);
    const without = new ObjectsWorld({ sourceVersioned: false });
    expect(await without.store(HOME).keepsVersions(SOURCE)).toBe(false);
  });
});
