import { describe, expect, test } from 'vitest';
import type { RecoveryPoint } from '../../../../../core/catalog/recovery-point.ts';
import type { RestoreSpec, Step } from '../../../../../core/engines/driver.ts';
import { DorisWorld, HOME, RECOVERY } from '../../../../support/doris-world.ts';
import { capture, copyTo, restoreSpec } from '../../../../support/driver-run.ts';

async function captured(options: ConstructorParameters<typeof DorisWorld>[0] = {}) {
  const world = new DorisWorld(options);
  world.create();
  await world.wait(5);
  const point = await capture(world);
  await world.wait(60);
  world.mutate(0);
  return { world, point };
}

type Change = Partial<RestoreSpec>;

/** As the machine does it, with what a lap is preceded by; how it ended, and what validation says. */
async function restore(
  world: DorisWorld,
  point: RecoveryPoint,
  change: Change = {},
  before: (lap: number) => unknown = () => undefined,
): Promise<Step> {
  const region = change.region ?? HOME;
  const first = restoreSpec(world, point, region, change.target ?? {}, change);
  const spec = (): RestoreSpec => ({ ...first, now: world.now() });
  const [reason] = await world.driver.preflight(spec());
  if (reason) return { outcome: 'failed', reason };
  let step = await world.driver.beginRestore(spec());
  for (let lap = 0; lap < 300 && (step.outcome === 'running' || step.outcome === 'waiting'); lap++) {
    await world.wait(step.pollAfterSeconds);
    await before(lap);
    step = await world.driver.pollRestore(spec(), step.cursor);
  }
  if (step.outcome !== 'ready') return step;
  const verdict = await world.driver.validate(spec(), step.cursor);
  return verdict.sound ? step : { outcome: 'failed', reason: verdict.reason };
}

/** Rows of one table, by key. */
const rowsOf = (world: DorisWorld, table: string, of = world.source): readonly string[] =>
  [...of.rowsNow()].flatMap(([key, row]) =>
    key.startsWith(`${table}/`) ? [`${key.slice(table.length + 1)} ${JSON.stringify(row)}`] : [],
  );
const tablesOf = (world: DorisWorld, of = world.source): readonly string[] =>
  [...of.catalog.databases.values()]
    .flatMap((database) => [...database.tables.keys()].map((table) => `${database.name}.${table}`))
    .toSorted();
const beside = (world: DorisWorld): string =>
  /_r[0-9a-z]{7}/.exec(tablesOf(world).find((name) => /_r[0-9a-z]{7}/.test(name)) ?? '')?.[0] ?? '';

describe('at home, where no other cluster is named', () => {
  test('all of a point goes into databases of their own, and the originals go on', async () => {
    const { world, point } = await captured();
    const before = rowsOf(world, 'shop.orders');
    expect(await restore(world, point)).toMatchObject({ outcome: 'ready' });
    const suffix = beside(world);
    expect(rowsOf(world, 'shop.orders')).toEqual(before);
    const was = world.truth(point.takenAt!);
    expect(rowsOf(world, `shop${suffix}.orders`)).toHaveLength(10);
    expect(rowsOf(world, `shop${suffix}.orders`)[0]).toBe(`o0 ${was.get('shop.orders/o0')}`);
    expect(tablesOf(world)).toContain(`shop${suffix}.dear`);
  });

  test('a table goes beside its original, under a name of its own, and the repository goes again', async () => {
    const { world, point } = await captured();
    const before = rowsOf(world, 'shop.orders');
    const done = await restore(world, point, { scope: { tables: ['shop.orders', 'shop.items'] } });
    expect(done).toMatchObject({ outcome: 'ready', cursor: { items: 2 } });
    const suffix = beside(world);
    expect(rowsOf(world, 'shop.orders')).toEqual(before);
    expect(rowsOf(world, `shop.orders${suffix}`)).toHaveLength(10);
    expect(rowsOf(world, `shop.items${suffix}`)).toHaveLength(10);
    expect((await world.sql('SHOW REPOSITORIES')).answers[0]!.rows).toEqual([]);
  });

  test('each table is a job of its own, because of several one could take the others along', async () => {
    const { world, point } = await captured();
    await restore(world, point, { scope: { tables: ['shop.orders', 'shop.items'] } });
    const sent = world.sent.filter((sql) => sql.startsWith('RESTORE'));
    expect(sent.map((sql) => sql.match(/ AS /g)?.length)).toEqual([1, 1]);
  });

  test('a partition comes as a table that has only it', async () => {
    const { world, point } = await captured();
    const scope = { partitions: ['shop.orders.p202611'] };
    expect(await restore(world, point, { scope })).toMatchObject({ outcome: 'ready' });
    const rows = rowsOf(world, `shop.orders${beside(world)}`);
    expect(rows).toHaveLength(5);
    expect(rows.every((row) => row.includes('2026-11-'))).toBe(true);
  });

  test('swapped, the original has what was restored, and what it had lies beside it', async () => {
    const { world, point } = await captured();
    const before = rowsOf(world, 'shop.orders');
    expect(await restore(world, point, { mode: 'swap', scope: { tables: ['shop.orders'] } })).toMatchObject({
      outcome: 'ready',
    });
    expect(rowsOf(world, 'shop.orders')).toHaveLength(10);
    expect(rowsOf(world, `shop.orders${beside(world)}`)).toEqual(before);
  });

  test('swapped by laps that run twice, it is swapped once', async () => {
    const { world, point } = await captured();
    const change: Change = { mode: 'swap', scope: { tables: ['shop.orders'] } };
    const spec = restoreSpec(world, point, HOME, {}, change);
    await world.driver.preflight(spec);
    let step = await world.driver.beginRestore(spec);
    for (let lap = 0; lap < 300 && 'cursor' in step && step.outcome !== 'ready'; lap++) {
      if (step.outcome === 'running') await world.wait(step.pollAfterSeconds);
      const { cursor } = step;
      step = await world.driver.pollRestore(spec, cursor);
      expect(await world.driver.pollRestore(spec, cursor)).toEqual(step);
    }
    expect(step.outcome).toBe('ready');
    expect(rowsOf(world, 'shop.orders')).toHaveLength(10);
  });

  test('in place, asked for by name, it is the original again', async () => {
    const { world, point } = await captured();
    const scope = { tables: ['shop.orders'] };
    expect(await restore(world, point, { mode: 'in-place', scope })).toMatchObject({ outcome: 'ready' });
    expect(rowsOf(world, 'shop.orders')).toHaveLength(10);
    expect(beside(world)).toBe('');
  });

  test.each<[Change, string, RegExp]>([
    [
      { scope: { tables: ['shop.ghosts'] } },
      'InvalidInput',
      /holds no table shop\.ghosts; it holds .*orders/,
    ],
    [{ scope: { tables: ['shop.dear'] } }, 'InvalidInput', /is a view; restore the database/],
    [{ scope: { partitions: ['shop.orders.p1999'] } }, 'InvalidInput', /no partition p1999.*p202610/],
    [{ scope: { databases: ['lost'] } }, 'InvalidInput', /holds no database lost; it holds shop, crm/],
    [{ scope: { tables: ['shop.or`ders'] } }, 'InvalidInput', /is no name of a table/],
    [{ mode: 'swap' }, 'InvalidInput', /names no table/],
    [{ mode: 'swap', scope: { partitions: ['shop.orders.p202611'] } }, 'InvalidInput', /only partitions/],
    [{ nativePointInTime: true }, 'UnsupportedByEngine', /no log to replay/],
  ])('%j is refused by name before anything is restored', async (change, name, words) => {
    const { world, point } = await captured();
    const before = tablesOf(world);
    expect(await restore(world, point, change)).toMatchObject({
      outcome: 'failed',
      reason: { name, message: expect.stringMatching(words) },
    });
    expect(tablesOf(world)).toEqual(before);
    expect((await world.sql('SHOW REPOSITORIES')).answers[0]!.rows).toEqual([]);
  });

  test('waits while another job has the database, and goes on', async () => {
    const { world, point } = await captured();
    world.source.faults.submitsAnother = true;
    const done = await restore(world, point, { scope: { tables: ['shop.orders'] } }, (lap) => {
      if (lap === 4) world.source.faults.submitsAnother = false;
    });
    expect(done.outcome).toBe('ready');
  });

  test('fails by name when S3 refuses the backends, and nothing of that job is left', async () => {
    const { world, point } = await captured();
    const before = tablesOf(world);
    world.source.faults.deniesBackends = true;
    const done = await restore(world, point, { scope: { tables: ['shop.orders'] } });
    expect(done).toMatchObject({ reason: { name: 'PermissionMissing' } });
    expect(tablesOf(world)).toEqual(before);
  });

  test('is found unsound when a table that was restored is gone again', async () => {
    const { world, point } = await captured();
    const spec = restoreSpec(world, point, HOME, {}, { scope: { tables: ['shop.orders'] } });
    expect(await world.driver.validate(spec, {})).toMatchObject({
      sound: false,
      reason: { name: 'RestoreFailed', message: expect.stringContaining('has no table orders_r') },
    });
  });
});

describe('into another cluster', () => {
  test('everything has its own names, wherever these are free', async () => {
    const { world, point } = await captured();
    await copyTo(world, point, RECOVERY);
    const target = world.target(RECOVERY);
    expect(await restore(world, point, { region: RECOVERY, target })).toMatchObject({ outcome: 'ready' });
    expect(world.restored(RECOVERY, target)).toEqual(world.truth(point.takenAt!));
  });

  test('which has one of the tables, is refused; under names of their own they come beside it', async () => {
    const { world, point } = await captured();
    await copyTo(world, point, RECOVERY);
    const target = world.target(RECOVERY);
    const scope = { tables: ['shop.orders'] };
    await restore(world, point, { region: RECOVERY, target, scope });
    await world.wait(60);
    expect(await restore(world, point, { region: RECOVERY, target, scope })).toMatchObject({
      reason: { name: 'TargetNotEmpty', message: expect.stringContaining('"mode": "beside"') },
    });
    const done = await restore(world, point, { region: RECOVERY, target, scope, mode: 'beside' });
    expect(done.outcome).toBe('ready');
  });

  test('with fewer backends than three takes as many replicas as it has backends', async () => {
    const { world, point } = await captured();
    await copyTo(world, point, RECOVERY);
    world.add('small', RECOVERY, { backends: 1 });
    const change = { region: RECOVERY, target: { clusterId: 'small' } };
    expect(await restore(world, point, change)).toMatchObject({ outcome: 'ready' });
    expect(world.sent.filter((sql) => sql.startsWith('RESTORE'))).toEqual([
      expect.stringContaining('"replication_num" = "1"'),
      expect.stringContaining('"replication_num" = "1"'),
    ]);
  });

  test('of an earlier version is refused', async () => {
    const { world, point } = await captured({ source: { version: '4.0.1' } });
    await copyTo(world, point, RECOVERY);
    world.add('old', RECOVERY, { version: '3.0.6' });
    expect(await restore(world, point, { region: RECOVERY, target: { clusterId: 'old' } })).toMatchObject({
      reason: { name: 'TargetNotUsable', message: expect.stringContaining('same version or a later one') },
    });
  });

  test('that nobody named is refused, with what to name', async () => {
    const { world, point } = await captured();
    await copyTo(world, point, RECOVERY);
    expect(await restore(world, point, { region: RECOVERY })).toMatchObject({
      reason: { name: 'TargetNotUsable', message: expect.stringContaining(`restoreInto.${RECOVERY}.reach`) },
    });
  });
});

describe('an abandoned restore', () => {
  test('is cancelled, its repository goes, and it says what is left and how to remove it', async () => {
    const { world, point } = await captured();
    const spec = restoreSpec(world, point, HOME, {});
    await world.driver.preflight(spec);
    let step = await world.driver.beginRestore(spec);
    world.source.faults.sticksTransfers = true;
    for (let lap = 0; lap < 8 && 'cursor' in step && step.outcome === 'running'; lap++) {
      await world.wait(step.pollAfterSeconds);
      step = await world.driver.pollRestore(spec, step.cursor);
    }
    const { cluster, region, restore: record } = spec;
    const reason = { name: 'RestoreOverdue', message: 'it took too long' };
    const left = await world.driver.abandonRestore({ cluster, region, restore: record, reason });
    expect(left).toMatchObject({
      target: 'unfinished',
      left: expect.stringMatching(/lies in shop_r\w{7}, crm_r\w{7}: look at it, and DROP DATABASE/),
    });
    for (const database of world.source.catalog.databases.keys())
      for (const row of (await world.sql(`SHOW RESTORE FROM \`${database}\``)).answers[0]!.rows)
        expect(row['State']).toBe('CANCELLED');
    expect((await world.sql('SHOW REPOSITORIES')).answers[0]!.rows).toEqual([]);
  });
});
