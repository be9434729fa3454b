import { expect, test } from 'vitest';
import { hours, later, minutes } from '../../../../core/time/instant.ts';
import { instantOf, type Tso, tsoOf } from '../../../../embedded/tidb/tso.ts';
import { Bench, S } from './bench.ts';

/** A log of twelve hours with a full in the middle of it. */
async function recorded() {
  const bench = new Bench();
  const { source, orders } = await bench.shop();
  await bench.succeed(`log start --task-name pitr -u shop:2379 -s ${S}/log/1 -c=false`);
  orders.scheduleDay(1_000);
  await bench.pass(hours(6));
  await bench.succeed(`backup full -u shop:2379 -s ${S}/p/1 -c=false`);
  await bench.pass(hours(6));
  const decoded = await bench.succeed(`debug decode -s ${S}/p/1 --field end-version`);
  const reach = { from: source.log.task!.startTs, to: source.log.checkpoint };
  await bench.succeed('log stop --task-name pitr -u shop:2379');
  return { bench, orders, reach, full: BigInt(decoded.at(-1)!) };
}

const TRUNCATE = `log truncate -s ${S}/log/1`;
const logs = (bench: Bench) => bench.keys('log/1/').filter((key) => key.endsWith('.log'));

async function window(bench: Bench): Promise<{ from: Tso; to: Tso }> {
  const line = (await bench.succeed(`log metadata -s ${S}/log/1`)).at(-1)!;
  const [, from = '', to = ''] = /\[log-min-ts=(\d+)\].*\[log-max-ts=(\d+)\]/.exec(line) ?? [];
  return { from: BigInt(from), to: BigInt(to) };
}

test('metadata tells from where to where the log reaches', async () => {
  const { bench, reach } = await recorded();
  expect(await window(bench)).toEqual(reach);
});

test('truncation takes what lies before, keeps what straddles, and later instants still restore', async () => {
  const { bench, orders, full } = await recorded();
  const before = logs(bench);
  const lines = await bench.succeed(`${TRUNCATE} --until ${full} -y`);
  expect(lines).toContain('Reading Metadata... DONE');
  const left = logs(bench);
  expect(left.length).toBeLessThan(before.length * 0.6);
  expect(lines.join()).toContain(`We are going to truncate ${before.length - left.length} files, up to TS `);
  expect(bench.text('log/1/v1_stream_trancate_safepoint.txt')).toBe(String(full));
  expect(bench.keys('log/1/')).not.toContain('truncating.lock');
  expect((await window(bench)).from).toBe(full);

  for (const [index, hour] of [0, 2, 5].entries()) {
    const target = bench.cluster(`target-${index}`);
    const at = tsoOf(later(instantOf(full), (hours(hour) + minutes(1)) as never));
    await bench.succeed(
      `restore point -u target-${index}:2379 -s ${S}/log/1 --full-backup-storage ${S}/p/1 --restored-ts ${at}`,
    );
    expect(orders.compareWith(target, at).differences).toEqual([]);
  }
});

test('a full from before the truncation leaves a gap', async () => {
  const { bench, full } = await recorded();
  const at = tsoOf(later(instantOf(full), hours(2)));
  await bench.succeed(`${TRUNCATE} --until ${full + 1n} -y`);
  bench.cluster('target');
  expect(
    await bench.refuse(
      `restore point -u target:2379 -s ${S}/log/1 --full-backup-storage ${S}/p/1 --restored-ts ${at}`,
    ),
  ).toContain('it has gap between full backup ts:');
});

test('without -y nothing happens, and the exit code does not tell', async () => {
  const { bench, full } = await recorded();
  const before = logs(bench);
  await bench.succeed(`${TRUNCATE} --until ${full}`);
  expect(logs(bench)).toEqual(before);
  expect(bench.keys('log/1/')).not.toContain('v1_stream_trancate_safepoint.txt');
  await bench.succeed(`${TRUNCATE} --until ${full} -y --dry-run`);
  expect(logs(bench)).toEqual(before);
});

test('truncating to where it is truncated already does nothing', async () => {
  const { bench, full } = await recorded();
  await bench.succeed(`${TRUNCATE} --until ${full} -y`);
  const left = logs(bench);
  const lines = await bench.succeed(`${TRUNCATE} --until ${full} -y`);
  expect(lines.at(-1)).toContain('According to the log, you have truncated log backup data before');
  expect(logs(bench)).toEqual(left);
});

test('a crash in the middle leaves the lock, and the next run refuses until it is deleted', async () => {
  const { bench, full } = await recorded();
  const before = logs(bench);
  bench.fleet.killNext('log truncate', 0.3);
  expect((await bench.br(`${TRUNCATE} --until ${full} -y`)).exitCode).toBe(137);
  const left = logs(bench);
  expect(left.length).toBeLessThan(before.length);
  expect(bench.keys('log/1/')).toContain('truncating.lock');
  expect((await window(bench)).from).toBe(full);
  const refused = await bench.refuse(`${TRUNCATE} --until ${full} -y`);
  expect(refused).toContain('Failed to acquire log truncate lock');
  bench.delete('log/1/truncating.lock');
  await bench.succeed(`${TRUNCATE} --until ${full + 1n} -y`);
  expect(logs(bench).length).toBeLessThan(left.length);
  expect(bench.keys('log/1/')).not.toContain('truncating.lock');
});

test('files that cannot be deleted are named, and the exit code does not tell', async () => {
  const { bench, full } = await recorded();
  bench.refused.set('task', ['DeleteObject']);
  const { lines, exitCode } = await bench.br(`${TRUNCATE} --until ${full} -y`);
  expect(lines.join('\n')).toContain('Files below are not deleted due to error');
  // The lock cannot be deleted either, and that is told.
  expect(exitCode).toBe(1);
});

test('a datetime without a zone, and no timestamp at all, are refused', async () => {
  const { bench } = await recorded();
  expect(await bench.refuse(`${TRUNCATE} -y --until 2026-11-22`)).toContain('must set timezone');
  expect(await bench.refuse(`${TRUNCATE} -y --until 0`)).toContain('please provide the `--until` ts');
  expect(await bench.refuse(`${TRUNCATE} -y`)).toBe('Error: required flag(s) "until" not set');
});

test('the prefix of a snapshot is no log', async () => {
  const { bench } = await recorded();
  expect(await bench.refuse(`log metadata -s ${S}/p/1`)).toContain(
    'the storage has been used for full backup',
  );
});
