import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { segmentsOf } from '../../../../../adapters/engines/objects/segments.ts';
import { type ManifestPlace, writeShard } from '../../../../../adapters/engines/shared/manifest-io.ts';
import type { RecoveryPoint } from '../../../../../core/catalog/recovery-point.ts';
import { captureSpec, openPoint, restoreSpec } from '../../../../support/driver-run.ts';
import { HOME, ObjectsWorld, VAULTS } from '../../../../support/objects-world.ts';

describe('segments of a manifest', () => {
  it('cover every shard once, in order, and one of them is the last', () => {
    fc.assert(
      fc.property(fc.nat(20_000), (shards) => {
        const segments = segmentsOf(shards);
        expect(
          segments.flatMap(({ from, to }) => Array.from({ length: to - from }, (_, n) => from + n)),
        ).toEqual(Array.from({ length: shards }, (_, n) => n));
        expect(segments.map(({ last }) => last).lastIndexOf(true)).toBe(segments.length - 1);
        expect(segments.filter(({ last }) => last)).toHaveLength(1);
      }),
      { numRuns: 50 },
    );
  });
});

/** 64 shards of two objects: four segments, each with its own listing. */
const SHARDS = 64;
const ENDS = segmentsOf(SHARDS).flatMap(({ from, to }) => [from * 2, to * 2 - 1]);
const keyOf = (n: number): string => `k/${String(n).padStart(4, '0')}`;

describe('a manifest of many shards', () => {
  const world = new ObjectsWorld();
  const point: RecoveryPoint = { ...openPoint(world), takenAt: world.now() };
  const vault = VAULTS[HOME]!;
  const place: ManifestPlace = { store: world.store(HOME), bucket: vault, cluster: 'files', id: point.id };
  const cursor = {
    takenAt: world.now(),
    nextShard: SHARDS,
    baseShard: 0,
    key: '',
    version: '',
    decided: '',
    ended: true,
    items: SHARDS * 2,
    bytes: SHARDS * 2,
    newItems: SHARDS * 2,
    newBytes: SHARDS * 2,
  };
  const target = world.target(HOME);
  const put = (bucket: string, key: string): void => {
    world.call('PutObject', { Bucket: bucket, Key: key, Body: 'x', ChecksumAlgorithm: 'CRC64NVME' });
  };
  const drop = (bucket: string, key: string): void => {
    world.call('DeleteObject', { Bucket: bucket, Key: key });
  };
  const inVault = (n: number): string => `files/${point.id}/data/${keyOf(n)}`;
  const verify = () => world.driver.verify(captureSpec(world, point), cursor);
  let sealed: RecoveryPoint;
  const validate = () => world.driver.validate(restoreSpec(world, sealed, HOME, target), {});

  beforeAll(async () => {
    for (let shard = 0; shard < SHARDS; shard++) {
      const lines = [shard * 2, shard * 2 + 1].map((n) => ({
        key: keyOf(n),
        version: 'v',
        bytes: 1,
        checksum: 'c',
        since: point.id,
      }));
      await writeShard(place, shard, lines);
      for (const { key } of lines) put(target.bucket!, key);
    }
    for (let n = 0; n < SHARDS * 2; n++) put(vault, inVault(n));
    const verdict = await verify();
    if (!verdict.sound) throw new Error(verdict.reason.message);
    sealed = verdict.index.recoveryPoint;
  });

  it('is verified whole, and any object that is missing is found', async () => {
    expect(sealed.content).toMatchObject({ shards: SHARDS, items: SHARDS * 2 });
    for (const n of ENDS) {
      drop(vault, inVault(n));
      expect(await verify()).toMatchObject({
        sound: false,
        reason: { message: expect.stringContaining(keyOf(n)) },
      });
      put(vault, inVault(n));
    }
    expect((await verify()).sound).toBe(true);
  });

  it('is validated whole, and any object too many or too few is found, wherever segments meet', async () => {
    expect(await validate()).toMatchObject({ sound: true });
    for (const n of ENDS) {
      drop(target.bucket!, keyOf(n));
      expect(await validate()).toMatchObject({ reason: { message: expect.stringContaining(keyOf(n)) } });
      put(target.bucket!, keyOf(n));
    }
    for (const n of ENDS) {
      const extra = `${keyOf(n)}-extra`;
      put(target.bucket!, extra);
      expect(await validate()).toMatchObject({ reason: { message: expect.stringContaining(extra) } });
      drop(target.bucket!, extra);
    }
  });
});
