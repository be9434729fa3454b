import { beforeEach, describe, expect, test } from 'vitest';
import type { RecoveryPoint } from '../../../../../core/catalog/recovery-point.ts';
import type { RestoreSpec, RestoreTarget } from '../../../../../core/engines/driver.ts';
import type { LogChain } from '../../../../../core/log/chain.ts';
import { indexKey, shardKey } from '../../../../../core/manifest/layout.ts';
import { iso } from '../../../../../core/time/instant.ts';
import { capture, openPoint, restoreSpec, restoreTo } from '../../../../support/driver-run.ts';
import { HOME, TidbWorld, VAULTS } from '../../../../support/tidb-world.ts';
import { logged } from './log-scene.ts';
import { put, rewriteIndex } from './snapshot-scene.ts';

let world: TidbWorld;
let point: RecoveryPoint;

beforeEach(async () => {
  world = new TidbWorld({ source: { bytesPerRow: 200_000_000 } });
  world.create();
  await world.wait(5);
  point = await capture(world);
});

/** Runs a restore with something changed about it, up to its verdict. */
async function restore(target: RestoreTarget, change: Partial<RestoreSpec> = {}): Promise<void> {
  const spec = restoreSpec(world, point, HOME, target, change);
  const [obstacle] = await world.driver.preflight(spec);
  if (obstacle) throw new Error(`${obstacle.name}: ${obstacle.message}`);
  let step = await world.driver.beginRestore(spec);
  while (step.outcome === 'running' || step.outcome === 'waiting') {
    await world.wait(step.pollAfterSeconds);
    step = await world.driver.pollRestore({ ...spec, now: world.now() }, step.cursor);
  }
  if (step.outcome !== 'ready') throw new Error(JSON.stringify(step));
  const verdict = await world.driver.validate(spec, step.cursor);
  if (!verdict.sound) throw new Error(`${verdict.reason.name}: ${verdict.reason.message}`);
}

const preflight = async (change: Partial<RestoreSpec>, target = world.target(HOME)): Promise<string[]> =>
  (await world.driver.preflight(restoreSpec(world, point, HOME, target, change))).map(({ name }) => name);

const tables = (content: ReadonlyMap<string, string>): string[] => [
  ...new Set([...content.keys()].map((key) => key.split('/')[0]!)),
];

describe('a part of a snapshot', () => {
  test.each([
    [{ databases: ['shop'] }, ['shop.goods', 'shop.orders']],
    [{ tables: ['stock.goods'] }, ['stock.goods']],
    [{ tables: ['stock.goods', 'shop.orders'] }, ['shop.orders', 'stock.goods']],
    [{ databases: ['stock'], tables: ['shop.orders'] }, ['shop.orders', 'stock.goods', 'stock.orders']],
  ])('%j is restored alone', async (scope, expected) => {
    const target = world.target(HOME);
    await restore(target, { scope });
    expect(tables(world.restored(HOME, target)).sort()).toEqual(expected);
  });

  test('that it does not hold is refused', async () => {
    await expect(restore(world.target(HOME), { scope: { databases: ['nothing'] } })).rejects.toThrow(
      /InvalidInput.*no such database or table/,
    );
    // Several names are a filter, with which BR ends well.
    const scope = { databases: ['nothing', 'nobody'] };
    await expect(restore(world.target(HOME), { scope })).rejects.toThrow(/InvalidInput.*holds nothing of/);
  });
});

describe('a restore that is killed', () => {
  test.each([0, 0.5, 0.9])('at %d of its way goes on where it was', async (share) => {
    world.fleet.killNext('restore full', share);
    const target = world.target(HOME);
    await restoreTo(world, point, HOME, target);
    expect(new Map(world.restored(HOME, target))).toEqual(new Map(world.truth(point.takenAt!)));
  });
});

describe('before a restore', () => {
  test('a target without a cluster is refused, with the version that it needs', async () => {
    const [reason] = await world.driver.preflight(restoreSpec(world, point, HOME, {}));
    expect(reason).toMatchObject({
      name: 'TargetNotUsable',
      message: expect.stringContaining(world.source.version),
    });
  });

  test.each([
    ['v8.5.9', []],
    ['v9.0.0', []],
    ['v8.4.9', ['TargetNotUsable']],
    ['v7.9.9', ['TargetNotUsable']],
  ])('a configured version %s meets %j', async (version, expected) => {
    expect(await preflight({ cluster: { ...world.cluster, version } })).toEqual(expected);
  });

  test.each([
    {},
    { databases: [''] },
    { tables: ['orders'] },
    { tables: ['.orders'] },
    { tables: ['shop.'] },
  ])('the scope %j is refused', async (scope) => {
    expect(await preflight({ scope })).toEqual(['InvalidInput']);
  });

  test('a snapshot of the lineage that is gone is named', async () => {
    await world.wait(60);
    const next = await capture(world, point, { ...openPoint(world, point), kind: 'incremental' });
    const call = { account: world.cloud.account, region: HOME, principal: 'x', now: world.now() };
    const Key = indexKey('shop', point.id);
    world.cloud.s3.call('DeleteObject', { Bucket: VAULTS[HOME]!, Key }, call);
    const [reason] = await world.driver.preflight(restoreSpec(world, next, HOME, world.target(HOME)));
    expect(reason).toMatchObject({
      name: 'ManifestIncomplete',
      message: expect.stringContaining(point.id),
    });
  });
});

describe('a log', () => {
  test('carries a restore from a full snapshot to an instant', async () => {
    const { chain, middle, point: full } = await logged(world, point);
    point = full;
    for (const instant of [point.takenAt!, middle, chain.checkpoint]) {
      const target = world.target(HOME);
      await restore(target, { instant, log: { chain } });
      expect(new Map(world.restored(HOME, target)), iso(instant)).toEqual(new Map(world.truth(instant)));
    }
  });

  test('that does not lead to the instant is refused', async () => {
    const { chain, point: full } = await logged(world, point);
    point = full;
    const beyond = world.now();
    expect(await preflight({ instant: beyond, log: { chain } })).toEqual(['WindowNotCovered']);
  });

  test('is restored as a whole, before version 9', async () => {
    const { chain, middle, point: full } = await logged(world, point);
    point = full;
    const change = { instant: middle, log: { chain }, scope: { databases: ['shop'] } };
    expect(await preflight(change)).toEqual(['UnsupportedByEngine']);
  });
});

describe('what BR says that it read', () => {
  const RESTORED = /RestoreFailed: br read \d+ bytes .* wrote 1 when/;

  test('is compared with what it wrote', async () => {
    point = rewriteIndex(world, point, { statistics: { size: 1 } });
    await expect(restore(world.target(HOME))).rejects.toThrow(RESTORED);
  });

  test('is not, when it does not say, or only a part was wanted', async () => {
    point = rewriteIndex(world, point, { statistics: { size: 1 } });
    await restore(world.target(HOME), { scope: { databases: ['shop'] } });
    world.fleet.leaveOutOfSummaries('Size');
    await restore(world.target(HOME));
  });
});

test('a log is not replayed on an incremental snapshot', async () => {
  await world.wait(60);
  const next = await capture(world, point, { ...openPoint(world, point), kind: 'incremental' });
  const chain = { from: point.takenAt!, checkpoint: world.now() } as LogChain;
  const spec = restoreSpec(world, next, HOME, world.target(HOME), { log: { chain } });
  expect(await world.driver.preflight(spec)).toEqual([
    { name: 'RecoveryPointNotRestorable', message: expect.stringContaining('replays a log on a full one') },
  ]);
});

test('a shard that was altered is named before anything is restored', async () => {
  put(world, shardKey('shop', point.id, 0), 'not what was sealed');
  expect(await preflight({})).toEqual(['ManifestAltered']);
});
