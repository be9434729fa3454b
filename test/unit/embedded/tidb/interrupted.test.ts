import { expect, test } from 'vitest';
import { hours, minutes, seconds } from '../../../../core/time/instant.ts';
import type { TablesApplication } from '../../../../embedded/applications/tables.ts';
import type { BackupMeta } from '../../../../embedded/tidb/br/snapshot-files.ts';
import { Bench, type Ended, S } from './bench.ts';

const FULL = `backup full --pd shop:2379 --storage ${S}/p/1/data/ -c=false`;
/** Rows that stand for so much that a backup of a day's orders takes about half an hour. */
const BIG = { bytesPerRow: 2_700_000_000 };

async function halfway(): Promise<{ bench: Bench; orders: TablesApplication; ended: Ended }> {
  const bench = new Bench();
  const { orders } = await bench.shop(BIG);
  orders.scheduleDay(300);
  const ended = await bench.br(FULL, { killAfter: minutes(15) });
  return { bench, orders, ended };
}

const ssts = (bench: Bench) => bench.keys('p/1/data/').filter((key) => key.endsWith('.sst'));

test('a killed backup leaves its lock and its checkpoint, and the same command goes on from there', async () => {
  const { bench, orders, ended } = await halfway();
  expect(ended.exitCode).toBe(137);
  const left = bench.keys('p/1/data/');
  expect(left).toContain('backup.lock');
  expect(left).toContain('checkpoints/backup/checkpoint.meta');
  expect(left).not.toContain('backupmeta');
  const before = ssts(bench);
  expect(before.length).toBeGreaterThan(0);

  const started = bench.world.now();
  await bench.succeed(FULL);
  const resumed = bench.world.now() - started;
  const { Files } = JSON.parse(bench.text('p/1/data/backupmeta')) as { Files: BackupMeta['Files'] };
  expect(before.filter((key) => Files.some(({ name }) => name === key)).length).toBeGreaterThan(0);
  expect(new Set(Files.map(({ tableId, storeId }) => `${tableId}/${storeId}`)).size).toBe(Files.length);
  const again = bench.world.now();
  await bench.succeed(FULL.replace('/p/1', '/p/2'));
  expect(resumed).toBeLessThan((bench.world.now() - again) * 0.8);

  const decoded = await bench.succeed(`debug decode -s ${S}/p/1/data --field end-version`);
  const target = bench.cluster('target');
  await bench.succeed(`restore full -u target:2379 -s ${S}/p/1/data`);
  expect(orders.compareWith(target, BigInt(decoded.at(-1)!)).differences).toEqual([]);
});

test('a backup that was killed goes on with the timestamp that it began with', async () => {
  const { bench } = await halfway();
  const begun = JSON.parse(bench.text('p/1/data/checkpoints/backup/checkpoint.meta')).backupTs;
  await bench.pass(minutes(10));
  await bench.succeed(FULL);
  const decoded = await bench.succeed(`debug decode -s ${S}/p/1/data --field end-version`);
  expect(decoded.at(-1)).toBe(begun);
});

test('a killed backup with other arguments is refused by the hash of its configuration', async () => {
  const { bench } = await halfway();
  const error = await bench.refuse(`${FULL} --ratelimit 5`);
  expect(error).toContain('hashs of the configs are not the same');
  expect(error).toContain('[BR:Common:ErrInvalidArgument]');
});

test('a killed backup keeps GC off for 72 minutes; later its timestamp is gone', async () => {
  const { bench } = await halfway();
  await bench.pass(hours(2));
  expect(await bench.refuse(FULL)).toContain('[BR:Backup:ErrBackupGCSafepointExceeded]');
});

test('a backup into a finished prefix is refused', async () => {
  const bench = new Bench();
  await bench.shop();
  await bench.succeed(FULL);
  const error = await bench.refuse(FULL);
  expect(error).toContain('backup meta file exists in s3://vault/p/1/data/backupmeta');
  expect(error).toContain('[BR:Common:ErrInvalidArgument]');
});

test('a lock with files and without a checkpoint is refused', async () => {
  const { bench } = await halfway();
  bench.delete('p/1/data/checkpoints/backup/checkpoint.meta');
  const error = await bench.refuse(FULL);
  expect(error).toContain('backup lock file and sst file exist in');
  expect(error).toContain("hasn't checkpoint metadata");
});

test('a kernel that is out of memory kills the backup in the middle without a word', async () => {
  const bench = new Bench();
  await bench.shop(BIG);
  bench.fleet.killNext('backup full', 0.5);
  const { exitCode, lines } = await bench.br(FULL);
  expect(exitCode).toBe(137);
  expect(lines.filter((line) => line.includes('summary') || line.startsWith('Error'))).toEqual([]);
  expect(lines.some((line) => line.includes('[progress] [step="Full Backup"]'))).toBe(true);
  await bench.succeed(FULL);
});

test('a killed restore leaves temporary databases, and the same command goes on', async () => {
  const bench = new Bench();
  const { orders, source } = await bench.shop(BIG);
  await bench.succeed(FULL);
  const ts = source.pd.tso();
  const target = bench.cluster('target');
  const RESTORE = `restore full -u target:2379 -s ${S}/p/1/data`;
  const ended = await bench.br(RESTORE, { killAfter: minutes(10) });
  expect(ended.exitCode).toBe(137);
  const temporary = [...target.contentsNow().databases].filter((name) =>
    name.startsWith('__TiDB_BR_Temporary_'),
  );
  expect(temporary).toHaveLength(1);
  const rows = target.rowsNow().size;
  expect(rows).toBeGreaterThan(0);
  expect(rows).toBeLessThan(source.rowsNow().size);

  const started = bench.world.now();
  await bench.succeed(RESTORE);
  const resumed = bench.world.now() - started;
  const again = bench.world.now();
  bench.cluster('whole');
  await bench.succeed(RESTORE.replace('target', 'whole'));
  expect(resumed).toBeLessThan((bench.world.now() - again) * 0.8);
  expect(orders.compareWith(target, ts).differences).toEqual([]);
  expect([...target.contentsNow().databases]).toEqual(['shop']);
});

test('a restore that was begun with another backup does not go on with this one', async () => {
  const bench = new Bench();
  await bench.shop(BIG);
  await bench.succeed(FULL);
  await bench.succeed(`backup full -u shop:2379 -s ${S}/p/2`);
  bench.cluster('target');
  await bench.br(`restore full -u target:2379 -s ${S}/p/1/data`, { killAfter: minutes(10) });
  expect(await bench.refuse(`restore full -u target:2379 -s ${S}/p/2`)).toContain('recorded in checkpoint');
});

test('a restore that is killed at any place does nothing after that, and the same command completes it', async () => {
  const bench = new Bench();
  const { orders, source } = await bench.shop();
  await bench.succeed(FULL);
  const ts = source.pd.tso();
  let cut = 0;
  for (let killAfter = 1_000; killAfter < 1_500; killAfter += 10) {
    const target = bench.cluster(`target-${killAfter}`);
    const restore = `restore full -u target-${killAfter}:2379 -s ${S}/p/1/data`;
    const { exitCode } = await bench.br(restore, { killAfter });
    const changes = () => target.changesBetween(0n, target.pd.tso()).length;
    const atDeath = changes();
    await bench.pass(minutes(1));
    expect(changes()).toBe(atDeath);
    if (exitCode !== 137) continue;
    if (atDeath > 0) cut++;
    await bench.succeed(restore);
    expect(orders.compareWith(target, ts).differences).toEqual([]);
  }
  expect(cut).toBeGreaterThan(5);
});

test('SIGTERM ends a backup with an error, and the same command goes on', async () => {
  const bench = new Bench();
  await bench.shop(BIG);
  const error = await bench.refuse(FULL, { termAfter: minutes(5) });
  expect(error).toBe('Error: context canceled');
  expect(bench.keys('p/1/data/')).not.toContain('backupmeta');
  await bench.succeed(FULL);
});

test('a run that fails notes what it did last; one that is killed loses up to half a minute of it', async () => {
  const lost = async (end: { killAfter: number } | { termAfter: number }) => {
    const bench = new Bench();
    // Less than a minute for all pieces: several are done between two checkpoints.
    await bench.shop({ bytesPerRow: 85_000_000 });
    await bench.br(FULL, end);
    const before = ssts(bench);
    expect(before.length).toBeGreaterThan(1);
    await bench.succeed(FULL);
    return before.filter((key) => !bench.text('p/1/data/backupmeta').includes(key)).length;
  };
  expect(await lost({ termAfter: seconds(28) })).toBe(0);
  expect(await lost({ killAfter: seconds(28) })).toBeGreaterThan(0);
});
