import { expect, test } from 'vitest';
import { hours, minutes } from '../../../../core/time/instant.ts';
import { instantOf, tsoOf } from '../../../../embedded/tidb/tso.ts';
import { logging, on, START_LOG, status } from './a-log.ts';
import { Bench } from './bench.ts';

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
