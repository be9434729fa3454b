import { expect, test } from 'vitest';
import {
  beatsAfter,
  forgetUpTo,
  insertBeat,
  makeTable,
  newestNumber,
} from '../../../../core/heartbeat/statements.ts';
import { instant } from '../../../../core/time/instant.ts';
import { NotModelled } from '../../../../embedded/service.ts';
import { START, scene } from './a-data-api.ts';

test('a heart beats in PostgreSQL: numbers follow each other, and old beats go', async () => {
  const { say } = scene();
  for (const sql of makeTable('standard')) expect((await say(sql)).numberOfRecordsUpdated).toBe(0);
  expect((await say(newestNumber)).records).toEqual([[{ isNull: true }]]);
  for (let each = 0; each < 3; each++)
    expect((await say(insertBeat(instant(1_000 + each)))).numberOfRecordsUpdated).toBe(1);
  const { records, columnMetadata } = await say(beatsAfter(1), {
    includeResultMetadata: true,
    database: 'shop',
  });
  expect(records).toEqual([
    [{ longValue: 2 }, { longValue: 1_001 }],
    [{ longValue: 3 }, { longValue: 1_002 }],
  ]);
  expect(columnMetadata?.map(({ name }) => name)).toEqual(['beat', 'at_ms']);
  expect((await say(forgetUpTo(2))).numberOfRecordsUpdated).toBe(2);
  expect((await say(newestNumber)).columnMetadata).toBeUndefined();
});

test('a number may come as a parameter, and must be given', async () => {
  const { say, refusal } = scene();
  for (const sql of [...makeTable('standard'), insertBeat(START), insertBeat(START)]) await say(sql);
  const sql = 'SELECT beat FROM "holdfast"."heartbeat" WHERE beat > :after';
  const parameters = [{ name: 'after', value: { longValue: 1 } }];
  expect((await say(sql, { parameters })).records).toEqual([[{ longValue: 2 }]]);
  expect(await refusal(sql)).toBe('BadRequestException: Cannot find parameter: after');
});

test.each([
  ['aurora-postgresql', newestNumber, 'ERROR: relation "holdfast.heartbeat" does not exist; SQLState: 42P01'],
  [
    'aurora-postgresql',
    'CREATE DATABASE IF NOT EXISTS holdfast',
    'ERROR: syntax error at or near "DATABASE"; SQLState: 42601',
  ],
  ['aurora-postgresql', 'SELECT', 'ERROR: syntax error at end of input; SQLState: 42601'],
  ['aurora-postgresql', 'SELECT `a` FROM t', 'ERROR: syntax error at or near "`a`"; SQLState: 42601'],
  [
    'aurora-mysql',
    newestNumber,
    "Database error code: 1146. Message: Table 'holdfast.heartbeat' doesn't exist",
  ],
])('what %s refuses comes in its own words: %s', async (engine, sql, message) => {
  const { refusal } = scene({ engine });
  expect(await refusal(sql)).toBe(`DatabaseErrorException: ${message}`);
});

test('a MySQL cluster takes its own dialect', async () => {
  const { say } = scene({ engine: 'aurora-mysql' });
  for (const sql of [...makeTable('mysql'), insertBeat(START)]) await say(sql);
  expect((await say(beatsAfter(0))).records).toEqual([[{ longValue: 1 }, { longValue: START }]]);
});

test('what is not modelled ends the run', async () => {
  const { say } = scene();
  await expect(say('SELECT 1', { transactionId: 'x' })).rejects.toThrow(NotModelled);
});
