import { expect, test } from 'vitest';
import {
  beatsAfter,
  forgetUpTo,
  insertBeat,
  makeTable,
  newestNumber,
} from '../../../../core/heartbeat/statements.ts';
import { hours, type Instant, instant, later, milliseconds, minutes } from '../../../../core/time/instant.ts';
import { NotModelled } from '../../../../embedded/service.ts';
import type { TidbCluster } from '../../../../embedded/tidb/cluster.ts';
import { TidbSql } from '../../../../embedded/tidb/sql/server.ts';
import { tsoOf } from '../../../../embedded/tidb/tso.ts';
import { Bench, S } from './bench.ts';

const say = (cluster: TidbCluster, statement: string, database?: string) =>
  new TidbSql(cluster, { holdfast: 'secret' }).connect('holdfast', database).query(statement);
const beat = (cluster: TidbCluster, now: Instant) => {
  for (const statement of [...makeTable('mysql'), insertBeat(now)])
    expect(say(cluster, statement)).not.toHaveProperty('error');
};
const beatsOf = (cluster: TidbCluster) => {
  const answer = say(cluster, beatsAfter(0));
  return answer && 'rows' in answer ? answer.rows : answer;
};

test('a heart beats: its table is made once, and every beat has the next number', () => {
  const bench = new Bench();
  const cluster = bench.cluster('shop');
  const now = bench.world.now();
  for (let each = 0; each < 3; each++) beat(cluster, later(now, minutes(each)));
  expect(say(cluster, newestNumber)).toEqual({ columns: ['beat'], rows: [['3']] });
  expect(say(cluster, beatsAfter(1))).toEqual({
    columns: ['beat', 'at_ms'],
    rows: [
      ['2', String(now + 60_000)],
      ['3', String(now + 120_000)],
    ],
  });
  expect(say(cluster, forgetUpTo(2))).toEqual({ affectedRows: 2 });
  expect(say(cluster, insertBeat(now))).toEqual({ affectedRows: 1 });
  expect(beatsOf(cluster)).toEqual([
    ['3', String(now + 120_000)],
    ['4', String(now)],
  ]);
});

test('before there is a table, and of an empty one, a heart is told so', () => {
  const cluster = new Bench().cluster('shop');
  const refused = {
    code: 'ER_NO_SUCH_TABLE',
    errno: 1146,
    message: "Table 'holdfast.heartbeat' doesn't exist",
  };
  for (const statement of [newestNumber, beatsAfter(0), forgetUpTo(1), insertBeat(instant(1))])
    expect(say(cluster, statement)).toEqual({ error: refused });
  for (const statement of makeTable('mysql')) say(cluster, statement);
  expect(say(cluster, newestNumber)).toEqual({ columns: ['beat'], rows: [[null]] });
});

test('what BR restores holds the beats of its instant and no others, and beats on from there', async () => {
  const bench = new Bench();
  const { source, orders } = await bench.shop();
  beat(source, bench.world.now());
  await bench.succeed(`log start --task-name pitr -u shop:2379 -s ${S}/log/1 -c=false`);
  await bench.succeed(`backup full -u shop:2379 -s ${S}/p/1 -c=false`);
  const begin = bench.world.now();
  orders.scheduleDay(2_000);
  for (let each = 1; each <= 30; each++)
    bench.world.at(later(begin, minutes(each)), () => {
      for (const statement of [insertBeat(bench.world.now()), forgetUpTo(each - 10)]) say(source, statement);
    });
  await bench.pass(hours(1));
  const at = later(begin, milliseconds(minutes(20) + 1));
  const target = bench.cluster('target');
  await bench.succeed(
    `restore point -u target:2379 -s ${S}/log/1 --full-backup-storage ${S}/p/1 --restored-ts ${tsoOf(at)}`,
  );
  const numbers = Array.from({ length: 11 }, (_, each) => String(each + 11));
  expect(beatsOf(target)).toEqual(numbers.map((n) => [n, String(later(begin, minutes(Number(n) - 1)))]));
  expect(orders.compareWith(target, at).differences).toEqual([]);
  expect(orders.compareWith(target, at).compared).toBeGreaterThan(20);
  beat(target, bench.world.now());
  expect(say(target, newestNumber)).toMatchObject({ rows: [['22']] });
  expect(say(source, newestNumber)).toMatchObject({ rows: [['31']] });
});

test.each([
  'SELEKT 1',
  'SELECT * FROM holdfast.heartbeat',
  "SELECT beat FROM holdfast.heartbeat WHERE beat = '1'",
  'SELECT beat FROM "holdfast"."heartbeat"',
  'SELECT beat FROM holdfast.heartbeat; SELECT 1',
  'SELECT beat FROM holdfast.heartbeat FOR UPDATE',
  'SELECT beat FROM holdfast.heartbeat WHERE beat > :n',
  'SELECT SUM(beat) FROM holdfast.heartbeat',
  'SELECT beat FROM holdfast.heartbeat LIMIT 1.5',
  'UPDATE holdfast.heartbeat SET at_ms = 1',
  'DROP TABLE holdfast.heartbeat',
  'CREATE TABLE holdfast.t (a BIGINT)',
  'CREATE TABLE holdfast.t (a VARCHAR PRIMARY KEY)',
  'INSERT INTO holdfast.heartbeat (beat, at_ms) VALUES (99999999999999999999, 1)',
  'DELETE FROM holdfast.heartbeat WHERE beat = 1 OR beat = 2',
  '',
])('what is not known is a mistake of syntax and changes nothing: %s', (statement) => {
  const bench = new Bench();
  const cluster = bench.cluster('shop');
  beat(cluster, bench.world.now());
  const before = cluster.rowsNow();
  expect(say(cluster, statement)).toMatchObject({ error: { code: 'ER_PARSE_ERROR', errno: 1064 } });
  expect(cluster.rowsNow()).toEqual(before);
});

test.each([
  ['INSERT INTO holdfast.heartbeat (beat, at_ms) VALUES (2, 1), (1, 1)', 'ER_DUP_ENTRY'],
  ['INSERT INTO holdfast.heartbeat (beat, at_ms) VALUES (2, 1, 1)', 'ER_WRONG_VALUE_COUNT_ON_ROW'],
  ['INSERT INTO holdfast.heartbeat (beat, ms) VALUES (2, 1)', 'ER_BAD_FIELD_ERROR'],
  ['SELECT pulse FROM holdfast.heartbeat', 'ER_BAD_FIELD_ERROR'],
  ['SELECT beat FROM holdfast.heartbeat WHERE pulse > 1', 'ER_BAD_FIELD_ERROR'],
  ['SELECT beat FROM holdfast.heartbeat ORDER BY pulse', 'ER_BAD_FIELD_ERROR'],
  ['SELECT beat FROM heartbeat', 'ER_NO_DB_ERROR'],
  ['CREATE TABLE nowhere.t (a BIGINT PRIMARY KEY)', 'ER_BAD_DB_ERROR'],
  ['CREATE DATABASE holdfast', 'ER_DB_CREATE_EXISTS'],
  ['CREATE TABLE holdfast.heartbeat (a BIGINT PRIMARY KEY)', 'ER_TABLE_EXISTS_ERROR'],
])('what cannot be is refused whole, by its name: %s', (statement, code) => {
  const bench = new Bench();
  const cluster = bench.cluster('shop');
  beat(cluster, bench.world.now());
  const before = cluster.rowsNow();
  expect(say(cluster, statement)).toMatchObject({ error: { code } });
  expect(cluster.rowsNow()).toEqual(before);
});

test('a table of an application is read and not written', async () => {
  const bench = new Bench();
  const { source } = await bench.shop();
  const rows = [...source.rowsNow().keys()].filter((key) => key.startsWith('shop.orders/')).length;
  expect(say(source, 'SELECT COUNT(*) AS orders FROM orders', 'shop')).toEqual({
    columns: ['orders'],
    rows: [[String(rows)]],
  });
  expect(() => say(source, 'DELETE FROM shop.orders')).toThrow(NotModelled);
});

test('names may stand in quotes, numbers be compared and rows be ordered either way', () => {
  const bench = new Bench();
  const cluster = bench.cluster('shop');
  for (let each = 0; each < 12; each++) beat(cluster, instant(1_000 * each));
  const ask =
    'SELECT `beat` AS n FROM `holdfast`.`heartbeat` WHERE beat >= 2 AND at_ms < 10000 ORDER BY beat DESC LIMIT 2;';
  expect(say(cluster, ask)).toEqual({ columns: ['n'], rows: [['10'], ['9']] });
  expect(say(cluster, 'SELECT COUNT(*), MIN(at_ms) + 1 FROM holdfast.heartbeat')).toEqual({
    columns: ['COUNT(*)', 'MIN(at_ms) + 1'],
    rows: [['12', '1']],
  });
  expect(say(cluster, 'SELECT 1')).toEqual({ columns: ['1'], rows: [['1']] });
});
