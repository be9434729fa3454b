import { expect, test } from 'vitest';
import { days, hours, later } from '../../../../core/time/instant.ts';
import { tsoOf } from '../../../../embedded/tidb/tso.ts';
import { AWAY, Bench, HOME } from './bench.ts';

test('a cluster shows its rows as they were at any timestamp, with the columns of then', () => {
  const bench = new Bench();
  const cluster = bench.cluster('c');
  cluster.createDatabase('d');
  cluster.createTable('d', 't', [{ name: 'a', default: 0 }]);
  const first = cluster.write('d', 't', '1', { a: 1 });
  cluster.addColumn('d', 't', { name: 'b', default: 'new' });
  const second = cluster.write('d', 't', '1', { a: 2, b: 'x' });
  cluster.write('d', 't', '2', { a: 3 });
  const third = cluster.renameTable(['d', 't'], 'd', 'u');
  const dropped = cluster.dropTable('d', 'u');
  expect([...cluster.rowsAt(first)]).toEqual([['d.t/1', { a: 1 }]]);
  expect([...cluster.rowsAt(second)]).toEqual([['d.t/1', { a: 2, b: 'x' }]]);
  expect([...cluster.rowsAt(third)]).toEqual([
    ['d.u/1', { a: 2, b: 'x' }],
    ['d.u/2', { a: 3, b: 'new' }],
  ]);
  expect(cluster.rowsAt(dropped).size).toBe(0);
});

test('an emptied table is another table', () => {
  const cluster = new Bench().cluster('c');
  cluster.createDatabase('d');
  cluster.createTable('d', 't', [{ name: 'a', default: 0 }]);
  const { id } = cluster.table('d', 't');
  cluster.write('d', 't', '1', { a: 1 });
  cluster.truncateTable('d', 't');
  expect(cluster.table('d', 't').id).not.toBe(id);
  expect(cluster.rowsNow().size).toBe(0);
});

test('writes to what is not there are refused by name', () => {
  const cluster = new Bench().cluster('c');
  expect(() => cluster.createTable('d', 't', [])).toThrow('c has no database d');
  cluster.createDatabase('d');
  expect(() => cluster.write('d', 't', '1', {})).toThrow('c has no table d.t');
  cluster.createTable('d', 't', [{ name: 'a', default: 0 }]);
  expect(() => cluster.write('d', 't', '1', { b: 1 })).toThrow('d.t has no column b');
  expect(() => cluster.createTable('d', 't', [])).toThrow('already');
});

test('an address answers in its own region, and is given once there', () => {
  const bench = new Bench();
  const home = bench.cluster('c');
  const away = bench.cluster('c', { region: AWAY });
  expect(bench.fleet.at(HOME, 'c:2379')).toBe(home);
  expect(bench.fleet.at(AWAY, 'c:2379')).toBe(away);
  expect(bench.fleet.at(HOME, 'd:2379')).toBeUndefined();
  expect(() => bench.cluster('d', { pd: ['c:2379'] })).toThrow('already');
  expect(() => bench.fleet.cluster('absent')).toThrow('there is no TiDB cluster absent');
});

test('cluster ids need 64 bits, differ, and follow from the seed', () => {
  const ids = [1, 1, 2].map((seed) => new Bench(seed).cluster('c').id);
  expect(ids[0]).toBe(ids[1]);
  expect(ids[0]).not.toBe(ids[2]);
  expect(ids[0]).toBeGreaterThan(2n ** 53n);
});

test('what the application remembers is what the cluster holds, at any time', async () => {
  const bench = new Bench(3);
  const { source, orders } = await bench.shop();
  orders.scheduleDay(1_500);
  await bench.pass(days(1));
  for (let hour = 0; hour <= 48; hour += 3) {
    const ts = tsoOf(later(bench.world.now(), -hours(hour) as never));
    expect(orders.truthAt(ts)).toEqual(source.rowsAt(ts));
    expect(orders.tablesAt(ts)).toEqual(source.contentsAt(ts).tablesByName());
  }
  expect(orders.truthAt(bench.world.now()).size).toBeGreaterThan(200);
});

test('a closed application writes no more', async () => {
  const bench = new Bench();
  const { source, orders } = await bench.shop();
  orders.scheduleDay(100);
  orders.close();
  const before = source.pd.tso();
  await bench.pass(days(1));
  expect(source.changesBetween(before, source.pd.tso())).toEqual([]);
});

test('the same seed gives the same log, file by file', async () => {
  const run = async () => {
    const bench = new Bench(7);
    const { orders } = await bench.shop();
    await bench.succeed('log start --task-name x -u shop:2379 -s s3://vault/log -c=false');
    orders.scheduleDay(500);
    await bench.pass(hours(5));
    await bench.succeed('backup full -u shop:2379 -s s3://vault/p -c=false');
    return bench.keys('');
  };
  expect(await run()).toEqual(await run());
});
