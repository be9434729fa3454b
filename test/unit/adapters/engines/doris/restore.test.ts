import { describe, expect, test } from 'vitest';
import {
  beside,
  type Change,
  captured,
  restore,
  rowsOf,
  tablesOf,
} from '../../../../support/doris-restores.ts';
import { HOME } from '../../../../support/doris-world.ts';
import { restoreSpec } from '../../../../support/driver-run.ts';

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
