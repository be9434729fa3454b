import { expect } from 'vitest';
import { sha256 } from '../../../../../adapters/engines/shared/sha256.ts';
import type { RecoveryPoint } from '../../../../../core/catalog/recovery-point.ts';
import type { ManifestIndex } from '../../../../../core/manifest/index-file.ts';
import { indexKey } from '../../../../../core/manifest/layout.ts';
import { indexOf as manifestIndexOf } from '../../../../../core/manifest/merkle.ts';
import type { ContainerRun, Image } from '../../../../../embedded/ecs/container.ts';
import { brImage } from '../../../../../embedded/tidb/br/program.ts';
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

export type Twist = (run: ContainerRun, words: string, go: () => Promise<number>) => Promise<number>;

/** Makes BR not quite itself. */
export function twist(world: TidbWorld, by: Twist): void {
  const br = brImage(world.fleet);
  const image: Image = (run) => by(run, run.argv.join(' '), () => br(run));
  world.cloud.ecs.addImage('pingcap/br', image);
}

/** Rewrites the index of a point, as if it had been written like that; the point, with the root that it has then. */
export function rewriteIndex(
  world: TidbWorld,
  point: RecoveryPoint,
  change: Partial<Record<'statistics' | 'configuration', object>>,
): RecoveryPoint {
  const { format: _as, recoveryPoint, root: _was, ...parts } = indexOf(world, point);
  const changed = manifestIndexOf(
    recoveryPoint,
    {
      ...parts,
      statistics: { ...parts.statistics, ...change.statistics },
      configuration: { ...parts.configuration, ...change.configuration },
    },
    sha256,
  );
  put(world, indexKey(point.cluster, point.id), JSON.stringify(changed));
  return { ...point, content: changed.recoveryPoint.content! };
}

const call = (world: TidbWorld) =>
  ({ account: world.cloud.account, region: HOME, principal: 'somebody', now: world.now() }) as const;

export function put(world: TidbWorld, Key: string, body: string): void {
  const Body = Buffer.from(body);
  const input = { Bucket: VAULT, Key, Body, ChecksumAlgorithm: 'CRC64NVME' };
  world.cloud.s3.call('PutObject', input, call(world));
}

export const remove = (world: TidbWorld, Key: string): void =>
  void world.cloud.s3.call('DeleteObject', { Bucket: VAULT, Key }, call(world));
