import { expect, test } from 'vitest';
import { days, hours } from '../../../../core/time/instant.ts';
import { WarehouseApplication } from '../../../../embedded/applications/warehouse.ts';
import { Bench } from './bench.ts';

test('its truth is what the cluster holds, at any instant and behind any commit', async () => {
  const bench = new Bench();
  const cluster = bench.cluster();
  const application = new WarehouseApplication(bench.world, cluster, 'shop', { ledger: ['p202612'] });
  application.scheduleDay(400);
  await bench.pass(hours(12));
  const [noon, seq, then] = [bench.world.now(), cluster.catalog.seq, cluster.rowsNow()];
  await bench.pass(days(12));
  application.scheduleDay(400);
  await bench.pass(days(1));
  expect(application.truthAt(noon)).toEqual(then);
  expect(application.truthAt(seq)).toEqual(then);
  expect(application.truthAt(bench.world.now())).toEqual(cluster.rowsNow());
  expect([...cluster.databaseNamed('shop').tables.get('orders')!.partitions.keys()]).toEqual([
    'p202611',
    'p202612',
  ]);
  expect(cluster.catalog.bin.entries.length).toBeGreaterThan(0);
});

test('what it dropped by mistake and got back is part of its truth again', async () => {
  const bench = new Bench();
  const cluster = bench.cluster();
  const application = new WarehouseApplication(bench.world, cluster, 'shop');
  application.scheduleDay(100);
  await bench.pass(days(1));
  const before = cluster.rowsNow();
  application.dropPartition('orders', 'p202611');
  application.dropTable('items');
  expect(application.truthAt(bench.world.now())).toEqual(cluster.rowsNow());
  expect(cluster.rowsNow().size).toBeLessThan(before.size);
  await bench.sql(cluster, 'RECOVER PARTITION p202611 FROM shop.orders');
  await bench.sql(cluster, 'RECOVER TABLE shop.items');
  application.regained('orders.p202611');
  application.regained('items');
  expect(application.truthAt(bench.world.now())).toEqual(before);
  expect(cluster.rowsNow()).toEqual(before);
});
