import { describe, expect, test } from 'vitest';
import { KeyNotUsable, ResourceMissing, Throttled } from '../../../core/errors/registry.ts';
import { restoreId } from '../../../core/ids/names.ts';
import { hours, later } from '../../../core/time/instant.ts';
import { begin } from '../../../lambdas/restore/begin-restore/begin.ts';
import { fail } from '../../../lambdas/restore/fail-restore/fail.ts';
import { poll } from '../../../lambdas/restore/poll-restore/poll.ts';
import { check } from '../../../lambdas/restore/preflight-restore/check.ts';
import { record } from '../../../lambdas/restore/record-restore/record.ts';
import { resolve } from '../../../lambdas/restore/resolve-restore/resolve.ts';
import { restoreOne } from '../../../lambdas/restore/restore-shard/restore.ts';
import { validate } from '../../../lambdas/restore/validate-restore/validate.ts';
import { resolved } from '../../../workflows/contracts/restore.ts';
import { MemoryDriver } from '../../support/memory-driver.ts';
import { carried, copied, sealed, twice } from '../../support/task-runs.ts';
import { HOME, RECOVERY, TaskWorld, time } from '../../support/task-world.ts';

const NINE = time('2026-11-21T09:00:00Z');
const NOON = time('2026-11-21T12:00:00Z');
const NEWEST = 'orders-hourly-20261121t100000z';
const EXECUTION = 'arn:aws:states:eu-central-1:111122223333:execution:holdfast-restore:r';
const RESTORE = restoreId('orders', NOON, EXECUTION);

async function withPoints(): Promise<TaskWorld> {
  const world = new TaskWorld();
  for (const at of [NINE, later(NINE, hours(1))])
    await copied(world, 'orders', await sealed(world, 'orders', 'hourly', at), at);
  world.events.length = 0;
  return world;
}

const asked = (to: string, more: object = {}) => ({
  request: { cluster: 'orders', to, ...more },
  execution: EXECUTION,
  startedAt: '2026-11-21T12:00:00.250Z',
});

describe('resolving', () => {
  test('three lines of JSON mean the newest proven point of this region and a place of its own', async () => {
    const world = await withPoints();
    expect(await resolve(asked('latest'), world.ports(RECOVERY), NOON)).toEqual({
      approval: { needed: 'no' },
      restoreId: RESTORE,
      cluster: 'orders',
      recoveryPointId: NEWEST,
      restoresTo: '2026-11-21T09:59:59Z',
      earlierBySeconds: 0,
      nativePointInTime: false,
      target: { bucket: `restored-${RECOVERY}`, prefix: `${RESTORE}/` },
    });
  });

  test('an instant means the newest point before it, and how much earlier that is', async () => {
    const world = await withPoints();
    expect(await resolve(asked('2026-11-21T09:30:00Z'), world.ports(RECOVERY), NOON)).toMatchObject({
      recoveryPointId: 'orders-hourly-20261121t090000z',
      earlierBySeconds: 1_801,
    });
  });

  test('a point that is proven at home only is refused in the recovery region, under its own name', async () => {
    const world = await withPoints();
    const id = await sealed(world, 'orders', 'hourly', time('2026-11-21T11:00:00Z'));
    await expect(resolve(asked(id), world.ports(RECOVERY), NOON)).rejects.toMatchObject({
      name: 'RecoveryPointNotRestorable',
    });
    expect(await resolve(asked(id), world.ports(HOME), NOON)).toMatchObject({ recoveryPointId: id });
  });

  test('an instant before the window, a cluster of nobody and a word of nobody are refused with what would work', async () => {
    const world = await withPoints();
    const ask = (to: string, more = {}) => resolve(asked(to, more), world.ports(RECOVERY), NOON);
    await expect(ask('2026-11-20T00:00:00Z')).rejects.toMatchObject({ name: 'WindowNotCovered' });
    await expect(ask('2026-11-20T00:00:00Z')).rejects.toThrow('2026-11-21T08:59:59Z to 2026-11-21T09:59:59Z');
    await expect(ask('latest', { cluster: 'odrers' })).rejects.toThrow('known clusters: orders, billing');
    await expect(ask('yesterday')).rejects.toMatchObject({ name: 'InvalidInput' });
    await expect(ask('latest', { cluster: 'billing' })).rejects.toMatchObject({ name: 'NothingToRestore' });
  });

  test('the engine’s own log counts at home only, and not when its cluster is gone', async () => {
    const world = await withPoints();
    const aurora = new MemoryDriver('aurora');
    aurora.log = { earliest: NINE, latest: time('2026-11-21T11:55:00Z') };
    const at = (region: string) => ({ ...world.ports(region), drivers: () => aurora });
    expect(await resolve(asked('latest'), at(HOME), NOON)).toMatchObject({
      nativePointInTime: true,
      restoresTo: '2026-11-21T11:55:00Z',
    });
    expect(await resolve(asked('latest'), at(RECOVERY), NOON)).toMatchObject({ nativePointInTime: false });
    aurora.failNext = new ResourceMissing('no such cluster');
    expect(await resolve(asked('latest'), at(HOME), NOON)).toMatchObject({ nativePointInTime: false });
  });
});

describe('restoring', () => {
  async function begun() {
    const world = await withPoints();
    const ports = world.ports(RECOVERY);
    const restore = resolved.parse(await resolve(asked('latest'), ports, NOON));
    return { world, ports, restore };
  }

  test('pre-flight ends the execution under the name of the first obstacle, with all of them', async () => {
    const { world, ports, restore } = await begun();
    expect(await check({ restore }, ports, NOON)).toEqual({});
    world.driver.obstacles = [
      { name: 'TargetNotEmpty', message: 'the bucket holds objects' },
      { name: 'KeyNotUsable', message: 'the key is disabled' },
    ];
    await expect(check({ restore }, ports, NOON)).rejects.toMatchObject({
      name: 'TargetNotEmpty',
      message: 'TargetNotEmpty: the bucket holds objects; KeyNotUsable: the key is disabled',
    });
  });

  test('one restore at a time writes into a place that a person named', async () => {
    const world = await withPoints();
    const ports = world.ports(RECOVERY);
    const into = { target: { bucket: 'acme-restored', prefix: 'shared/' } };
    const one = resolved.parse(await resolve(asked('latest', into), ports, NOON));
    const second = { ...asked('latest', into), execution: `${EXECUTION}-2` };
    const other = resolved.parse(await resolve(second, ports, NOON));
    expect(await check({ restore: one }, ports, NOON)).toEqual({});
    expect(await check({ restore: one }, ports, NOON)).toEqual({});
    await expect(check({ restore: other }, ports, NOON)).rejects.toMatchObject({
      name: 'TargetNotEmpty',
      message: expect.stringContaining('another restore writes into'),
    });
    await fail({ execution: EXECUTION, state: { restore: one } }, ports, NOON);
    expect(await check({ restore: other }, ports, NOON)).toEqual({});
    // A restore that is refused leaves the place to the next one.
    world.driver.obstacles = [{ name: 'KeyNotUsable', message: 'the key is disabled' }];
    await expect(check({ restore: other }, ports, NOON)).rejects.toThrow('the key is disabled');
    world.driver.obstacles = [];
    expect(await check({ restore: one }, ports, NOON)).toEqual({});
  });

  test('a restore ends with what was restored and the measured times, which a retry does not change', async () => {
    const { world, ports, restore } = await begun();
    const work = carried((await twice(world, () => begin({ restore }, ports, NOON))).first);
    for (const shard of work.shards) await restoreOne({ restore, shard }, ports, NOON);
    const ready = carried(await poll({ restore, work }, ports, NOON));
    expect(await validate({ restore, work: ready }, ports, NOON)).toEqual({ outcome: 'sound' });
    const end = later(NOON, hours(1));
    const first = await record({ restore, work: ready }, ports, end);
    const second = await record({ restore, work: ready }, ports, later(end, hours(1)));
    expect(first).toEqual({
      restoreId: RESTORE,
      recoveryPointId: NEWEST,
      restoredTo: '2026-11-21T09:59:59Z',
      target: `s3://restored-${RECOVERY}/${RESTORE}/`,
      items: 20,
      bytes: 2_000,
      achievedRpoSeconds: 7_201,
      achievedRtoSeconds: 3_600,
      heartbeat: { outcome: 'unread', reason: expect.objectContaining({ name: 'HeartbeatUnread' }) },
    });
    expect(second).toEqual(first);
    expect(await world.catalog.restore('orders', RESTORE)).toMatchObject({ state: 'restored', endedAt: end });
    expect(world.names()).toEqual(['RestoreFinished', 'RestoreFinished']);
    expect(world.receipts.written.map(({ body }) => body)).toMatchObject([
      {
        ...{
          kind: 'restore',
          about: RESTORE,
          outcome: 'passed',
          recoveryPoint: NEWEST,
          items: 20,
          bytes: 2_000,
        },
        ...{ root: expect.any(String), achievedRtoSeconds: 3_600, target: first.target },
      },
    ]);
    const [receipt] = world.receipts.written;
    for (const { facts } of world.events)
      expect(facts).toMatchObject({ receipt: 1, receiptHash: receipt?.hash });
  });

  test('a restore that does not match its manifest is failed, and its target called untrustworthy', async () => {
    const { world, ports, restore } = await begun();
    const work = carried(await begin({ restore }, ports, NOON));
    world.driver.spoilt = { name: 'RootMismatch', message: 'the roots differ' };
    const verdict = await validate({ restore, work }, ports, NOON);
    const { same } = await twice(world, () =>
      fail({ execution: EXECUTION, state: { restore, work, verdict } }, ports, NOON),
    );
    expect(same).toBe(true);
    expect(await world.catalog.restore('orders', RESTORE)).toMatchObject({
      state: 'failed',
      reason: { name: 'RootMismatch' },
    });
    expect(world.events[0]?.sentence).toContain('is not to be trusted');
    expect(world.receipts.written.map(({ body }) => body)).toMatchObject([
      { about: RESTORE, outcome: 'failed', reason: { name: 'RootMismatch' } },
    ]);
    await expect(record({ restore, work }, ports, NOON)).rejects.toMatchObject({ name: 'RestoreFailed' });
    expect(await begin({ restore }, ports, NOON)).toMatchObject({ outcome: 'failed' });
  });

  test('a restore whose receipt cannot be written is restored all the same, and somebody is told', async () => {
    const { world, ports, restore } = await begun();
    const work = carried(await begin({ restore }, ports, NOON));
    world.receipts.failing = new KeyNotUsable('the key that signs is disabled');
    expect(await record({ restore, work }, ports, NOON)).toMatchObject({ restoreId: RESTORE });
    expect(world.names()).toEqual(['ReceiptNotWritten', 'RestoreFinished']);
    expect(world.events[0]).toMatchObject({ reason: { name: 'KeyNotUsable' } });
    world.receipts.failing = new Throttled('slow down');
    await expect(record({ restore, work }, ports, NOON)).rejects.toMatchObject({ name: 'Throttled' });
  });

  test('a drill’s restore has no receipt of its own', async () => {
    const { world, ports, restore } = await begun();
    const work = carried(await begin({ restore }, ports, NOON));
    const found = (await world.catalog.restore('orders', RESTORE))!;
    const drill = { id: 'drill-orders-1', deadline: later(NOON, hours(3)) };
    const catalog = { ...ports.catalog, restore: async () => ({ ...found, drill }) };
    for (const name of ['point', 'closeRestore', 'release', 'lease'] as const)
      Object.assign(catalog, { [name]: world.catalog[name].bind(world.catalog) });
    await record({ restore, work }, { ...ports, catalog: catalog as typeof ports.catalog }, NOON);
    expect(world.receipts.written).toEqual([]);
  });

  test('a restore that failed before its record was opened has one afterwards', async () => {
    const { world, ports, restore } = await begun();
    const error = { Error: 'EngineBusy', Cause: '{"errorMessage":"busy"}' };
    await fail({ execution: EXECUTION, state: { restore, error } }, ports, NOON);
    expect(await world.catalog.restore('orders', RESTORE)).toMatchObject({
      state: 'failed',
      reason: { name: 'EngineBusy' },
    });
  });

  test('a restore that is still running before the machine gives up is overdue', async () => {
    const { world, ports, restore } = await begun();
    const work = carried(await begin({ restore }, ports, NOON));
    world.driver.busy = true;
    expect(await poll({ restore, work }, ports, later(NOON, hours(69)))).toMatchObject({
      outcome: 'running',
    });
    expect(await poll({ restore, work }, ports, later(NOON, hours(71)))).toMatchObject({
      outcome: 'overdue',
      reason: { name: 'RestoreOverdue' },
    });
  });
});
