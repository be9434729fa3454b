import { expect, test } from 'vitest';
import { hours, minutes, seconds } from '../../../../core/time/instant.ts';
import { Bench, createRepository, HOST_ROLE } from './bench.ts';

test('a backup passes all its states, one in three seconds, and its info comes last', async () => {
  const bench = new Bench();
  const cluster = bench.shop();
  await bench.repository(cluster);
  await bench.sql(cluster, 'BACKUP SNAPSHOT shop.l1 TO r1');
  const states = new Map<string, readonly string[]>();
  for (let state = ''; state !== 'FINISHED'; await bench.pass(seconds(1))) {
    state = (await bench.line(cluster, 'SHOW BACKUP FROM shop'))['State']!;
    states.set(state, bench.keys());
  }
  expect([...states.keys()]).toEqual([
    ...['PENDING', 'SNAPSHOTING', 'UPLOAD_SNAPSHOT', 'UPLOADING', 'SAVE_META', 'UPLOAD_INFO', 'FINISHED'],
  ]);
  expect(states.get('UPLOAD_INFO')!.some((key) => key.includes('__info_'))).toBe(false);
  const content = bench.keys().filter((key) => key.startsWith('__ss_l1/__ss_content/'));
  expect(content.length).toBe(6);
  for (const key of content)
    expect(key).toMatch(
      /__db_\d+\/__tbl_\d+\/__part_\d+\/__idx_\d+\/__\d+\/__\d+\/[0-9a-f_]+\.(hdr|dat)\.[0-9a-f]{32}$/,
    );
  expect(
    bench.keys().filter((key) => /^__ss_l1\/__(meta|info_2026-11-21-03-00-\d\d)\.[0-9a-f]{32}$/.test(key)),
  ).toHaveLength(2);
});

test('what a backup holds is what was there when its snapshot was taken', async () => {
  const bench = new Bench();
  const cluster = bench.shop();
  await bench.repository(cluster);
  await bench.sql(cluster, 'BACKUP SNAPSHOT shop.l1 TO r1');
  const truth = new Map<string, unknown>();
  while (!cluster.momentOf('r1', 'l1')) {
    cluster.write('shop', 'items', `t${bench.world.now()}`, { name: 'x' });
    if (cluster.jobs.jobsOf(cluster.databaseNamed('shop').id)[0]!.state === 'PENDING')
      for (const [key, row] of cluster.rowsNow()) truth.set(key, row);
    await bench.pass(200);
  }
  await bench.ended(cluster, 'BACKUP');
  await bench.sql(cluster, 'DROP TABLE shop.items FORCE');
  expect((await bench.restored(cluster, 'l1', 'ON (items)'))['State']).toBe('FINISHED');
  const items = (rows: ReadonlyMap<string, unknown>) =>
    [...rows.keys()].filter((key) => key.includes('items')).sort();
  expect(items(cluster.rowsNow())).toEqual(items(truth));
  expect(items(truth).length).toBeGreaterThan(10);
});

test('a frontend in another zone names its snapshots in its own time, whatever the session shows', async () => {
  const bench = new Bench();
  const cluster = bench.shop({ timeZone: 'Asia/Shanghai' });
  await bench.repository(cluster);
  await bench.backedUp(cluster, 'l1');
  expect(await bench.timestamp(cluster, 'l1')).toMatch(/^2026-11-21-11-00-\d\d$/);
  const session = cluster.sql.connect('root', 'shop');
  await bench.ask(session, "SET time_zone = '+00:00'");
  const reply = await bench.ask(session, 'SHOW BACKUP');
  expect(JSON.stringify(reply)).toMatch(/2026-11-21 03:00:\d\d/);
  expect(await bench.line(cluster, "SHOW VARIABLES LIKE 'system_time_zone'")).toMatchObject({
    Value: 'Asia/Shanghai',
  });
});

test('a submission is refused in words for each thing that is wrong with it', async () => {
  const bench = new Bench();
  const cluster = bench.shop();
  await bench.repository(cluster);
  cluster.createTable('shop', {
    name: 'mv',
    kind: 'materialized-view',
    columns: [],
    partitions: [],
    replicationNum: 3,
  });
  const refused = async (statement: string) => bench.sql(cluster, statement);
  expect(await refused('BACKUP SNAPSHOT shop.`a b` TO r1')).toMatch(/^Label format error/);
  expect(await refused('BACKUP SNAPSHOT shop.l1 TO r2')).toBe('Repository r2 does not exist');
  expect(await refused('BACKUP SNAPSHOT gone.l1 TO r1')).toBe("Unknown database 'gone'");
  expect(await refused('BACKUP SNAPSHOT shop.l1 TO r1 ON (nothing)')).toBe("Unknown table 'nothing' in shop");
  expect(await refused('BACKUP SNAPSHOT shop.l1 TO r1 ON (shop.orders)')).toMatch(
    /^Cannot specify database name/,
  );
  expect(await refused('BACKUP SNAPSHOT shop.l1 TO r1 ON (orders PARTITION (p1))')).toBe(
    'Unknown partition p1 in tableorders',
  );
  expect(await refused('BACKUP SNAPSHOT shop.l1 TO r1 ON (mv)')).toMatch(/is not a OLAP table$/);
  expect(await refused('BACKUP SNAPSHOT shop.l1 TO r1 PROPERTIES ("timeout" = "599")')).toBe(
    'timeout must be at least 10 min',
  );
  expect(await refused('BACKUP SNAPSHOT shop.l1 TO r1 PROPERTIES ("type" = "incremental")')).toBe(
    'Currently does not support incremental backup',
  );
  expect(await refused('BACKUP SNAPSHOT shop.l1 TO r1 PROPERTIES ("x" = "y")')).toBe(
    'Unknown backup job properties: [x]',
  );
  await bench.sql(cluster, 'BACKUP SNAPSHOT shop.l1 TO r1 EXCLUDE (mv)');
  expect(await refused('BACKUP SNAPSHOT shop.l2 TO r1 ON (orders)')).toBe(
    'Can only run one backup or restore job of a database at same time',
  );
  expect((await bench.ended(cluster, 'BACKUP'))['Status']).toBe('[OK]');
  expect(await refused('BACKUP SNAPSHOT shop.l1 TO r1 ON (orders)')).toBe(
    "Snapshot with name 'l1' already exist in repository",
  );
});

test('a cluster in cloud mode refuses, and so does one that is being asked by another', async () => {
  const bench = new Bench();
  const cloud = bench.shop({ cloudMode: true });
  expect(await bench.sql(cloud, 'BACKUP SNAPSHOT shop.l1 TO r1')).toBe(
    'BACKUP and RESTORE are not supported by the cloud mode yet',
  );
  const busy = bench.shop();
  await bench.repository(busy);
  busy.faults.submitsAnother = true;
  expect(await bench.sql(busy, 'BACKUP SNAPSHOT shop.l1 TO r1')).toMatch(
    /^Another backup or restore job is being submitted/,
  );
});

test('cancelled, out of time or without permission: the status tells which', async () => {
  const bench = new Bench();
  const cluster = bench.shop();
  await bench.repository(cluster);
  expect(await bench.sql(cluster, 'CANCEL BACKUP FROM shop')).toBe('No backup job is currently running');
  cluster.faults.sticksTransfers = true;
  await bench.sql(cluster, 'BACKUP SNAPSHOT shop.l1 TO r1 PROPERTIES ("timeout" = "600")');
  await bench.pass(minutes(5));
  expect(await bench.line(cluster, 'SHOW BACKUP')).toMatchObject({
    State: 'UPLOADING',
    Progress: expect.stringContaining('0/1'),
  });
  await bench.sql(cluster, 'CANCEL BACKUP FROM shop');
  expect(await bench.line(cluster, 'SHOW BACKUP')).toMatchObject({
    State: 'CANCELLED',
    Status: '[COMMON_ERROR, msg: user cancelled]',
  });
  expect(await bench.sql(cluster, 'CANCEL BACKUP FROM shop')).toMatch(
    /can not be cancelled. state: CANCELLED$/,
  );
  const since = bench.world.now();
  expect(await bench.backedUp(cluster, 'l2', 'PROPERTIES ("timeout" = "600")')).toMatchObject({
    State: 'CANCELLED',
    Status: expect.stringMatching(/^\[TIMEOUT, msg: /),
  });
  expect(bench.world.now() - since).toBeGreaterThan(minutes(10));
  cluster.faults.sticksTransfers = false;
  cluster.faults.deniesBackends = true;
  expect(await bench.backedUp(cluster, 'l3')).toMatchObject({
    State: 'CANCELLED',
    Status: expect.stringMatching(/^\[COMMON_ERROR, msg: .*AccessDenied/),
  });
  cluster.faults.deniesBackends = false;
  cluster.faults.mergesVersions = true;
  expect(await bench.backedUp(cluster, 'l4')).toMatchObject({
    State: 'CANCELLED',
    Status: expect.stringMatching(/^\[OLAP_VERSION_ALREADY_MERGED, /),
  });
});

test('what a cancelled backup has uploaded stays, and keeps its label', async () => {
  const bench = new Bench();
  const cluster = bench.shop({ bytesPerSecond: 200 });
  await bench.repository(cluster);
  await bench.sql(cluster, 'BACKUP SNAPSHOT shop.l1 TO r1');
  while (!bench.keys().some((key) => key.startsWith('__ss_l1/'))) await bench.pass(seconds(1));
  await bench.sql(cluster, 'CANCEL BACKUP FROM shop');
  const left = bench.keys().length;
  await bench.pass(hours(1));
  expect(bench.keys().length).toBe(left);
  expect(await bench.line(cluster, 'SHOW SNAPSHOT ON r1')).toEqual({
    Snapshot: 'l1',
    Timestamp: null,
    Status: 'ERROR: No info file found',
  });
  expect(await bench.sql(cluster, 'BACKUP SNAPSHOT shop.l1 TO r1')).toBe(
    "Snapshot with name 'l1' already exist in repository",
  );
});

test('ten jobs of a database are remembered, backups and restores together', async () => {
  const bench = new Bench();
  const cluster = bench.shop();
  await bench.repository(cluster);
  for (let n = 0; n < 9; n++) await bench.backedUp(cluster, `l${n}`, 'ON (items)');
  await bench.restored(cluster, 'l1', 'ON (items AS again)');
  await bench.restored(cluster, 'l2', 'ON (items AS more)');
  const labels = (await bench.sql(cluster, 'SHOW BACKUP')) as { SnapshotName: string }[];
  expect(labels.map((line) => line.SnapshotName)).toEqual(['l1', 'l2', 'l3', 'l4', 'l5', 'l6', 'l7', 'l8']);
});

test('after a restart of the frontend connections are broken and the job goes on', async () => {
  const bench = new Bench();
  const cluster = bench.shop({ bytesPerSecond: 500 });
  await bench.repository(cluster);
  const session = cluster.sql.connect('root', 'shop');
  await bench.ask(session, 'BACKUP SNAPSHOT l1 TO r1');
  while ((await bench.line(cluster, 'SHOW BACKUP'))['State'] !== 'UPLOADING') await bench.pass(seconds(1));
  cluster.restartFrontend();
  expect(await bench.ask(session, 'SHOW BACKUP')).toBeUndefined();
  await bench.pass(seconds(21));
  expect(await bench.ask(session, 'SHOW BACKUP')).toBeUndefined();
  expect(await bench.ended(cluster, 'BACKUP')).toMatchObject({ State: 'FINISHED', SnapshotName: 'l1' });
  expect((await bench.restored(cluster, 'l1', 'ON (orders AS copy)'))['State']).toBe('FINISHED');
});

test('a repository is attached by its name, and not without its role', async () => {
  const bench = new Bench();
  const cluster = bench.shop();
  await bench.repository(cluster);
  expect(await bench.sql(cluster, createRepository())).toMatch(
    /repository with same name already exist: r1$/,
  );
  await bench.backedUp(cluster, 'l1');
  const other = bench.cluster('other');
  other.createDatabase('shop');
  await bench.repository(other, 'READ ONLY');
  expect(await bench.line(other, 'SHOW REPOSITORIES')).toMatchObject({
    RepoName: 'r1',
    IsReadOnly: 'true',
    ErrMsg: null,
  });
  expect(await bench.sql(other, 'BACKUP SNAPSHOT shop.l2 TO r1')).toBe('Repository r1 is read only');
  expect((await bench.restored(other, 'l1'))['State']).toBe('FINISHED');
  expect([...other.rowsNow().keys()].sort()).toEqual([...cluster.rowsNow().keys()].sort());
  bench.trusted.delete(HOST_ROLE);
  expect(await bench.sql(bench.cluster('third'), createRepository())).toMatch(
    /^Failed to create repository: .*sts:AssumeRole/,
  );
  expect(await bench.sql(bench.cluster('old', { version: '2.1.7' }), createRepository())).toBe(
    'Missing [s3.access_key] in properties.',
  );
});
