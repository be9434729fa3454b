import { expect, test } from 'vitest';
import { minutes, seconds } from '../../../../core/time/instant.ts';
import { Bench, createRepository, HOME } from './bench.ts';

const withKeys = (secret: string, statement = 'CREATE REPOSITORY') =>
  `${statement} r1 ${statement.startsWith('CREATE') ? 'WITH S3 ON LOCATION "s3://vault/doris/shop"' : ''} PROPERTIES ("s3.endpoint" = "x", "s3.region" = "${HOME}", "s3.access_key" = "AKIA1", "s3.secret_key" = "${secret}")`;

test('an older version comes with keys, and gets others', async () => {
  const bench = new Bench();
  const cluster = bench.shop({ version: '2.1.7' });
  expect(await bench.sql(cluster, withKeys('wrong'))).toMatch(
    /^Failed to create repository: .*SignatureDoesNotMatch/,
  );
  expect(await bench.sql(cluster, withKeys('secret'))).toEqual([]);
  expect(await bench.sql(cluster, withKeys('wrong', 'ALTER REPOSITORY'))).toBe(
    'Repo can not ping with new s3 properties',
  );
  expect(await bench.sql(cluster, withKeys('secret', 'ALTER REPOSITORY'))).toEqual([]);
  expect(await bench.sql(cluster, withKeys('secret', 'ALTER REPOSITORY').replace('r1', 'r2'))).toBe(
    'Repository does not exist',
  );
  expect((await bench.backedUp(cluster, 'l1'))['State']).toBe('FINISHED');
  expect((await bench.restored(cluster, 'l1', 'ON (items AS copy)'))['State']).toBe('FINISHED');
});

test('what lies at its place under another name is not attached', async () => {
  const bench = new Bench();
  await bench.change('PutObject', '__repo_info', '{"name":"r9","create_time":"2026-01-01 00:00:00"}');
  expect(await bench.sql(bench.shop(), createRepository())).toMatch(/expected repo 'r1', but get name 'r9'/);
});

test('dropped it is forgotten, and attached again it is as old as it was', async () => {
  const bench = new Bench();
  const cluster = bench.shop();
  await bench.repository(cluster);
  await bench.backedUp(cluster, 'l1');
  await bench.pass(minutes(30));
  expect(await bench.sql(cluster, 'DROP REPOSITORY r1')).toEqual([]);
  expect(await bench.sql(cluster, 'SHOW SNAPSHOT ON r1')).toBe('Repository r1 does not exist');
  await bench.repository(cluster);
  expect(await bench.line(cluster, 'SHOW REPOSITORIES')).toMatchObject({ CreateTime: '2026-11-21 03:00:00' });
  const stamp = await bench.timestamp(cluster, 'l1');
  const whole = await bench.line(
    cluster,
    `SHOW SNAPSHOT ON r1 WHERE SNAPSHOT = "l1" AND TIMESTAMP = "${stamp}"`,
  );
  expect(whole).toMatchObject({ Database: 'shop', Status: 'OK', Snapshot: 'l1' });
  expect(JSON.parse(whole['Details']!)).toMatchObject({
    olap_table_list: [{ name: 'orders', partition_names: ['p202610', 'p202611'] }, { name: 'items' }],
    view_list: [{ name: 'dear' }],
  });
});

test('a repository that S3 refuses says so, some minutes later', async () => {
  const bench = new Bench();
  const cluster = bench.shop();
  await bench.repository(cluster);
  expect(await bench.line(cluster, 'SHOW REPOSITORIES')).toMatchObject({ ErrMsg: null });
  bench.trusted.clear();
  await bench.pass(minutes(11));
  expect(await bench.line(cluster, 'SHOW REPOSITORIES')).toMatchObject({
    ErrMsg: expect.stringContaining('sts:AssumeRole'),
  });
  expect(await bench.sql(cluster, 'SHOW SNAPSHOT ON r1')).toMatch(
    /^Failed to list snapshot in repo: r1, err: /,
  );
  expect(await bench.sql(cluster, 'BACKUP SNAPSHOT shop.l1 TO r1')).toMatch(/sts:AssumeRole/);
});

test('an info that S3 does not take is tried again until it does', async () => {
  const bench = new Bench();
  const cluster = bench.shop();
  await bench.repository(cluster);
  await bench.sql(cluster, 'BACKUP SNAPSHOT shop.l1 TO r1');
  while ((await bench.line(cluster, 'SHOW BACKUP'))['State'] !== 'UPLOAD_INFO') await bench.pass(seconds(1));
  bench.refused.add('PutObject');
  await bench.pass(minutes(30));
  expect(await bench.line(cluster, 'SHOW BACKUP')).toMatchObject({
    State: 'UPLOAD_INFO',
    Status: expect.stringMatching(/^\[COMMON_ERROR, msg: put object failed/),
  });
  bench.refused.clear();
  expect(await bench.ended(cluster, 'BACKUP')).toMatchObject({ State: 'FINISHED', Status: '[OK]' });
});

test('a connection that broke does nothing more, and gives no answer that was under way', async () => {
  const bench = new Bench();
  const cluster = bench.shop();
  await bench.repository(cluster);
  const session = cluster.sql.connect('root', 'shop');
  let answer: unknown = 'none yet';
  void Promise.resolve(session.query('SHOW SNAPSHOT ON r1')).then((reply) => {
    answer = reply;
  });
  cluster.restartFrontend(seconds(0));
  await bench.pass(seconds(5));
  expect(answer).toBeUndefined();
  expect(await bench.ask(session, 'CREATE DATABASE late')).toBeUndefined();
  expect(cluster.catalog.databases.has('late')).toBe(false);
});

test('who cancels a job is what its status says, whatever went wrong with it at that moment', async () => {
  const bench = new Bench();
  const cluster = bench.shop();
  await bench.repository(cluster);
  await bench.backedUp(cluster, 'l1');
  const stamp = await bench.timestamp(cluster, 'l1');
  await bench.change('DeleteObject', bench.keys().find((key) => key.includes('__meta'))!);
  await bench.sql(cluster, `RESTORE SNAPSHOT shop.l1 FROM r1 PROPERTIES ("backup_timestamp" = "${stamp}")`);
  const job = cluster.jobs.jobsOf(cluster.databaseNamed('shop').id).at(-1)!;
  while (job.id === -1) await bench.pass(5);
  expect(job.state).toBe('PENDING');
  await bench.sql(cluster, 'CANCEL RESTORE FROM shop');
  await bench.pass(seconds(10));
  expect(job.status).toBe('[COMMON_ERROR, msg: user cancelled]');
  expect((await bench.restored(cluster, 'l1'))['Status']).toMatch(
    /Expected one file with path: .*__meta. get: 0\]$/,
  );
});

test('somebody else’s job that hangs occupies the database, and its snapshot stays on the backends', async () => {
  const bench = new Bench();
  const cluster = bench.shop();
  await bench.repository(cluster);
  cluster.faults.hangsSnapshots = true;
  await cluster.occupy('shop');
  await bench.pass(minutes(30));
  expect(await bench.line(cluster, 'SHOW BACKUP')).toMatchObject({ State: 'SNAPSHOTING' });
  expect(await bench.sql(cluster, 'BACKUP SNAPSHOT shop.l1 TO r1')).toMatch(/^Can only run one/);
  cluster.faults.hangsSnapshots = false;
  expect((await bench.ended(cluster, 'BACKUP'))['State']).toBe('FINISHED');
  expect(await bench.sql(cluster, 'SHOW SNAPSHOT ON r1 WHERE SNAPSHOTTYPE = "local"')).toMatchObject([
    { Snapshot: expect.stringMatching(/^ccrs_shop_/) },
  ]);
  expect(await bench.sql(cluster, 'SHOW SNAPSHOT ON r1')).toEqual([]);
});
