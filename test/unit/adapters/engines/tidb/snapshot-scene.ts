import { expect } from 'vitest';
import type { RecoveryPoint } from '../../../../../core/catalog/recovery-point.ts';
import type { ManifestIndex } from '../../../../../core/manifest/index-file.ts';
import { indexKey } from '../../../../../core/manifest/layout.ts';
import { capture, NotDone, openPoint, restoreTo } from '../../../../support/driver-run.ts';
import { HOME, TidbWorld, type TidbWorldOptions, VAULTS } from '../../../../support/tidb-world.ts';

export const VAULT = VAULTS[HOME]!;

export async function worldWith(options: TidbWorldOptions = {}): Promise<TidbWorld> {
  const world = new TidbWorld(options);
  world.create();
  await world.wait(5);
  return world;
}

export function indexOf(world: TidbWorld, { cluster, id }: RecoveryPoint): ManifestIndex {
  const [found] = world.cloud.s3.current(VAULT, indexKey(cluster, id));
  return JSON.parse(found![1].body.toString('utf8')) as ManifestIndex;
}

export const keysOf = (world: TidbWorld, { cluster, id }: RecoveryPoint): string[] =>
  [...world.cloud.s3.current(VAULT, `${cluster}/${id}/data/`)].map(([key]) => key.split('/data/')[1]!);

export const incremental = (world: TidbWorld, base?: RecoveryPoint): RecoveryPoint => ({
  ...openPoint(world, base),
  kind: 'incremental',
});

export const captureIncremental = (world: TidbWorld, base: RecoveryPoint): Promise<RecoveryPoint> =>
  capture(world, base, incremental(world, base));

export async function restoresToItsInstant(world: TidbWorld, point: RecoveryPoint): Promise<void> {
  const target = world.target(HOME);
  await restoreTo(world, point, HOME, target);
  expect(new Map(world.restored(HOME, target))).toEqual(new Map(world.truth(point.takenAt!)));
}

/** What a capture ends with when it does not end well. */
export async function failureOf(
  work: Promise<unknown>,
): Promise<{ readonly name: string; readonly message: string }> {
  try {
    await work;
  } catch (error) {
    if (error instanceof NotDone) return error.reason;
    throw error;
  }
  throw new Error('it succeeded');
}
