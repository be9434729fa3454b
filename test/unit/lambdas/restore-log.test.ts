import { describe, expect, test } from 'vitest';
import type { RestoreSpec } from '../../../core/engines/driver.ts';
import { hours, later, minutes } from '../../../core/time/instant.ts';
import { resolve } from '../../../lambdas/restore/resolve-restore/resolve.ts';
import { newRestore, restoreSpec } from '../../../lambdas/restore/restore-spec.ts';
import { resolved, restoreRequest } from '../../../workflows/contracts/restore.ts';
import { LogWorld, markOf } from '../../support/log-world.ts';
import { copied, sealed } from '../../support/task-runs.ts';
import { HOME, RECOVERY, time } from '../../support/task-world.ts';

const NINE = time('2026-11-21T09:00:00Z');
const NOON = time('2026-11-21T12:00:00Z');
const EXECUTION = 'arn:aws:states:eu-central-1:111122223333:execution:holdfast-restore:r';

/** Fulls at 9 and 10, proven in both regions; the log began at 8 and is five minutes behind at home, seven away. */
async function withLog(): Promise<LogWorld> {
  const world = new LogWorld();
  for (const at of [NINE, later(NINE, hours(1))])
    await copied(world, 'shop', await sealed(world, 'shop', 'hourly', at), at);
  const eight = time('2026-11-21T08:00:00Z');
  await world.chain(HOME, eight, time('2026-11-21T11:55:00Z'), NOON);
  await world.chain(RECOVERY, eight, time('2026-11-21T11:53:00Z'), NOON);
  return world;
}

const ask = async (world: LogWorld, to: string, more: object = {}, region = RECOVERY) => {
  const request = restoreRequest.parse({ cluster: 'shop', to, ...more });
  const input = { request, execution: EXECUTION, startedAt: '2026-11-21T12:00:00Z' };
  // Through the wire, as a machine carries it.
  return resolved.parse(JSON.parse(JSON.stringify(await resolve(input, world.ports(region), NOON))));
};

const specOf = async (world: LogWorld, to: string, more: object = {}): Promise<RestoreSpec> =>
  (await restoreSpec(await ask(world, to, more), world.ports(RECOVERY), NOON)).spec;

describe('a cluster with a log', () => {
  test('is restored to the last instant that the log of this region covers, from the newest full in it', async () => {
    const world = await withLog();
    expect(await ask(world, 'latest')).toMatchObject({
      recoveryPointId: 'shop-hourly-20261121t100000z',
      restoresTo: '2026-11-21T11:53:00Z',
      log: { chain: '20261121t080000z' },
      nativePointInTime: false,
      target: { called: 'pd.away:2379' },
    });
    expect(await ask(world, 'latest', {}, HOME)).toMatchObject({ restoresTo: '2026-11-21T11:55:00Z' });
  });

  test('is restored to any instant in between, and the engine is given the chain with its marks', async () => {
    const world = await withLog();
    const spec = await specOf(world, '2026-11-21T09:30:00.123Z');
    expect(spec).toMatchObject({
      point: { id: 'shop-hourly-20261121t090000z' },
      instant: time('2026-11-21T09:30:00.123Z'),
      log: { chain: { region: RECOVERY, fromMark: markOf(time('2026-11-21T08:00:00Z')).mark } },
      restore: { chain: '20261121t080000z', target: 'pd.away:2379' },
    });
  });

  test('finds the log truncated meanwhile in the specification of every later task', async () => {
    const world = await withLog();
    const restore = await ask(world, '2026-11-21T09:30:00Z');
    const name = { cluster: 'shop', region: RECOVERY, chain: '20261121t080000z' };
    await world.catalog.advanceChain(name, { from: markOf(later(NINE, minutes(45))) }, NOON);
    const { spec } = await restoreSpec(restore, world.ports(RECOVERY), NOON);
    expect(spec.log?.chain.from).toBe(later(NINE, minutes(45)));
  });

  test('whose chain is gone from the catalog says so, and its record still names it', async () => {
    const world = await withLog();
    const gone = { ...(await ask(world, 'latest')), log: { chain: '20250101t000000z' } };
    await expect(restoreSpec(gone, world.ports(RECOVERY), NOON)).rejects.toMatchObject({
      name: 'UnknownLogChain',
    });
    expect(newRestore(gone, RECOVERY).chain).toBe('20250101t000000z');
  });

  test('is refused an instant that this region’s log does not reach yet, with the window', async () => {
    const world = await withLog();
    await expect(ask(world, '2026-11-21T11:54:00Z')).rejects.toMatchObject({
      name: 'WindowNotCovered',
      message: expect.stringContaining('2026-11-21T08:59:59Z to 2026-11-21T11:53:00Z (log 20261121t080000z)'),
    });
    expect(await ask(world, '2026-11-21T11:54:00Z', {}, HOME)).toMatchObject({ earlierBySeconds: 0 });
  });

  test('reaches at home as far as what lies in the vault, which the catalog is told only now and then', async () => {
    const world = await withLog();
    const chain = '20261121t080000z';
    for (const region of [HOME, RECOVERY])
      world.checkpoints.set(`${region}/${chain}`, markOf(time('2026-11-21T11:58:00Z')));
    expect(await ask(world, 'latest', {}, HOME)).toMatchObject({ restoresTo: '2026-11-21T11:58:00Z' });
    const told = await world.catalog.chain({ cluster: 'shop', region: HOME, chain });
    expect(told?.checkpoint).toBe(time('2026-11-21T11:58:00Z'));
    // Elsewhere only what was proven counts, whatever its checkpoint files say.
    expect(await ask(world, 'latest')).toMatchObject({ restoresTo: '2026-11-21T11:53:00Z' });
  });

  test('does not replay its log onto an incremental', async () => {
    const world = await withLog();
    const id = 'shop-part-20261121t110000z';
    const { point } = await world.catalog.open({
      ...(await world.catalog.point('shop-hourly-20261121t100000z'))!,
      id,
      rule: 'part',
      kind: 'incremental',
    });
    const takenAt = time('2026-11-21T11:00:00Z');
    const copy = { id, cluster: 'shop', region: RECOVERY, startedAt: takenAt, takenAt, provenAt: takenAt };
    await world.catalog.openCopy({ ...copy, state: 'proven', root: point.content!.root });
    expect(await ask(world, 'latest')).toMatchObject({ recoveryPointId: 'shop-hourly-20261121t100000z' });
    const exact = await ask(world, '2026-11-21T11:00:00Z');
    expect([exact.recoveryPointId, exact.log]).toEqual([id, undefined]);
  });

  test('is restored from a point by its id without the log', async () => {
    const restore = await ask(await withLog(), 'shop-hourly-20261121t090000z');
    expect(restore.log).toBeUndefined();
  });
});

describe('a part of a recovery point', () => {
  test('reaches the engine as it was asked for', async () => {
    const world = await withLog();
    expect((await specOf(world, 'latest', { scope: { tables: ['app.orders'] } })).scope).toEqual({
      tables: ['app.orders'],
    });
    expect((await specOf(world, 'latest', { scope: { databases: ['app'] } })).scope).toEqual({
      databases: ['app'],
    });
    expect((await specOf(world, 'latest')).scope).toBeUndefined();
  });

  test.each([{ tables: ['orders'] }, { databases: [] }, { schema: ['app'] }])(
    '%j is no request that this machine takes',
    (scope) => {
      expect(restoreRequest.safeParse({ cluster: 'shop', to: 'latest', scope }).success).toBe(false);
    },
  );

  test('of databases and tables at once is refused', async () => {
    await expect(
      ask(await withLog(), 'latest', { scope: { databases: ['app'], tables: ['app.orders'] } }),
    ).rejects.toMatchObject({ name: 'InvalidInput' });
  });
});
