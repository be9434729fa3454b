import { expect, test } from 'vitest';
import { days, hours, minutes } from '../../../../core/time/instant.ts';
import { Bench, type Line } from './bench.ts';

const binned = async (bench: Bench, cluster: ReturnType<Bench['shop']>, name: string) =>
  (await bench.sql(cluster, `SHOW CATALOG RECYCLE BIN WHERE NAME = '${name}'`)) as Line[];

test('a dropped partition, table and database come back as they were', async () => {
  const bench = new Bench();
  const cluster = bench.shop();
  const before = cluster.rowsNow();
  await bench.sql(cluster, 'ALTER TABLE shop.orders DROP PARTITION p202611');
  expect(await binned(bench, cluster, 'p202611')).toMatchObject([
    { Type: 'Partition', DropTime: '2026-11-21 03:00:00' },
  ]);
  expect(await bench.sql(cluster, 'RECOVER PARTITION p202611 FROM shop.orders')).toEqual([]);
  await bench.sql(cluster, 'DROP TABLE shop.orders');
  expect(await bench.sql(cluster, 'SELECT * FROM shop.orders')).toBe("Unknown table 'orders' in shop");
  expect(await bench.sql(cluster, 'RECOVER TABLE shop.orders')).toEqual([]);
  await bench.sql(cluster, 'DROP DATABASE shop');
  expect(await bench.sql(cluster, 'RECOVER DATABASE shop AS shop2')).toEqual([]);
  const after = [...cluster.rowsNow()].map(([key, row]) => [key.replace('shop2', 'shop'), row] as const);
  expect(new Map(after)).toEqual(before);
  expect(await bench.sql(cluster, 'SHOW CATALOG RECYCLE BIN')).toEqual([]);
});

test('of one name the newest comes back, and no more than three are kept', async () => {
  const bench = new Bench();
  const cluster = bench.shop();
  const made = {
    name: 'items',
    kind: 'olap',
    columns: ['name'],
    partitions: [{ name: 'items' }],
    replicationNum: 1,
  } as const;
  for (let n = 0; n < 4; n++) {
    await bench.sql(cluster, 'DROP TABLE shop.items');
    cluster.createTable('shop', made);
    cluster.write('shop', 'items', `round${n}`, { name: 'x' });
    await bench.pass(minutes(1));
  }
  await bench.sql(cluster, 'DROP TABLE shop.items');
  const entries = await binned(bench, cluster, 'items');
  expect(entries).toHaveLength(3);
  await bench.sql(cluster, 'RECOVER TABLE shop.items');
  expect(await bench.sql(cluster, 'SELECT * FROM shop.items')).toEqual([{ id: 'round3', name: 'x' }]);
  expect(await bench.sql(cluster, `RECOVER TABLE shop.items ${entries[0]!['TableId']}`)).toBe(
    "Table 'items' already exists",
  );
  expect(await bench.sql(cluster, `RECOVER TABLE shop.items ${entries[0]!['TableId']} AS older`)).toEqual([]);
  expect(await bench.sql(cluster, 'SELECT * FROM shop.older')).toEqual([{ id: 'round1', name: 'x' }]);
});

test('after a day it is gone, with FORCE at once, and purged for good', async () => {
  const bench = new Bench();
  const cluster = bench.shop();
  await bench.sql(cluster, 'DROP TABLE shop.orders FORCE');
  expect(await bench.sql(cluster, 'RECOVER TABLE shop.orders')).toBe(
    "Unknown table 'orders' or table id '-1' in shop",
  );
  await bench.sql(cluster, 'DROP TABLE shop.items');
  await bench.pass(days(1) - hours(1));
  expect(await binned(bench, cluster, 'items')).toHaveLength(1);
  await bench.pass(hours(1));
  expect(await binned(bench, cluster, 'items')).toHaveLength(0);
  await bench.sql(cluster, 'DROP TABLE shop.dear');
  const [{ TableId: id }] = (await binned(bench, cluster, 'dear')) as [Line];
  expect(await bench.sql(cluster, `DROP CATALOG RECYCLE BIN WHERE 'TableId' = ${id}`)).toEqual([]);
  expect(await bench.sql(cluster, `RECOVER TABLE shop.dear ${id}`)).toBe(
    `Unknown table 'dear' or table id '${id}' in shop`,
  );
});

test('what is in the way of a recovery is said', async () => {
  const bench = new Bench();
  const cluster = bench.shop();
  const sql = (statement: string) => bench.sql(cluster, statement);
  expect(await sql('RECOVER DATABASE gone')).toBe("Unknown database 'gone' or database id '-1'");
  expect(await sql('RECOVER PARTITION p1 FROM shop.orders')).toBe(
    "No partition named 'p1' or partition id '-1' in table orders",
  );
  await sql('ALTER TABLE shop.orders DROP PARTITION p202611');
  cluster.addPartition('shop', 'orders', { name: 'all', range: { from: '2026-11-15', to: '2027-01-01' } });
  expect(await sql('RECOVER PARTITION p202611 AS `all` FROM shop.orders')).toBe(
    'partition[all] already exist in table[orders]',
  );
  expect(await sql('RECOVER PARTITION p202611 FROM shop.orders')).toBe(
    'Can not recover partition[p202611]. Partition item conflict.',
  );
  await sql('DROP DATABASE shop');
  const [{ TableId: id }] = (await binned(bench, cluster, 'items')) as [Line];
  await sql(`DROP CATALOG RECYCLE BIN WHERE 'TableId' = ${id}`);
  expect(await bench.ask(cluster.sql.connect('root', undefined), 'RECOVER DATABASE shop')).toMatchObject({
    error: { message: 'errCode = 2, detailMessage = Tables[items] is missing. Can not recover db' },
  });
  cluster.createDatabase('shop');
  expect(await sql('RECOVER DATABASE shop')).toBe('Database[shop] already exist.');
});

test('a table that was replaced without a swap is gone for good', async () => {
  const bench = new Bench();
  const cluster = bench.shop();
  await bench.sql(cluster, 'ALTER TABLE shop.orders REPLACE WITH TABLE items PROPERTIES ("swap" = "false")');
  expect(await bench.sql(cluster, 'SHOW TABLES FROM shop')).toHaveLength(2);
  expect(await bench.sql(cluster, 'SHOW CATALOG RECYCLE BIN')).toEqual([]);
  expect(await bench.line(cluster, 'SELECT COUNT(*) AS n FROM shop.orders')).toEqual({ n: '10' });
});
