import { expect, test } from 'vitest';
import { hours, minutes } from '../../../../core/time/instant.ts';
import { Bench, S } from './bench.ts';

const FULL = `backup full --pd shop:2379 --storage ${S}/p/1/data/ --send-credentials-to-tikv=false`;

/** The value that `debug decode` prints last. */
async function endVersion(bench: Bench, prefix: string): Promise<bigint> {
  const lines = await bench.succeed(`debug decode --storage ${S}/${prefix} --field end-version`);
  return BigInt(lines.at(-1)!);
}

test('a full backup restores to exactly the rows and tables of its timestamp', async () => {
  const bench = new Bench();
  const { orders } = await bench.shop();
  orders.scheduleDay(300);
  const lines = await bench.succeed(FULL, { environment: { BR_LOG_TO_TERM: '1' } });
  const ts = await endVersion(bench, 'p/1/data/');
  expect(lines.at(-1)).toContain(`[BackupTS=${ts}]`);
  await bench.pass(hours(5));

  const target = bench.cluster('target');
  await bench.succeed(`restore full -u target:2379 -s ${S}/p/1/data/ -c=false`);
  const compared = orders.compareWith(target, ts);
  expect(compared.differences).toEqual([]);
  expect(compared.compared).toBeGreaterThan(50);
  expect(orders.compareWith(target, bench.world.now()).differing).toBeGreaterThan(0);
  expect([...target.contentsNow().databases]).toEqual(['shop']);
});

test('a complete backup has its metadata, its lock and files of every store, and no checkpoint', async () => {
  const bench = new Bench();
  await bench.shop();
  await bench.succeed(FULL);
  const keys = bench.keys('p/1/data/');
  expect(keys).toContain('backupmeta');
  expect(keys).toContain('backup.lock');
  const stores = new Set(keys.flatMap((key) => /^(store\d)\/\d+_\d+_\w+_\d+_\w+\.sst$/.exec(key)?.[1] ?? []));
  expect([...stores].sort()).toEqual(['store1', 'store2', 'store3']);
  expect(keys.filter((key) => key.startsWith('checkpoints/'))).toEqual([]);
});

test('a cluster of 100 GB takes minutes, and the rate limit makes it longer', async () => {
  const bench = new Bench();
  const { source } = await bench.shop();
  const rows = source.rowsNow().size;
  const big = bench.cluster('big', { bytesPerRow: 100_000_000_000 / 100 });
  big.createDatabase('d');
  big.createTable('d', 't', [{ name: 'a', default: 0 }]);
  for (let i = 0; i < 100; i++) big.write('d', 't', String(i), { a: i });
  const started = bench.world.now();
  await bench.succeed(`backup full -u big:2379 -s ${S}/big/1`);
  // 100 GB at 75 MB/s on each of three stores.
  expect((bench.world.now() - started) / 60_000).toBeCloseTo(7.4, 0);
  const again = bench.world.now();
  await bench.succeed(`backup full -u big:2379 -s ${S}/big/2 --ratelimit 10`);
  expect((bench.world.now() - again) / 60_000).toBeGreaterThan(50);
  expect(rows).toBeGreaterThan(0);
});

test('an incremental holds only what changed, and on top of its full gives its own timestamp', async () => {
  const bench = new Bench();
  const { source, orders } = await bench.shop({ gcLifeTime: hours(24) });
  await bench.succeed(FULL);
  const first = await endVersion(bench, 'p/1/data/');
  orders.scheduleDay(200);
  await bench.pass(hours(12));
  await bench.succeed(`backup full -u shop:2379 -s ${S}/p/2 --lastbackupts ${first}`);
  const second = await endVersion(bench, 'p/2');
  const start = await bench.succeed(`debug decode -s ${S}/p/2 --field start-version`);
  expect(start.at(-1)).toBe(String(first));
  const rows = (prefix: string) => {
    const files = bench.keys(prefix).filter((key) => key.endsWith('.sst'));
    return files.reduce(
      (sum, key) =>
        sum +
        bench
          .text(prefix + key)
          .trim()
          .split('\n').length,
      0,
    );
  };
  expect(rows('p/2/')).toBeGreaterThan(10);
  expect(rows('p/2/')).toBeLessThan(rows('p/1/data/'));

  const target = bench.cluster('target');
  await bench.succeed(`restore full -u target:2379 -s ${S}/p/1/data`);
  await bench.succeed(`restore full -u target:2379 -s ${S}/p/2`);
  expect(orders.compareWith(target, second).differences).toEqual([]);
  expect(source.tablesNow().size).toBeGreaterThan(1);
});

test('an incremental without its full is refused by the table that is missing', async () => {
  const bench = new Bench();
  await bench.shop({ gcLifeTime: hours(24) });
  await bench.succeed(FULL);
  const first = await endVersion(bench, 'p/1/data/');
  await bench.succeed(`backup full -u shop:2379 -s ${S}/p/2 --lastbackupts ${first}`);
  bench.cluster('target');
  expect(await bench.refuse(`restore full -u target:2379 -s ${S}/p/2`)).toContain(
    '[BR:Restore:ErrRestoreSchemaNotExists]',
  );
});

test('an incremental since a timestamp that GC has passed is refused', async () => {
  const bench = new Bench();
  await bench.shop();
  await bench.succeed(FULL);
  const first = await endVersion(bench, 'p/1/data/');
  await bench.pass(hours(2));
  const error = await bench.refuse(`backup full -u shop:2379 -s ${S}/p/2 --lastbackupts ${first}`);
  expect(error).toContain('[BR:Backup:ErrBackupGCSafepointExceeded]');
});

test('a database, a table and a filter take only what they name', async () => {
  const bench = new Bench();
  const { source } = await bench.shop();
  source.createDatabase('stock');
  source.createTable('stock', 'items', [{ name: 'n', default: 0 }]);
  source.write('stock', 'items', '1', { n: 7 });
  await bench.succeed(`backup db -u shop:2379 -s ${S}/db --db stock`);
  await bench.succeed(`backup table -u shop:2379 -s ${S}/table --db shop --table orders`);
  await bench.succeed(`backup full -u shop:2379 -s ${S}/filter -f *.* -f !stock.*`);
  const restored = async (name: string) => {
    const target = bench.cluster(name);
    await bench.succeed(`restore full -u ${name}:2379 -s ${S}/${name}`);
    return [...target.tablesNow().keys()];
  };
  expect(await restored('db')).toEqual(['stock.items']);
  expect(await restored('table')).toEqual(['shop.orders']);
  const filtered = await restored('filter');
  expect(filtered).toContain('shop.orders');
  expect(filtered).not.toContain('stock.items');
});

test('one table of a full backup can be restored beside what is there', async () => {
  const bench = new Bench();
  const { source } = await bench.shop();
  await bench.succeed(FULL);
  source.dropTable('shop', 'orders');
  await bench.succeed(`restore table -u shop:2379 -s ${S}/p/1/data --db shop --table orders`);
  expect(source.tablesNow().has('shop.orders')).toBe(true);
  expect(await bench.refuse(`restore db -u shop:2379 -s ${S}/p/1/data --db absent`)).toContain(
    '[BR:Common:ErrUndefinedDbOrTable]',
  );
});

test('a filter that matches nothing succeeds with nothing', async () => {
  const bench = new Bench();
  await bench.shop();
  const lines = await bench.succeed(`backup full -u shop:2379 -s ${S}/none -f absent.*`);
  expect(lines.at(-1)).toContain('[Result="Nothing to bakcup"]');
  expect(bench.keys('none/')).toContain('backupmeta');
});

test('a backup by a timestamp shows the cluster as it was then, while GC has not passed it', async () => {
  const bench = new Bench();
  const { source, orders } = await bench.shop();
  const ts = source.pd.tso();
  orders.scheduleDay(20_000);
  await bench.pass(minutes(8));
  await bench.succeed(`backup full -u shop:2379 -s ${S}/then --backupts ${ts}`);
  const target = bench.cluster('target');
  await bench.succeed(`restore full -u target:2379 -s ${S}/then`);
  expect(orders.compareWith(target, ts).differences).toEqual([]);
  await bench.pass(minutes(30));
  expect(await bench.refuse(`backup full -u shop:2379 -s ${S}/late --backupts ${ts}`)).toContain(
    '[BR:Backup:ErrBackupGCSafepointExceeded]',
  );
});
