import { expect, test } from 'vitest';
import { days, hours, minutes, seconds } from '../../../../core/time/instant.ts';
import { CcrSyncer, type CcrSyncerOptions } from '../../../../embedded/doris/ccr/syncer.ts';
import type { DorisCluster } from '../../../../embedded/doris/cluster.ts';
import { Bench } from './bench.ts';

/** A shop with binlogs, an empty standby, and a syncer between them. */
class Pair extends Bench {
  readonly source: DorisCluster = this.shop({
    users: { ccr: { password: 'geheim', admin: true }, root: { password: '', admin: true } },
  });
  readonly standby = this.cluster('standby');
  readonly syncer = this.addSyncer('syncer-1');

  addSyncer(host: string, options: Partial<CcrSyncerOptions> = {}): CcrSyncer {
    const clusters = new Map([
      ['fe.home:9030', this.source],
      ['fe.away:9030', this.standby],
    ]);
    const resolve = (to: string, port: number) => clusters.get(`${to}:${port}`);
    return new CcrSyncer(this.world, { name: host, host, resolve, ...options });
  }

  post(path: string, body: object | string = { name: 'c1' }, syncer = this.syncer) {
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    const { status, headers, body: said } = syncer.answer({ method: 'POST', path, headers: {}, body: text });
    return { status, location: headers?.['location'], said: said.startsWith('{') ? JSON.parse(said) : said };
  }

  create(more: object = {}, database = 'shop') {
    const end = { port: '9030', thrift_port: '9020', database, table: '' };
    const src = { host: 'fe.home', user: 'ccr', password: 'geheim', ...end };
    return this.post('/create_ccr', {
      name: 'c1',
      src,
      dest: { host: 'fe.away', user: 'root', password: '', ...end },
      ...more,
    }).said;
  }

  enable() {
    return this.sql(this.source, 'ALTER DATABASE shop SET PROPERTIES ("binlog.enable" = "true")');
  }

  async inStep(): Promise<void> {
    while (this.post('/job_status').said.status.progress_state !== 'DBIncrementalSync')
      await this.pass(seconds(5));
    await this.pass(seconds(20));
  }
}

test('a standby gets everything at first, then row by row, a little later', async () => {
  const pair = new Pair();
  expect(pair.create()).toEqual({ success: false, error_msg: 'src database shop not enable binlog' });
  await pair.enable();
  expect(pair.create()).toEqual({ success: true });
  expect(pair.create()).toEqual({ success: false, error_msg: 'job exist' });
  expect(pair.post('/job_status').said.status).toEqual({
    name: 'c1',
    state: 'running',
    progress_state: 'DBFullSync',
  });
  await pair.inStep();
  expect(pair.standby.rowsNow()).toEqual(pair.source.rowsNow());
  pair.source.write('shop', 'orders', 'o1', undefined);
  pair.source.write('shop', 'orders', 'new', { day: '2026-11-21', amount: 5 });
  pair.source.addPartition('shop', 'orders', {
    name: 'p202612',
    range: { from: '2026-12-01', to: '2027-01-01' },
  });
  expect(pair.post('/get_lag').said).toEqual({ success: true, lag: 3 });
  expect(pair.standby.rowsNow()).not.toEqual(pair.source.rowsNow());
  await pair.pass(seconds(20));
  expect(pair.post('/get_lag').said).toEqual({ success: true, lag: 0 });
  expect(pair.standby.rowsNow()).toEqual(pair.source.rowsNow());
  expect(await pair.sql(pair.standby, 'SHOW PARTITIONS FROM shop.orders')).toHaveLength(3);
});

test('a full sync occupies the database, and waits for whoever does', async () => {
  const pair = new Pair();
  await pair.enable();
  await pair.repository(pair.source);
  pair.source.faults.sticksTransfers = true;
  await pair.sql(pair.source, 'BACKUP SNAPSHOT shop.mine TO r1');
  pair.create();
  await pair.pass(minutes(5));
  expect(await pair.line(pair.source, 'SHOW BACKUP')).toMatchObject({
    SnapshotName: 'mine',
    State: 'UPLOADING',
  });
  pair.syncer.cancelsConflicts = true;
  await pair.pass(seconds(10));
  const lines = await pair.sql(pair.source, 'SHOW BACKUP');
  expect(lines).toMatchObject([{ State: 'CANCELLED' }, { SnapshotName: expect.stringMatching(/^ccrs_c1_/) }]);
  expect(await pair.sql(pair.source, 'BACKUP SNAPSHOT shop.again TO r1')).toBe(
    'Can only run one backup or restore job of a database at same time',
  );
  await pair.inStep();
});

test('while it stalls the lag rises and its state says nothing; behind the binlogs it begins anew', async () => {
  const pair = new Pair();
  await pair.enable();
  pair.create();
  await pair.inStep();
  pair.syncer.faults.stalls = true;
  for (let n = 0; n < 5; n++) pair.source.write('shop', 'items', `late${n}`, { name: 'x' });
  await pair.pass(hours(5));
  expect(pair.post('/get_lag').said.lag).toBe(5);
  expect(pair.post('/job_status').said.status.state).toBe('running');
  await pair.pass(days(1));
  pair.syncer.faults.stalls = false;
  await pair.pass(seconds(15));
  expect(pair.post('/job_status').said.status.progress_state).toBe('DBFullSync');
  await pair.inStep();
  expect(pair.standby.rowsNow()).toEqual(pair.source.rowsNow());
});

test('paused it stands still; promoted, its tables are nobody’s standby', async () => {
  const pair = new Pair();
  await pair.enable();
  pair.create();
  await pair.inStep();
  expect(pair.post('/pause').said).toEqual({ success: true });
  expect(pair.post('/pause').said).toEqual({ success: true });
  pair.source.write('shop', 'items', 'late', { name: 'x' });
  await pair.pass(hours(1));
  expect(pair.post('/get_lag').said.lag).toBe(1);
  expect(pair.post('/job_status').said.status.state).toBe('paused');
  const items = () =>
    pair.standby.databaseNamed('shop').tables.get('items')!.properties.get('is_being_synced');
  expect(items()).toBe('true');
  pair.post('/desync');
  expect(items()).toBe('false');
  expect(pair.post('/delete').said).toEqual({ success: true });
  expect(pair.post('/delete').said).toEqual({ success: false, error_msg: 'job c1 not exist' });
  expect(pair.post('/list_jobs').said).toEqual({ success: true });
});

test('what a job tells: numbers, a progress in two shapes, and credentials to whoever asks', async () => {
  const pair = new Pair();
  await pair.enable();
  pair.create();
  expect(JSON.parse(pair.post('/job_progress').said.job_progress)).toMatchObject({
    job_name: 'c1',
    sync_state: 0,
  });
  expect(pair.post('/job_detail').said.job_detail).toContain('geheim');
  pair.syncer.faults.isNewer = true;
  expect(pair.post('/job_progress').said.job_progress).toMatchObject({ job_name: 'c1', sync_state: 0 });
  expect(pair.post('/list_jobs').said.jobs).toEqual(['c1']);
  expect(pair.post('/version').said).toEqual({ version: '3.0.6' });
  expect(pair.post('/get_lag').said).toMatchObject({ lag: 23, first_commit_seq: 1, last_commit_seq: 23 });
  expect(pair.post('/job_detail').said.job_detail).toMatchObject({ src: { password: 'geheim' } });
  pair.syncer.faults.hidesLag = true;
  expect(pair.post('/get_lag').said).toEqual({ lag: 0, success: false, error_msg: 'BINLOG_NOT_FOUND_DB' });
  expect(pair.post('/get_lag', {}).said.error_msg).toBe('name is empty');
  expect(pair.post('/create_ccr', '{').status).toBe(400);
  expect(pair.post('/pause', '{')).toMatchObject({ status: 200, said: { success: false } });
});

test('a job of another syncer is answered with a redirect', async () => {
  const pair = new Pair();
  await pair.enable();
  pair.create();
  const other = pair.addSyncer('syncer-2', { jobs: pair.syncer.jobs });
  expect(pair.post('/pause', { name: 'c1' }, other)).toEqual({
    status: 303,
    location: 'http://syncer-1:9190/pause',
    said: '',
  });
  expect(pair.post('/job_status').said.status.state).toBe('running');
  expect(pair.post('/get_lag', { name: 'c1' }, other).status).toBe(200);
});

test('a replication into tables that are there needs to be told so', async () => {
  const pair = new Pair();
  await pair.enable();
  expect(pair.create({}, 'gone').error_msg).toBe('src database gone not exists');
  pair.standby.createDatabase('shop');
  pair.standby.createTable('shop', {
    name: 'items',
    kind: 'olap',
    columns: ['name'],
    partitions: [{ name: 'items' }],
    replicationNum: 1,
  });
  expect(pair.create().error_msg).toBe('dest table shop.items already exists');
  expect(pair.create({ allow_table_exists: true })).toEqual({ success: true });
  await pair.inStep();
  expect(pair.standby.rowsNow()).toEqual(pair.source.rowsNow());
});
