import { describe, expect, test } from 'vitest';
import { parse } from '../../../../embedded/doris/sql/parse.ts';
import { Bench } from './bench.ts';

describe('a statement is read', () => {
  test('with its quoted names and escaped texts as they are meant', () => {
    expect(parse('BACKUP SNAPSHOT `a``b`.`l-1:x` TO `r`')).toMatchObject({
      label: { database: 'a`b', name: 'l-1:x' },
      repository: 'r',
    });
    expect(parse(`SHOW BACKUP FROM d WHERE SnapshotName = "a\\"b""c"`)).toMatchObject({
      filter: { text: 'a"b"c' },
    });
    expect(
      parse('restore snapshot l from r on (t partition (p1, p2) as u, v) properties("a"="b")'),
    ).toMatchObject({
      tables: [{ table: { name: 't' }, partitions: ['p1', 'p2'], alias: 'u' }, { table: { name: 'v' } }],
    });
    expect(parse('SHOW /* a comment */ TABLES -- to the end')).toEqual({ kind: 'show-tables' });
    expect(parse("DROP CATALOG RECYCLE BIN WHERE 'DbId' = 12;")).toEqual({
      kind: 'purge',
      column: 'DbId',
      id: '12',
    });
  });

  test.each([
    ['BACKUP SNAPSHOT l-1 TO r', "mismatched input '-'"],
    ['BACKUP SNAPSHOT l TO r ON t', "mismatched input 't'"],
    ['BACKUP SNAPSHOT l TO r; DROP DATABASE shop', "mismatched input 'DROP'"],
    ['BACKUP SNAPSHOT `l TO r', "extraneous input '`'"],
    ['SHOW TABLES FROM a.b', "mismatched input '.'"],
    ['DROP CATALOG RECYCLE BIN WHERE DbId = 12', 'expecting STRING_LITERAL'],
    ['SHOW BACKUP WHERE Label = x', 'expecting STRING_LITERAL'],
    ['CREATE DATABASE table', 'expecting IDENTIFIER'],
    ['RECOVER TABLE', "mismatched input '<EOF>'"],
    ['TRUNCATE TABLE t', "mismatched input 'TRUNCATE'"],
    ['', "mismatched input '<EOF>'"],
  ])('not as %j', (text, said) => {
    expect(() => parse(text)).toThrow(said);
  });
});

test('what cannot be read is answered as Doris answers it', async () => {
  const bench = new Bench();
  const session = bench.shop().sql.connect('root', undefined);
  expect(await bench.ask(session, 'SHOW\n  NOTHING')).toEqual({
    error: {
      ...{ code: 'ER_UNKNOWN_ERROR', errno: 1105 },
      message: expect.stringMatching(
        /^errCode = 2, detailMessage = \nmismatched input 'NOTHING' expecting \{.*\}\(line 2, pos 2\)\n$/,
      ),
    },
  });
  expect(await bench.ask(session, 'SHOW TABLES')).toMatchObject({ error: { errno: 1046 } });
});

test('who is no administrator gets no repository and no bin', async () => {
  const bench = new Bench();
  const cluster = bench.shop({ users: { loader: { password: 'x', admin: false } } });
  const session = cluster.sql.connect('loader', 'shop');
  expect(await bench.ask(session, 'SHOW CATALOG RECYCLE BIN')).toMatchObject({ error: { errno: 1227 } });
  expect(await bench.ask(session, 'SHOW TABLES')).toMatchObject({ columns: ['Tables_in_shop'] });
  expect(cluster.sql.passwordOf('root')).toBeUndefined();
});

test('columns that a release lacks or has besides are not there or in front', async () => {
  const bench = new Bench();
  const cluster = bench.shop();
  cluster.faults.columnsMissing.add('Timeout');
  cluster.faults.columnsMore.add('QueuePos');
  const reply = await bench.ask(cluster.sql.connect('root', 'shop'), 'SHOW BACKUP');
  expect(reply).toMatchObject({ columns: expect.arrayContaining(['QueuePos', 'JobId']) });
  const columns = reply && 'columns' in reply ? reply.columns : [];
  expect(columns[0]).toBe('QueuePos');
  expect(columns).not.toContain('Timeout');
});
