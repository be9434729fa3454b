import { beforeEach, describe, expect, test } from 'vitest';
import { discardFiles, emptyData } from '../../../../../adapters/engines/shared/hide-files.ts';
import type { RecoveryPoint } from '../../../../../core/catalog/recovery-point.ts';
import { dataPrefix, indexKey } from '../../../../../core/manifest/layout.ts';
import type { ObjectStore } from '../../../../../core/ports/object-store.ts';
import { capture } from '../../../../support/driver-run.ts';
import { HOME, ObjectsWorld, VAULTS } from '../../../../support/objects-world.ts';

const BUCKET = VAULTS[HOME]!;
const MARKER = 'backup/meta/full.json';

let world: ObjectsWorld;
let point: RecoveryPoint;
let marker: string;

beforeEach(async () => {
  world = new ObjectsWorld();
  world.create();
  world.wait(5);
  point = await capture(world);
  marker = dataPrefix('files', point.id) + MARKER;
  world.call('PutObject', { Bucket: BUCKET, Key: marker, Body: Buffer.from('x') });
});

/** Dies with this many calls of `hide` behind it. */
function portsDyingAfter(calls: number) {
  const store = (region: string): ObjectStore => {
    const real = world.store(region);
    let left = calls;
    return new Proxy(real, {
      get: (target, name) =>
        name === 'hide'
          ? (...args: Parameters<ObjectStore['hide']>) =>
              left-- > 0 ? target.hide(...args) : Promise.reject(new Error('killed'))
          : Reflect.get(target, name),
    });
  };
  const once = store(HOME);
  return { store: () => once, vaults: VAULTS, home: HOME };
}

const keys = () => [...world.s3.current(BUCKET, `files/${point.id}/`)].map(([key]) => key);
const discard = (calls: number) =>
  discardFiles(portsDyingAfter(calls), { cluster: 'files', point, region: HOME, neighbours: [] }, [MARKER]);

describe('a discard', () => {
  test('takes the index first, then what tells the engine that its backup is whole, then the rest', async () => {
    const before = keys();
    await expect(discard(1)).rejects.toThrow('killed');
    expect(keys()).toEqual(before.filter((key) => key !== indexKey('files', point.id)));
    await expect(discard(1)).rejects.toThrow('killed');
    expect(keys()).toEqual(before.filter((key) => key !== indexKey('files', point.id) && key !== marker));
  });

  test('ends with nothing left, whether a manifest names it or not, however often it was cut off', async () => {
    for (let calls = 1; calls <= 4; calls++) await discard(calls).catch(() => undefined);
    await discard(1_000);
    expect(keys()).toEqual([]);
    expect(await discard(1_000)).toEqual({ removedItems: 0 });
  });
});

test('emptying for another attempt takes the marker first', async () => {
  const ports = portsDyingAfter(1);
  const place = { store: ports.store(), bucket: BUCKET, cluster: 'files', id: point.id };
  await expect(emptyData(place, [MARKER])).rejects.toThrow('killed');
  expect(keys()).not.toContain(marker);
  expect(keys().filter((key) => key.includes('/data/')).length).toBeGreaterThan(0);
});
