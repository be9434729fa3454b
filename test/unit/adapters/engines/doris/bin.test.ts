import { describe, expect, test } from 'vitest';
import type { Recovered, RestoreScope } from '../../../../../core/engines/driver.ts';
import { earlier, minutes } from '../../../../../core/time/instant.ts';
import { DorisWorld, HOME } from '../../../../support/doris-world.ts';
import { capture, restoreSpec } from '../../../../support/driver-run.ts';

const RESTORE = 'shop-restore-1x7k0qp-20261121t041502z';

async function filled(options: ConstructorParameters<typeof DorisWorld>[0] = {}): Promise<DorisWorld> {
  const world = new DorisWorld(options);
  world.create();
  await world.wait(60);
  return world;
}

const find = (
  world: DorisWorld,
  scope: RestoreScope,
  more: Partial<Parameters<NonNullable<DorisWorld['driver']['bin']>['find']>[2]> = {},
) =>
  world.settled(
    world.driver.bin!.find(world.cluster, scope, {
      ...{ at: 'latest', now: world.now(), restoreId: RESTORE, evenIfThere: false },
      ...more,
    }),
  );

/** As the machine does it. */
async function recover(world: DorisWorld, bin: readonly Recovered[]) {
  const point = await capture(world);
  const spec = restoreSpec(world, point, HOME, {}, { bin });
  const reasons = await world.driver.preflight(spec);
  if (reasons.length > 0) return reasons;
  const step = await world.driver.beginRestore(spec);
  expect(await world.driver.beginRestore(spec), 'a second time').toEqual(step);
  return step.outcome === 'ready' ? world.driver.validate(spec, step.cursor) : step;
}

const rows = (world: DorisWorld, table: string): number =>
  [...world.source.rowsNow().keys()].filter((key) => key.startsWith(`${table}/`)).length;

describe('the recycle bin', () => {
  test('has nothing while nothing was dropped', async () => {
    const world = await filled();
    expect(await find(world, { tables: ['shop.orders'] })).toBeUndefined();
    expect(await world.settled(world.driver.bin!.list(world.cluster))).toEqual([]);
  });

  test.each<[string, RestoreScope, string, string, number]>([
    [
      'ALTER TABLE shop.orders DROP PARTITION p202611',
      { partitions: ['shop.orders.p202611'] },
      'partition',
      'shop.orders',
      10,
    ],
    ['DROP TABLE shop.orders', { tables: ['shop.orders'] }, 'table', 'shop.orders', 10],
    ['DROP DATABASE crm', { databases: ['crm'] }, 'database', 'crm.people', 10],
  ])('gives back what %s took, with its rows', async (drop, scope, kind, table, expected) => {
    const world = await filled();
    expect((await world.sql(drop)).refused).toBeUndefined();
    await world.wait(60);
    expect(rows(world, table)).toBeLessThan(expected);
    const found = await find(world, scope);
    expect(found).toMatchObject([{ kind, name: Object.values(scope)[0][0] }]);
    // What is gone cannot be captured, so that the point is of what is left.
    const left = new DorisWorld();
    left.create();
    const spec = restoreSpec(world, await capture(left), HOME, {}, { bin: found! });
    expect(await world.driver.preflight(spec)).toEqual([]);
    expect(await world.driver.beginRestore(spec)).toMatchObject({
      outcome: 'ready',
      cursor: { recovered: 1 },
    });
    expect(rows(world, table)).toBe(expected);
  });

  test('lists what it has by full names, the newest first', async () => {
    const world = await filled();
    await world.sql('DROP TABLE shop.items');
    await world.wait(60);
    await world.sql('ALTER TABLE shop.orders DROP PARTITION p202610');
    const listed = await world.settled(world.driver.bin!.list(world.cluster));
    expect(listed.map(({ kind, name }) => `${kind} ${name}`)).toEqual([
      'partition shop.orders.p202610',
      'table shop.items',
    ]);
  });

  test('of three that had a name gives the newest, or the newest that was dropped by an instant', async () => {
    const world = await filled({ source: { timeZone: 'Asia/Kolkata' } });
    const dropped: number[] = [];
    for (let n = 0; n < 3; n++) {
      await world.sql('DROP TABLE shop.items');
      dropped.push(world.now());
      await world.wait(600);
      world.source.createTable('shop', {
        ...{
          name: 'items',
          kind: 'olap',
          columns: ['name'],
          partitions: [{ name: 'items' }],
          replicationNum: 3,
        },
      });
      world.source.write('shop', 'items', `only ${n}`, { name: 'x' });
    }
    const scope = { tables: ['shop.items'] };
    const [newest] = (await find(world, scope, { evenIfThere: true }))!;
    const at = earlier(world.now(), minutes(15));
    const [second] = (await find(world, scope, { evenIfThere: true, at }))!;
    const entries = (await world.settled(world.driver.bin!.list(world.cluster))).map(({ id }) => id);
    expect(entries).toHaveLength(3);
    expect(newest!.id).toBe(entries[0]);
    expect(second!.id).toBe(entries[1]);
    expect(
      await find(world, scope, { evenIfThere: true, at: earlier(world.now(), minutes(90)) }),
    ).toBeUndefined();
  });

  test('is left alone while a thing of the name is there; asked for by name, it comes beside that', async () => {
    const world = await filled();
    await world.sql('DROP TABLE shop.items');
    world.source.createTable('shop', {
      ...{
        name: 'items',
        kind: 'olap',
        columns: ['name'],
        partitions: [{ name: 'items' }],
        replicationNum: 3,
      },
    });
    await world.wait(10);
    const scope = { tables: ['shop.items'] };
    expect(await find(world, scope)).toBeUndefined();
    const found = await find(world, scope, { evenIfThere: true });
    expect(found).toMatchObject([{ as: expect.stringMatching(/^items_r[0-9a-z]{7}$/) }]);
    expect(await recover(world, found!)).toMatchObject({ sound: true });
    expect(rows(world, 'shop.items')).toBe(0);
    expect(rows(world, `shop.${found![0]!.as}`)).toBe(10);
  });

  test('gives all that a scope names, or nothing', async () => {
    const world = await filled();
    await world.sql('DROP TABLE shop.items');
    expect(await find(world, { tables: ['shop.items', 'shop.orders'] })).toBeUndefined();
    expect(await find(world, { tables: ['crm.items'] })).toBeUndefined();
    expect(await find(world, { tables: ['lost.items'] })).toBeUndefined();
  });

  test('does not have what was dropped with FORCE', async () => {
    const world = await filled();
    await world.sql('DROP TABLE shop.items FORCE');
    expect(await find(world, { tables: ['shop.items'] })).toBeUndefined();
  });

  test('refuses by name what it has no more, and says where else to look', async () => {
    const world = await filled();
    await world.sql('DROP TABLE shop.items');
    const found = (await find(world, { tables: ['shop.items'] }))!;
    await world.settled(world.driver.bin!.purge(world.cluster, found[0]!));
    await world.settled(world.driver.bin!.purge(world.cluster, found[0]!));
    expect(await recover(world, found)).toMatchObject([
      { name: 'TargetNotUsable', message: expect.stringContaining('"from": "backup"') },
    ]);
  });
});
