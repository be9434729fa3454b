import { beforeEach, describe, expect, test } from 'vitest';
import type { RecoveryPoint } from '../../../../../core/catalog/recovery-point.ts';
import type { CopySpec } from '../../../../../core/engines/driver.ts';
import { indexKey } from '../../../../../core/manifest/layout.ts';
import { capture, copyTo, openPoint, restoreTo } from '../../../../support/driver-run.ts';
import { HOME, RECOVERY, TidbWorld, VAULTS } from '../../../../support/tidb-world.ts';

let world: TidbWorld;
let full: RecoveryPoint;
let next: RecoveryPoint;

beforeEach(async () => {
  world = new TidbWorld();
  world.create();
  await world.wait(5);
  full = await capture(world);
  await world.wait(60);
  world.mutate(0);
  await world.wait(60);
  next = await capture(world, full, { ...openPoint(world, full), kind: 'incremental' });
});

const copyOf = (point: RecoveryPoint): CopySpec => ({
  cluster: world.cluster,
  point,
  region: RECOVERY,
  base: undefined,
  now: world.now(),
});

function hide(region: string, Key: string): void {
  const call = { account: world.cloud.account, region, principal: 'x', now: world.now() };
  world.cloud.s3.call('DeleteObject', { Bucket: VAULTS[region]!, Key }, call);
}

const keysIn = (region: string, point: RecoveryPoint): string[] =>
  [...world.cloud.s3.current(VAULTS[region]!, `shop/${point.id}/`)].map(([key]) => key);

describe('the copy of an incremental snapshot', () => {
  test('waits until the one that it continues is there, and then restores there', async () => {
    const waiting = await world.driver.beginCopy(copyOf(next));
    expect(waiting).toMatchObject({ outcome: 'waiting', doing: expect.stringContaining(full.id) });
    if (waiting.outcome !== 'waiting') return;
    const still = await world.driver.pollCopy(copyOf(next), waiting.cursor);
    expect(still).toEqual(waiting);
    expect(keysIn(RECOVERY, next)).toEqual([]);

    await copyTo(world, full, RECOVERY);
    const goesOn = await world.driver.pollCopy(copyOf(next), waiting.cursor);
    expect(goesOn.outcome).toBe('shards');
    await copyTo(world, next, RECOVERY, full);
    const target = world.target(RECOVERY);
    await restoreTo(world, next, RECOVERY, target);
    expect(new Map(world.restored(RECOVERY, target))).toEqual(new Map(world.truth(next.takenAt!)));
  });

  test('is not proven when the one that it continues has gone meanwhile', async () => {
    await copyTo(world, full, RECOVERY);
    await copyTo(world, next, RECOVERY, full);
    hide(RECOVERY, indexKey('shop', full.id));
    expect(await world.driver.prove(copyOf(next), {})).toMatchObject({
      sound: false,
      reason: { name: 'CopyFailed', message: expect.stringContaining(full.id) },
    });
  });
});

describe('discarding', () => {
  const discard = (point: RecoveryPoint, neighbours: readonly RecoveryPoint[]) =>
    world.driver.discard({ cluster: 'shop', point, region: HOME, neighbours });

  test('what another snapshot continues is refused, and nothing goes', async () => {
    const before = keysIn(HOME, full);
    await expect(discard(full, [next])).rejects.toMatchObject({ name: 'InvariantViolation' });
    expect(keysIn(HOME, full)).toEqual(before);
  });

  test('from the newest on leaves nothing of either, the lock of BR neither', async () => {
    await discard(next, [full]);
    expect(keysIn(HOME, next)).toEqual([]);
    const target = world.target(HOME);
    await restoreTo(world, full, HOME, target);
    await discard(full, []);
    expect(keysIn(HOME, full)).toEqual([]);
  });
});
