import { RDSClient, RestoreDBClusterToPointInTimeCommand } from '@aws-sdk/client-rds';
import {
  ExecuteStatementCommand,
  type ExecuteStatementCommandInput,
  RDSDataClient,
} from '@aws-sdk/client-rds-data';
import { afterEach, expect, test } from 'vitest';
import { connect } from '../../../../adapters/aws/clients.ts';
import {
  beatsAfter,
  forgetUpTo,
  insertBeat,
  makeTable,
  newestNumber,
} from '../../../../core/heartbeat/statements.ts';
import {
  type Duration,
  hours,
  type Instant,
  instant,
  later,
  minutes,
} from '../../../../core/time/instant.ts';
import { EmbeddedCloud } from '../../../../embedded/cloud.ts';
import type { ClusterSeed } from '../../../../embedded/rds/seed.ts';
import { NotModelled } from '../../../../embedded/service.ts';

const ACCOUNT = '111122223333';
const HOME = 'eu-central-1';
const START = instant(Date.parse('2026-11-01T00:00:00Z'));
const LOGIN = { username: 'holdfast', password: 's3cret' };
const arnOf = (id: string) => `arn:aws:rds:${HOME}:${ACCOUNT}:cluster:${id}`;

let cloud: EmbeddedCloud;
afterEach(() => cloud.close());

/** A cluster, and somebody who speaks to it through the genuine client. */
function scene(seed: Partial<ClusterSeed> = {}) {
  cloud = new EmbeddedCloud({ start: START, seed: 1, account: ACCOUNT });
  cloud.rds.seedCluster({
    ...{ region: HOME, clusterId: 'orders', engine: 'aurora-postgresql', createdAt: START },
    dataApi: { ...LOGIN, database: 'shop' },
    ...seed,
  });
  const secret = (value: string) => cloud.secrets.seed({ region: HOME, name: 'login', value });
  const secretArn = secret(JSON.stringify(LOGIN));
  const data = connect(new RDSDataClient({ region: HOME }), 'rds-data', HOME);
  const rds = connect(new RDSClient({ region: HOME }), 'rds', HOME);
  const until = async <T>(work: Promise<T>): Promise<T> => {
    let over = false;
    const end = () => {
      over = true;
    };
    work.then(end, end);
    await cloud.world.runWhile(() => !over);
    return work;
  };
  const say = (sql: string, more: Partial<ExecuteStatementCommandInput> = {}) =>
    until(data.send(new ExecuteStatementCommand({ resourceArn: arnOf('orders'), secretArn, sql, ...more })));
  /** `<name>: <message>` of what was thrown. */
  const refusal = (sql: string, more: Partial<ExecuteStatementCommandInput> = {}) =>
    say(sql, more).then(
      () => 'accepted',
      ({ name, message }: Error) => `${name}: ${message}`,
    );
  const pass = (time: Duration) => cloud.world.runUntil(later(cloud.world.now(), time));
  return { say, refusal, rds, until, pass, secret };
}

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

test.each([
  ['a cluster that is not there', { resourceArn: arnOf('nobody') }, 'NotFoundException'],
  [
    'a cluster of another region',
    { resourceArn: arnOf('orders').replace(HOME, 'eu-west-1') },
    'NotFoundException',
  ],
  ['a secret that is not there', { secretArn: 'arn:nothing' }, 'SecretsErrorException'],
  ['a database that is not there', { database: 'other' }, 'DatabaseErrorException'],
])('%s is refused by name', async (_, more, name) => {
  const { refusal } = scene();
  expect(await refusal('SELECT 1', more)).toMatch(name);
});

test.each([
  ['no JSON', 'hello', 'InvalidSecretException'],
  ['no password', '{"username":"holdfast"}', 'InvalidSecretException'],
  [
    'a wrong password',
    JSON.stringify({ ...LOGIN, password: 'wr0ng' }),
    'DatabaseErrorException: FATAL: password',
  ],
  [
    'an unknown user',
    JSON.stringify({ ...LOGIN, username: 'nobody' }),
    'DatabaseErrorException: FATAL: password',
  ],
])('a secret with %s opens nothing, and is not repeated', async (_, value, name) => {
  const { refusal, secret } = scene();
  secret(value);
  const told = await refusal('SELECT 1');
  expect(told).toMatch(name);
  expect(told).not.toContain('wr0ng');
});

test('a cluster without a Data API, or without an instance, is not spoken to', async () => {
  const { refusal } = scene({ dataApi: undefined } as never);
  expect(await refusal('SELECT 1')).toMatch('HttpEndpointNotEnabledException');
  cloud.close();
  expect(await scene({ instances: [] }).refusal('SELECT 1')).toMatch('DatabaseNotFoundException');
});

test('only a role that may use the Data API and read the secret gets in', async () => {
  const { refusal } = scene();
  const role = `arn:aws:iam::${ACCOUNT}:role/heart`;
  const said = async (...rights: string[]) => {
    cloud.iam.attach(role, { Statement: { Effect: 'Allow', Action: rights, Resource: '*' } });
    const call = cloud.callAs({ name: 'heart', principal: role });
    let told = '';
    call('rds-data', HOME, 'ExecuteStatement', {
      ...{ resourceArn: arnOf('orders'), secretArn: 'login', sql: 'SELECT 1' },
    }).then(
      () => {
        told = 'accepted';
      },
      ({ name, message }: Error) => {
        told = `${name}: ${message}`;
      },
    );
    await cloud.world.runWhile(() => told === '');
    return told;
  };
  expect(await refusal('SELECT 1')).toBe('accepted');
  expect(await said('rds:DescribeDBClusters')).toMatch(/^AccessDeniedException.*rds-data:ExecuteStatement/);
  expect(await said('rds-data:ExecuteStatement')).toMatch(/^AccessDeniedException.*GetSecretValue/);
  expect(await said('secretsmanager:GetSecretValue')).toBe('accepted');
});

test('what is not modelled ends the run', async () => {
  const { say } = scene();
  await expect(say('SELECT 1', { transactionId: 'x' })).rejects.toThrow(NotModelled);
});

test('a restore to an instant holds the beats of that instant, behind a Data API that is off at first', async () => {
  const { say, refusal, rds, until, pass } = scene();
  for (const sql of makeTable('standard')) await say(sql);
  cloud.rds.write('orders', HOME, { table: 'orders', id: '1', values: { amount: 5 } }, cloud.world.now());
  const at: Instant[] = [];
  for (let each = 0; each < 60; each++) {
    await say(insertBeat(cloud.world.now()));
    at.push(cloud.world.now());
    await pass(minutes(1));
  }
  await until(
    rds.send(
      new RestoreDBClusterToPointInTimeCommand({
        ...{ DBClusterIdentifier: 'again', SourceDBClusterIdentifier: 'orders' },
        RestoreToTime: new Date(at[39]!),
      }),
    ),
  );
  await pass(hours(1));
  const call = (operation: string, input: object) =>
    cloud.rds.call(operation, input, {
      account: ACCOUNT,
      region: HOME,
      principal: 'p',
      now: cloud.world.now(),
    });
  call('CreateDBInstance', {
    ...{ DBInstanceIdentifier: 'again-1', DBClusterIdentifier: 'again' },
    ...{ Engine: 'aurora-postgresql', DBInstanceClass: 'db.r6g.large' },
  });
  const resourceArn = arnOf('again');
  expect(await refusal(newestNumber, { resourceArn })).toMatch('HttpEndpointNotEnabledException');
  const enabled = { ResourceArn: resourceArn, HttpEndpointEnabled: true };
  expect(call('EnableHttpEndpoint', { ResourceArn: resourceArn })).toEqual(enabled);
  expect(await refusal(newestNumber, { resourceArn })).toMatch('DatabaseUnavailableException');
  await pass(hours(1));
  const { records } = await say(beatsAfter(0), { resourceArn });
  expect(records?.map(([number]) => number?.longValue)).toEqual(Array.from({ length: 40 }, (_, n) => n + 1));
  expect(call('DescribeDBClusters', { DBClusterIdentifier: 'again' })).toMatchObject({
    DBClusters: [{ HttpEndpointEnabled: true, Status: 'available' }],
  });
  expect((await say(newestNumber)).records).toEqual([[{ longValue: 60 }]]);
  const truth = [['orders/1', { amount: 5 }]];
  expect([...cloud.rds.rowsAt('again', HOME, cloud.world.now())]).toEqual(truth);
  await say(insertBeat(cloud.world.now()), { resourceArn });
  expect((await say(newestNumber, { resourceArn })).records).toEqual([[{ longValue: 41 }]]);
});

test('the endpoint is switched where a cluster has one, and only while nothing else is under way', () => {
  scene();
  cloud.rds.seedCluster({ region: HOME, clusterId: 'graph', engine: 'neptune', createdAt: START });
  const name = (operation: string, id: string) => {
    try {
      cloud.rds.call(
        operation,
        { ResourceArn: arnOf(id) },
        { account: ACCOUNT, region: HOME, principal: 'p', now: cloud.world.now() },
      );
      return 'accepted';
    } catch (error) {
      return (error as Error).name;
    }
  };
  expect(name('EnableHttpEndpoint', 'orders')).toBe('accepted');
  expect(name('DisableHttpEndpoint', 'orders')).toBe('accepted');
  expect(name('EnableHttpEndpoint', 'orders')).toBe('InvalidResourceStateFault');
  expect(name('EnableHttpEndpoint', 'nobody')).toBe('ResourceNotFoundFault');
  expect(name('EnableHttpEndpoint', 'graph')).toBe('InvalidParameterCombination');
});
