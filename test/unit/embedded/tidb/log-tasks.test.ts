import { expect, test } from 'vitest';
import { days, hours, minutes } from '../../../../core/time/instant.ts';
import { instantOf, tsoOf } from '../../../../embedded/tidb/tso.ts';
import { Bench, S } from './bench.ts';

const START_LOG = `log start --task-name pitr --pd shop:2379 --storage ${S}/log/1/ --send-credentials-to-tikv=false`;
const on = (command: string) => `log ${command} --task-name pitr -u shop:2379`;

async function logging(): Promise<{ bench: Bench } & Awaited<ReturnType<Bench['shop']>>> {
  const bench = new Bench();
  const shop = await bench.shop();
  await bench.succeed(START_LOG);
  shop.orders.scheduleDay(2_000);
  return { bench, ...shop };
}

/** Timestamps in the JSON are too great for a double: they are read as text. */
async function status(bench: Bench) {
  const line = (await bench.succeed('log status -u shop:2379 --json')).at(-1)!;
  const quoted = line.replaceAll(/:(\d{16,})/g, ':"$1"');
  return JSON.parse(quoted) as {
    name: string;
    status: string;
    checkpoint: string;
    storage: string;
    progress: { store_id: number; checkpoint: string }[];
    last_errors: { last_error: { error_code: string; error_message: string } }[];
  }[];
}

test('log start ends at once, and the checkpoint follows within five minutes and a bit', async () => {
  const { bench, source } = await logging();
  await bench.pass(hours(1));
  const [task] = await status(bench);
  expect(task).toMatchObject({
    name: 'pitr',
    status: 'NORMAL',
    storage: 's3://vault/log/1',
    last_errors: [],
  });
  expect(task!.progress).toHaveLength(3);
  const lag = bench.world.now() - instantOf(BigInt(task!.checkpoint));
  expect(lag).toBeLessThan(minutes(6));
  expect(source.log.checkpoint).toBe(BigInt(task!.checkpoint));
});

test('status prints timestamps as plain numbers of 64 bits', async () => {
  const { bench, source } = await logging();
  const line = (await bench.succeed('log status -u shop:2379 --json')).at(-1)!;
  expect(line).toContain(`"checkpoint":${source.log.checkpoint},`);
  expect(line).toContain('"end_ts":999999999999999999,');
});

test('the storage has BR’s layout', async () => {
  const { bench } = await logging();
  await bench.pass(hours(1));
  const keys = bench.keys('log/1/');
  const shapes = new Set(
    keys.map((key) =>
      key
        .replace(/[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}/, '{uuid}')
        .replaceAll(/\d{15,}/g, '{ts}')
        .replace(/\d{8}\/\d{2}\/\d\//, '{day}/{hour}/{store}/')
        .replace(/\/\d\.ts$/, '/{store}.ts'),
    ),
  );
  expect([...shapes].sort()).toEqual([
    'backup.lock',
    'backupmeta',
    'v1/backupmeta/{ts}-{ts}-{ts}-{ts}.meta',
    'v1/global_checkpoint/{store}.ts',
    'v1/{day}/{hour}/{store}/{ts}-{uuid}.log',
  ]);
});

test('what a checkpoint file covers is in the storage before it', async () => {
  const { bench, source, orders } = await logging();
  await bench.pass(hours(2));
  const versions = [...bench.s3.versions('vault', 'log/1/v1/')].flatMap(([key, all]) =>
    all.flatMap((version) => (version.kind === 'object' ? [{ key, version }] : [])),
  );
  versions.sort((a, b) => a.version.order - b.version.order);
  const covered = new Set<string>();
  let checkpoints = 0;
  for (const { key, version } of versions) {
    for (const line of key.endsWith('.log') ? version.body.toString('utf8').trim().split('\n') : [])
      covered.add(JSON.parse(line).ts);
    if (!key.endsWith('.ts')) continue;
    checkpoints++;
    const upTo = version.body.readBigUInt64LE();
    const started = source.log.task!.startTs;
    for (const change of source.changesBetween(started, upTo)) expect(covered).toContain(String(change.ts));
  }
  expect(checkpoints).toBeGreaterThan(50);
  expect(orders.closed).toBe(false);
});

test('a second task is refused, whatever its name', async () => {
  const { bench } = await logging();
  const other = START_LOG.replace('pitr', 'other').replace('log/1', 'log/2');
  expect(await bench.refuse(other)).toContain('[BR:Stream:ErrStreamLogTaskExist]');
});

test('a task is paused once, resumed once, stopped once, and then there is none', async () => {
  const { bench } = await logging();
  await bench.succeed(on('pause'));
  expect((await status(bench))[0]!.status).toBe('PAUSE');
  expect(await bench.refuse(on('pause'))).toContain('The task pitr is paused already.');
  await bench.succeed(on('resume'));
  expect(await bench.refuse(on('resume'))).toContain('The task pitr is active already.');
  await bench.succeed(on('stop'));
  expect(await bench.refuse(on('stop'))).toContain('[BR:PiTR:ErrTaskNotFound]');
  expect(await status(bench)).toEqual([]);
  expect((await bench.succeed('log status -u shop:2379')).at(-1)).toBe('○ No Task Yet.');
});

test('a task that was paused for less than a day catches up; after more GC has its data', async () => {
  const { bench, source } = await logging();
  await bench.succeed(on('pause'));
  const at = source.log.checkpoint;
  await bench.pass(hours(20));
  expect(source.log.checkpoint).toBe(at);
  await bench.succeed(on('resume'));
  await bench.pass(minutes(10));
  expect(bench.world.now() - instantOf(source.log.checkpoint)).toBeLessThan(minutes(6));
  await bench.succeed(on('pause'));
  await bench.pass(hours(25));
  expect(await bench.refuse(on('resume'))).toContain('[BR:Backup:ErrBackupGCSafepointExceeded]');
});

test('a store that stops flushing freezes the checkpoint while the status stays NORMAL', async () => {
  const { bench, source } = await logging();
  source.faults.stopFlushing(2);
  await bench.pass(hours(3));
  const [task] = await status(bench);
  expect(task!.status).toBe('NORMAL');
  expect(bench.world.now() - instantOf(BigInt(task!.checkpoint))).toBeGreaterThan(hours(2.9));
  expect(source.pd.gcSafepoint()).toBeLessThan(source.log.checkpoint);
  source.faults.flushAgain(2);
  await bench.pass(minutes(10));
  expect(bench.world.now() - instantOf(source.log.checkpoint)).toBeLessThan(minutes(6));
});

test('a lag of more than two days pauses the task by itself', async () => {
  const { bench, source } = await logging();
  source.faults.stopFlushing(1);
  await bench.pass(days(2) + hours(1));
  expect((await status(bench))[0]!.status).toBe('PAUSE');
  expect(source.log.task!.paused!.reason).toBe('check point lagged too large');
});

test('a bucket that refuses the stores makes the task ERROR until it is resumed', async () => {
  const { bench, source } = await logging();
  bench.refused.set('shop-tikv', ['PutObject']);
  await bench.pass(minutes(10));
  const [task] = await status(bench);
  expect(task!.status).toBe('ERROR');
  expect(task!.last_errors[0]!.last_error).toMatchObject({ error_code: 'KV:LogBackup:Io' });
  expect(task!.last_errors[0]!.last_error.error_message).toContain('AccessDenied');
  bench.refused.clear();
  await bench.pass(minutes(10));
  expect((await status(bench))[0]!.status).toBe('ERROR');
  await bench.succeed(on('resume'));
  await bench.pass(minutes(10));
  expect((await status(bench))[0]).toMatchObject({ status: 'NORMAL', last_errors: [] });
  expect(bench.world.now() - instantOf(source.log.checkpoint)).toBeLessThan(minutes(6));
});

test('a task that fails by the switch is ERROR', async () => {
  const { bench, source } = await logging();
  source.log.fail(3, 'lost the raft leader', 'KV:LogBackup:RaftReq');
  expect((await status(bench))[0]!.status).toBe('ERROR');
});

test('credentials that were sent to the stores end after hours, and the task with them', async () => {
  const bench = new Bench();
  await bench.shop();
  await bench.succeed(START_LOG.replace('--send-credentials-to-tikv=false', ''));
  await bench.pass(hours(5));
  expect((await status(bench))[0]!.status).toBe('NORMAL');
  await bench.pass(hours(2));
  expect((await status(bench))[0]!.last_errors[0]!.last_error.error_message).toContain('ExpiredToken');
});

test('a task that was stopped goes on where its storage ends, or is refused once GC passed that', async () => {
  const { bench, source } = await logging();
  await bench.pass(hours(1));
  await bench.succeed(on('stop'));
  const end = source.pd.tso();
  await bench.pass(minutes(2));
  await bench.succeed(START_LOG);
  expect(source.log.task!.startTs).toBeLessThan(end);
  await bench.pass(hours(1));
  await bench.succeed(on('stop'));
  await bench.pass(hours(3));
  expect(await bench.refuse(START_LOG)).toContain('[BR:Backup:ErrBackupGCSafepointExceeded]');
});

test('the storage of another cluster is refused', async () => {
  const { bench } = await logging();
  bench.cluster('other');
  const error = await bench.refuse(START_LOG.replace('shop:', 'other:'));
  expect(error).toContain('the stream log files from cluster ID:');
  expect(error).toContain('[BR:Common:ErrInvalidArgument]');
});

test('stores whose setting forbids log backup, and a restore that runs, refuse a task', async () => {
  const bench = new Bench();
  bench.cluster('shop', { logBackupEnabled: false });
  expect(await bench.refuse(START_LOG)).toContain('Unable to create task about log-backup.');
  const importing = bench.cluster('importing');
  importing.importingUntil = tsoInFuture(bench);
  expect(await bench.refuse(START_LOG.replace('shop:', 'importing:'))).toContain(
    'There are some lightning/restore tasks running',
  );
});

const tsoInFuture = (bench: Bench) => instantOf(tsoOf(bench.world.now()) + (1n << 40n));

test('in a dark region nothing is flushed and nothing collected; after it the log goes on', async () => {
  const { bench, source } = await logging();
  await bench.pass(hours(1));
  bench.dark.add(source.region);
  const at = source.log.checkpoint;
  await bench.pass(hours(5));
  expect(source.log.checkpoint).toBe(at);
  bench.dark.clear();
  await bench.pass(minutes(10));
  expect(source.log.status).toBe('NORMAL');
  expect(bench.world.now() - instantOf(source.log.checkpoint)).toBeLessThan(minutes(6));
  expect(source.pd.gcSafepoint()).toBeLessThan(source.log.checkpoint);
});

test('a clock that is ahead shifts timestamps and never turns them back', async () => {
  const bench = new Bench();
  let ahead = 4_000;
  const source = bench.cluster('drifting', { drift: () => ahead as never });
  const first = source.pd.tso();
  expect(instantOf(first) - bench.world.now()).toBe(4_000);
  ahead = -4_000;
  const second = source.pd.tso();
  expect(second).toBeGreaterThan(first);
});
