import { expect, test } from 'vitest';
import { days, hours, minutes } from '../../../../core/time/instant.ts';
import { instantOf } from '../../../../embedded/tidb/tso.ts';
import { logging, on, START_LOG, status } from './a-log.ts';
import { Bench } from './bench.ts';

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

test('a flush that S3 stumbles at is made up for by the next', async () => {
  const { bench, source } = await logging();
  bench.stumbles.set('shop-tikv', 5);
  await bench.pass(minutes(30));
  expect(source.log.status).toBe('NORMAL');
  expect(bench.world.now() - instantOf(source.log.checkpoint)).toBeLessThan(minutes(6));
});

test.each(['stopped', 'paused'])(
  'a task that is %s in the middle of a flush says of nothing more that it counts',
  async (how) => {
    const { bench, source } = await logging();
    const count = (end: string) => bench.keys('log/1/').filter((key) => key.endsWith(end)).length;
    while (count('.log') === 0) await bench.world.step();
    if (how === 'stopped') source.log.stop();
    else source.log.pause('by hand');
    await bench.pass(hours(1));
    // What was on its way to S3 arrives.
    expect([count('.log'), count('.meta'), count('.ts')]).toEqual([1, 1, 0]);
  },
);

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
