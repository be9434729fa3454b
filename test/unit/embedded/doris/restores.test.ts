import { expect, test } from 'vitest';
import { hours, minutes, seconds } from '../../../../core/time/instant.ts';
import type { DorisCluster } from '../../../../embedded/doris/cluster.ts';
import { Bench } from './bench.ts';

const rows = (cluster: DorisCluster, table: string): [string, unknown][] =>
  [...cluster.rowsNow()]
    .filter(([key]) => key.startsWith(`shop.${table}/`))
    .map(([key, row]): [string, unknown] => [key.split('/')[1]!, row])
    .sort();

async function backedUp(options = {}): Promise<{ bench: Bench; cluster: DorisCluster }> {
  const bench = new Bench();
  const cluster = bench.shop(options);
  await bench.repository(cluster);
  expect((await bench.backedUp(cluster, 'l1'))['State']).toBe('FINISHED');
  return { bench, cluster };
}

test('a table comes back beside the original, under an alias, and takes its place on request', async () => {
  const { bench, cluster } = await backedUp();
  const before = rows(cluster, 'orders');
  cluster.write('shop', 'orders', 'o1', undefined);
  expect(
    await bench.restored(cluster, 'l1', 'ON (orders AS orders_old)', ', "reserve_replica" = "true"'),
  ).toMatchObject({ State: 'FINISHED', Status: '[OK]', ReserveReplica: 'true' });
  expect(rows(cluster, 'orders')).toHaveLength(9);
  expect(rows(cluster, 'orders_old')).toEqual(before);
  expect(
    await bench.sql(
      cluster,
      'ALTER TABLE shop.orders REPLACE WITH TABLE orders_old PROPERTIES ("swap" = "true")',
    ),
  ).toEqual([]);
  expect(rows(cluster, 'orders')).toEqual(before);
  expect(rows(cluster, 'orders_old')).toHaveLength(9);
  expect(await bench.sql(cluster, 'SHOW CATALOG RECYCLE BIN')).toEqual([]);
  expect(await bench.line(cluster, 'SELECT COUNT(*) FROM shop.orders')).toEqual({ 'count(*)': '10' });
  expect(await bench.sql(cluster, 'SELECT * FROM orders_old')).toHaveLength(9);
});

test('one partition comes back, and the others stay as they are', async () => {
  const { bench, cluster } = await backedUp();
  cluster.write('shop', 'orders', 'o1', undefined);
  cluster.write('shop', 'orders', 'o2', undefined);
  await bench.restored(cluster, 'l1', 'ON (orders PARTITION (p202611))');
  expect(rows(cluster, 'orders').map(([key]) => key)).toEqual([
    'o0',
    'o1',
    'o3',
    'o4',
    'o5',
    'o6',
    'o7',
    'o8',
    'o9',
  ]);
  await bench.sql(cluster, 'ALTER TABLE shop.orders DROP PARTITION p202610');
  await bench.restored(cluster, 'l1', 'ON (orders PARTITION (p202610))');
  expect(rows(cluster, 'orders')).toHaveLength(10);
});

test('a table that is being restored over can neither be read nor written, and is free again at the end', async () => {
  const { bench, cluster } = await backedUp();
  cluster.faults.hangsCommits = true;
  const stamp = await bench.timestamp(cluster, 'l1');
  await bench.sql(
    cluster,
    `RESTORE SNAPSHOT shop.l1 FROM r1 ON (orders) PROPERTIES ("backup_timestamp" = "${stamp}")`,
  );
  await bench.pass(hours(1));
  expect(await bench.line(cluster, 'SHOW BRIEF RESTORE')).toMatchObject({ State: 'COMMITTING', Label: 'l1' });
  expect(await bench.sql(cluster, 'SELECT COUNT(*) FROM orders')).toBe(
    "Table state is not NORMAL: 'RESTORING'",
  );
  expect(() => cluster.write('shop', 'orders', 'o1', undefined)).toThrow('Table state is not NORMAL');
  expect(await bench.sql(cluster, 'DROP TABLE orders')).toMatch(/state is RESTORE, cannot be dropped/);
  expect(await bench.sql(cluster, 'DROP REPOSITORY r1')).toMatch(/Can not drop it$/);
  await bench.sql(cluster, 'CANCEL RESTORE FROM shop');
  expect(await bench.sql(cluster, 'SELECT * FROM orders')).toHaveLength(10);
});

test('a cancelled restore takes with it what it made', async () => {
  const { bench, cluster } = await backedUp({ bytesPerSecond: 200 });
  const stamp = await bench.timestamp(cluster, 'l1');
  await bench.sql(
    cluster,
    `RESTORE SNAPSHOT shop.l1 FROM r1 ON (orders AS copy, items) PROPERTIES ("backup_timestamp" = "${stamp}")`,
  );
  while ((await bench.line(cluster, 'SHOW RESTORE'))['State'] !== 'DOWNLOADING') await bench.pass(seconds(1));
  expect(await bench.sql(cluster, 'SHOW TABLES')).toContainEqual({ Tables_in_shop: 'copy' });
  await bench.sql(cluster, 'CANCEL RESTORE');
  expect(await bench.line(cluster, 'SHOW RESTORE')).toMatchObject({
    State: 'CANCELLED',
    Status: '[COMMON_ERROR, msg: user cancelled]',
  });
  expect(await bench.sql(cluster, 'SHOW TABLES')).toEqual(
    ['dear', 'items', 'orders'].map((name) => ({ Tables_in_shop: name })),
  );
  expect(await bench.sql(cluster, 'SELECT * FROM items')).toHaveLength(10);
  await bench.pass(minutes(5));
  expect(rows(cluster, 'items')).toHaveLength(10);
});

test('a flipped byte, a missing file or a second one of the same name ends the restore', async () => {
  const { bench, cluster } = await backedUp();
  const [first, second, third] = bench.keys().filter((key) => key.includes('.dat.'));
  await bench.change('PutObject', first!, '["o0",{"amount":1}]\n');
  const flipped = await bench.restored(cluster, 'l1', 'ON (orders AS a, items AS b)');
  expect(flipped).toMatchObject({
    State: 'CANCELLED',
    Status: expect.stringMatching(/^\[BAD_FILE, msg: md5sum does not equal/),
  });
  await bench.change('DeleteObject', first!);
  expect((await bench.restored(cluster, 'l1', 'ON (orders AS a, items AS b)'))['Status']).toMatch(
    /not found\]$/,
  );
  expect(await bench.sql(cluster, 'SHOW TABLES')).toHaveLength(3);
  await bench.change('PutObject', second!.replace(/[0-9a-f]{32}$/, '0'.repeat(32)), 'x');
  await bench.change('PutObject', third!.replace(/[0-9a-f]{32}$/, '0'.repeat(32)), 'x');
  expect(
    (await bench.restored(cluster, 'l1', 'ON (orders PARTITION (p202611) AS a, items AS b)'))['State'],
  ).toBe('CANCELLED');
});

test('two infos of one name, or a wrong timestamp, are refused at once', async () => {
  const bench = new Bench();
  const cluster = bench.shop();
  await bench.repository(cluster);
  cluster.faults.duplicatesInfo = true;
  await bench.backedUp(cluster, 'l1');
  const [stamp] = (await bench.timestamp(cluster, 'l1')).split('\n');
  const restore = (at: string) =>
    bench.sql(cluster, `RESTORE SNAPSHOT shop.l1 FROM r1 PROPERTIES ("backup_timestamp" = "${at}")`);
  expect(await restore(stamp!)).toMatch(
    /^Failed to get info of snapshot 'l1' because: Expected one file with path: .* get: 2\. Maybe/,
  );
  expect(await restore('2026-01-01-00-00-00')).toMatch(/get: 0\. Maybe specified wrong backup timestamp$/);
  expect(await bench.sql(cluster, 'RESTORE SNAPSHOT shop.l1 FROM r1')).toBe(
    'Missing backup_timestamp property',
  );
});

test('a restore needs a table of the snapshot, a database, backends enough, and the same schema', async () => {
  const { bench, cluster } = await backedUp();
  const stamp = await bench.timestamp(cluster, 'l1');
  const restore = (what: string, more = '') =>
    bench.sql(cluster, `RESTORE SNAPSHOT ${what} PROPERTIES ("backup_timestamp" = "${stamp}"${more})`);
  expect(await restore('shop.l1 FROM r1 ON (nothing)')).toBe('Table nothing does not exist in snapshot l1');
  expect(await restore('shop.l1 FROM r1 ON (orders PARTITION (p1))')).toBe(
    'Partition p1 of table orders does not exist in snapshot',
  );
  expect(await restore('gone.l1 FROM r1')).toBe("Unknown database 'gone'");
  expect(await restore('shop.l1 FROM r1', ', "atomic_restore" = "yes"')).toBe(
    'Invalid boolean property atomic_restore value: yes',
  );
  cluster.aliveBackends = 2;
  expect((await bench.restored(cluster, 'l1', 'ON (items AS copy)'))['Status']).toMatch(
    /^\[COMMON_ERROR, msg: Failed to find enough backend/,
  );
  expect(
    (await bench.restored(cluster, 'l1', 'ON (items AS copy)', ', "replication_num" = "1"'))['State'],
  ).toBe('FINISHED');
  await bench.sql(cluster, 'DROP TABLE items FORCE');
  cluster.createTable('shop', {
    name: 'items',
    kind: 'olap',
    columns: ['other'],
    partitions: [{ name: 'items' }],
    replicationNum: 1,
  });
  expect((await bench.restored(cluster, 'l1', 'ON (items)'))['Status']).toBe(
    '[COMMON_ERROR, msg: Table items already exist but with different schema]',
  );
});

test('an atomic restore swaps at the end, and the original is in no bin', async () => {
  const { bench, cluster } = await backedUp();
  cluster.write('shop', 'items', 'i1', undefined);
  expect((await bench.restored(cluster, 'l1', 'ON (items)', ', "atomic_restore" = "true"'))['State']).toBe(
    'FINISHED',
  );
  expect(rows(cluster, 'items')).toHaveLength(10);
  expect(await bench.sql(cluster, 'SHOW CATALOG RECYCLE BIN')).toEqual([]);
  expect(await bench.sql(cluster, 'SHOW TABLES')).toHaveLength(3);
});

test('a restore into a dropped database ends, and so does one that is not done in its time', async () => {
  const { bench, cluster } = await backedUp();
  await bench.sql(cluster, 'CREATE DATABASE scratch');
  const stamp = await bench.timestamp(cluster, 'l1');
  cluster.faults.sticksTransfers = true;
  await bench.sql(
    cluster,
    `RESTORE SNAPSHOT scratch.l1 FROM r1 PROPERTIES ("backup_timestamp" = "${stamp}", "timeout" = "600")`,
  );
  await bench.pass(minutes(1));
  const [job] = cluster.jobs.jobsOf(cluster.databaseNamed('scratch').id);
  await bench.sql(cluster, 'DROP DATABASE scratch FORCE');
  await bench.pass(seconds(6));
  expect(job!.status).toMatch(/^\[NOT_FOUND, msg: database \d+ has been dropped\]$/);
  expect((await bench.restored(cluster, 'l1', 'ON (items AS b)', ', "timeout" = "600"'))['Status']).toMatch(
    /^\[TIMEOUT/,
  );
  expect(await bench.sql(cluster, 'SHOW TABLES')).toHaveLength(3);
});
