import { expect, test } from 'vitest';
import { hours, type Instant, later, minutes } from '../../../../core/time/instant.ts';
import { type Tso, tsoOf } from '../../../../embedded/tidb/tso.ts';
import { Bench, S } from './bench.ts';

const START_LOG = `log start --task-name pitr -u shop:2379 -s ${S}/log/1 -c=false`;
const FULL = `backup full -u shop:2379 -s ${S}/p/1 -c=false`;

/** A log, a full in it, and hours of orders and changed schemas after both. */
async function recorded(options: Parameters<Bench['shop']>[0] = {}) {
  const bench = new Bench();
  const { source, orders } = await bench.shop(options);
  await bench.succeed(START_LOG);
  orders.scheduleDay(4_000);
  await bench.pass(hours(1));
  await bench.succeed(FULL);
  const fullAt = bench.world.now();
  await bench.pass(hours(6));
  return { bench, source, orders, fullAt };
}

const restoreTo = (target: string, ts: Tso | string) =>
  `restore point -u ${target}:2379 -s ${S}/log/1 --full-backup-storage ${S}/p/1 --restored-ts ${ts}`;

test('a log restores to exactly the truth of any instant, across changed schemas', async () => {
  const { bench, source, orders, fullAt } = await recorded();
  const chance = bench.world.random('test.instants');
  const span = hours(6) - minutes(6);
  const instants = Array.from({ length: 8 }, () => later(fullAt, chance.between(0, span) as never));
  const changes = source.changesBetween(tsoOf(fullAt), tsoOf(bench.world.now()));
  const ddl = changes.filter(({ kind }) => kind !== 'row');
  expect(ddl.length).toBeGreaterThan(15);
  // The last instant before a change of a schema, and the first with it.
  const edges: Tso[] = ddl.slice(5, 9).flatMap(({ ts }) => [ts - 1n, ts]);
  for (const [index, at] of [...instants, ...edges].entries()) {
    const target = bench.cluster(`target-${index}`);
    const ts = typeof at === 'bigint' ? at : tsoOf(at as Instant);
    await bench.succeed(restoreTo(`target-${index}`, ts));
    expect(orders.compareWith(target, ts).differences).toEqual([]);
    expect([...target.contentsNow().databases]).toEqual(['shop']);
    expect(target.pd.config.get('gc.ratio-threshold')).toBe('1.1');
  }
});

test('without an instant it restores to the newest that the log has', async () => {
  const { bench, orders } = await recorded();
  const target = bench.cluster('target');
  const metadata = (await bench.succeed(`log metadata -s ${S}/log/1`)).at(-1)!;
  const newest = BigInt(/\[log-max-ts=(\d+)\]/.exec(metadata)![1]!);
  await bench.succeed(`restore point -u target:2379 -s ${S}/log/1 --full-backup-storage=${S}/p/1`);
  expect(orders.compareWith(target, newest).differences).toEqual([]);
});

test('a later part of the log goes on from where the first restore ended, and from nowhere else', async () => {
  const { bench, orders, fullAt } = await recorded();
  const target = bench.cluster('target');
  const [first, second] = [tsoOf(later(fullAt, hours(1))), tsoOf(later(fullAt, hours(4)))];
  await bench.succeed(restoreTo('target', first));
  const next = (from: Tso) =>
    `restore point -u target:2379 -s ${S}/log/1 --start-ts ${from} --restored-ts ${second}`;
  expect(await bench.refuse(next(first + 1n))).toContain('no id map');
  await bench.succeed(next(first));
  expect(orders.compareWith(target, second).differences).toEqual([]);
});

test('what does not fit together is refused before anything is written', async () => {
  const { bench, source, fullAt } = await recorded();
  const target = bench.cluster('target');
  const at = tsoOf(later(fullAt, hours(1)));
  const point = `restore point -u target:2379 -s ${S}/log/1`;
  expect(await bench.refuse(`${point} --restored-ts ${at}`)).toContain(
    'just need fill one for start-ts and full-backup-storage',
  );
  expect(
    await bench.refuse(`${point} --full-backup-storage ${S}/p/1 --start-ts ${at} --restored-ts ${at}`),
  ).toContain('just need fill one for start-ts and full-backup-storage');
  const { exitCode, lines } = await runWords(bench, [
    ...`${point} --full-backup-storage ${S}/p/1 --restored-ts`.split(' '),
    '2026-11-22 09:00:00',
  ]);
  expect(exitCode).toBe(1);
  expect(lines.at(-1)).toContain('must set timezone when using datetime format ts');
  const future = tsoOf(later(bench.world.now(), hours(1)));
  expect(await bench.refuse(restoreTo('target', future))).toMatch(
    /restore log from .* to .*, {2}but the current existed log from/,
  );
  expect(await bench.refuse(restoreTo('target', tsoOf(later(fullAt, -hours(3) as never))))).toContain(
    'restore log from',
  );
  expect(await bench.refuse(`${point} --full-backup-storage ${S}/log/1x`)).toContain('NoSuchKey');
  expect(target.contentsNow().databases.size).toBe(0);
  expect(source.log.status).toBe('NORMAL');
});

const runWords = async (bench: Bench, words: readonly string[]) => {
  const ended = bench.start(['/br', ...words]);
  await bench.world.runWhile(() => ended.exitCode === undefined);
  return ended as { exitCode: number; lines: string[] };
};

test('an instant as a datetime with a zone is taken', async () => {
  const { bench, orders, fullAt } = await recorded();
  const target = bench.cluster('target');
  const at = later(fullAt, hours(2));
  const text = new Date(Math.ceil(at / 1_000) * 1_000)
    .toISOString()
    .replace('T', ' ')
    .replace('.000Z', '+0000');
  const { exitCode } = await runWords(bench, [...restoreTo('target', '').trim().split(' '), text]);
  expect(exitCode).toBe(0);
  expect(orders.compareWith(target, (Math.ceil(at / 1_000) * 1_000) as Instant).differences).toEqual([]);
});

test('a full from before the log leaves a gap and is refused', async () => {
  const bench = new Bench();
  await bench.shop();
  await bench.succeed(FULL);
  await bench.pass(minutes(1));
  await bench.succeed(START_LOG);
  await bench.pass(hours(1));
  bench.cluster('target');
  const error = await bench.refuse(
    restoreTo('target', tsoOf(later(bench.world.now(), -minutes(20) as never))),
  );
  expect(error).toContain('it has gap between full backup ts:');
  expect(error).toContain('[BR:Common:ErrInvalidArgument]');
});

test('a full and a log of different clusters are refused', async () => {
  const { bench, fullAt } = await recorded();
  const other = bench.cluster('other');
  other.createDatabase('d');
  await bench.succeed(`backup full -u other:2379 -s ${S}/p/other`);
  await bench.pass(minutes(10));
  bench.cluster('target');
  const until = tsoOf(later(bench.world.now(), -minutes(6) as never));
  const error = await bench.refuse(restoreTo('target', until).replace('/p/1', '/p/other'));
  expect(error).toContain('come from different cluster.');
  expect(fullAt).toBeLessThan(bench.world.now());
});

test('a target with databases, or with a log task, is refused', async () => {
  const { bench, fullAt } = await recorded();
  const at = tsoOf(later(fullAt, hours(1)));
  const full = bench.cluster('full');
  full.createDatabase('mine');
  const error = await bench.refuse(restoreTo('full', at));
  expect(error).toContain('databases mine existed in restored cluster, please drop them before execute PiTR');
  expect(error).toContain('[BR:Restore:ErrDatabasesAlreadyExisted]');
  bench.cluster('logged');
  await bench.succeed(`log start --task-name x -u logged:2379 -s ${S}/log/logged -c=false`);
  expect(await bench.refuse(restoreTo('logged', at))).toContain('log backup task is running: x');
});

test('a killed restore leaves GC off and temporary databases; another instant is refused, the same goes on', async () => {
  const { bench, orders, fullAt } = await recorded({ bytesPerChange: 80_000_000 });
  const target = bench.cluster('target');
  const at = tsoOf(later(fullAt, hours(3)));
  const ended = await bench.br(restoreTo('target', at), { killAfter: minutes(10) });
  expect(ended.exitCode).toBe(137);
  expect(target.pd.config.get('gc.ratio-threshold')).toBe('-1.0');
  const left = [...target.contentsNow().databases].filter((name) => name.startsWith('__TiDB_BR_Temporary_'));
  expect(left).toHaveLength(2);
  await bench.pass(hours(1));
  expect(await bench.refuse(restoreTo('target', at + 1n))).toContain('recorded in checkpoint');
  await bench.succeed(restoreTo('target', at));
  expect(orders.compareWith(target, at).differences).toEqual([]);
  expect(target.pd.config.get('gc.ratio-threshold')).toBe('1.1');
  expect([...target.contentsNow().databases]).toEqual(['shop']);
});

test('a log file that is missing or was altered fails the restore', async () => {
  const { bench, fullAt } = await recorded();
  const at = tsoOf(later(fullAt, hours(5)));
  const files = bench.keys('log/1/').filter((key) => key.endsWith('.log'));
  const [altered, missing] = [files.at(-80)!, files.at(-81)!];
  bench.s3.corrupt('vault', `log/1/${altered}`);
  bench.cluster('first');
  expect(await bench.refuse(restoreTo('first', at))).toContain('[BR:Restore:ErrRestoreChecksumMismatch]');
  bench.delete(`log/1/${missing}`);
  bench.delete(`log/1/${altered}`);
  bench.cluster('second');
  expect(await bench.refuse(restoreTo('second', at))).toContain('[BR:KV:ErrKVDownloadFailed]');
});
