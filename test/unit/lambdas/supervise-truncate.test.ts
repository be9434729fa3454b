import { expect, test } from 'vitest';
import { type Duration, days, hours, type Instant, minutes } from '../../../core/time/instant.ts';
import { HOME, RECOVERY, SuperviseWorld } from '../../support/supervise-world.ts';
import { type TidbWorldOptions, VAULTS } from '../../support/tidb-world.ts';

const SAFEPOINT = 'v1_stream_trancate_safepoint.txt';
const LOCK = 'truncating.lock';

/** Names of a log's files of changes begin with the timestamp of the first change in them. */
const startsOf = (world: SuperviseWorld, chain: string): readonly bigint[] =>
  world.files(chain).flatMap((key) => {
    const [, ts] = /\/(\d+)-[^/]+\.log$/.exec(key) ?? [];
    return ts ? [BigInt(ts)] : [];
  });

async function lived(world: SuperviseWorld, howLong: Duration): Promise<void> {
  const { source } = world.tidb;
  for (let hour = 0; hour < howLong / hours(1); hour++) {
    source.write('shop', 'orders', `live-${hour}-${world.now}`, { text: 'x' });
    await world.wait(hours(1));
    await world.supervise();
  }
}

const truncations = (world: SuperviseWorld): number =>
  world.tasks.names().filter((name) => name === 'LogTruncated').length;

/** The mark that BR wrote down as the beginning of a log. */
const safepoint = (world: SuperviseWorld, chain: string): string =>
  [...world.tidb.cloud.s3.current('vault-home', `shop/log/${chain}/${SAFEPOINT}`)]
    .map(([, { body }]) => body.toString('utf8'))
    .join();

/** A log with two fulls in it, some hours apart, and some hours behind the second. It begins with the first one by now. */
async function recorded(options: TidbWorldOptions = {}) {
  const world = new SuperviseWorld(options);
  await world.supervise();
  const firstAt = world.now;
  const first = await world.full();
  await lived(world, hours(6));
  const second = await world.full();
  const keptFrom = world.now;
  await lived(world, hours(6));
  const [chain] = await world.chains();
  return { world, chain: chain!.chain, first, firstAt, second, keptFrom };
}

async function discarded(world: SuperviseWorld, id: string): Promise<void> {
  const { catalog } = world.tasks;
  for (const to of ['expiring', 'discarded'] as const) {
    await catalog.advanceCopy(id, HOME, to);
    await catalog.advance(id, to);
  }
}

/** BR is told to stop within the minute before, so that a repetition can say more. */
function expectShortOf(told: string | undefined, at: Instant): void {
  const until = Number(BigInt(told ?? '0') >> 18n);
  expect(until).toBeLessThan(at);
  expect(until).toBeGreaterThanOrEqual(at - minutes(1));
}

test('a log is truncated no further than the oldest kept full needs it', async () => {
  const { world, chain, first, firstAt, keptFrom } = await recorded();
  await world.wait(days(1));
  await world.supervise();
  expectShortOf(safepoint(world, chain), firstAt);
  expect((await world.chains())[0]!.from).toBe(firstAt);

  const mark = BigInt(keptFrom) << 18n;
  const needed = startsOf(world, chain).filter((ts) => ts >= mark);
  await discarded(world, first);
  await world.wait(days(1));
  await world.supervise();
  const [record] = await world.chains();
  expect(record).toMatchObject({ from: keptFrom, fromMark: String(mark), state: 'running' });
  const left = startsOf(world, chain);
  expect(left.filter((ts) => ts >= mark).length).toBeGreaterThanOrEqual(needed.length);
  expect(needed.length).toBeGreaterThan(0);
  expect(left.filter((ts) => ts < mark - (BigInt(hours(1)) << 18n))).toEqual([]);
  expect(world.files(chain)).not.toContain(LOCK);
  expectShortOf(safepoint(world, chain), keptFrom);
  // Up to the first full twice, up to the second once.
  expect(truncations(world)).toBe(3);

  // Once more, for what could not be deleted; then no container is started for it any more.
  await world.wait(days(1));
  await world.supervise();
  expect(truncations(world)).toBe(4);
  await world.wait(days(2));
  await world.supervise();
  expect(truncations(world)).toBe(4);
});

test('a truncation that is killed claims nothing that is gone, and is carried to its end the day after', async () => {
  const { world, chain, first, keptFrom } = await recorded();
  await discarded(world, first);
  world.tidb.fleet.killNext('log truncate', 0.5);
  await world.wait(days(1));
  await world.supervise();
  expect(world.files(chain)).toContain(LOCK);
  expect((await world.chains())[0]!.from).toBe(keptFrom);
  expect(truncations(world)).toBe(1);
  expect(world.risks()).toContain('LogFailed');

  const mark = BigInt(keptFrom - minutes(1)) << 18n;
  expect(startsOf(world, chain).some((ts) => ts < mark - (BigInt(hours(1)) << 18n))).toBe(true);

  await world.wait(days(1));
  await world.supervise();
  expect(world.files(chain)).not.toContain(LOCK);
  expect(truncations(world)).toBe(2);
  // BR takes an order up to where it has been for done: the second one went a little further.
  expect(startsOf(world, chain).filter((ts) => ts < mark - (BigInt(hours(1)) << 18n))).toEqual([]);
});

test('a lock that is young belongs to somebody, and is left alone', async () => {
  const { world, chain, first, firstAt } = await recorded();
  await discarded(world, first);
  await world.wait(days(1));
  const key = `shop/log/${chain}/${LOCK}`;
  world.tidb.cloud.s3.call(
    'PutObject',
    { Bucket: 'vault-home', Key: key, Body: Buffer.from('{}') },
    { account: '111122223333', region: HOME, principal: 'a person', now: world.now },
  );
  await world.wait(minutes(1));
  await world.supervise();
  expect(world.files(chain)).toContain(LOCK);
  expectShortOf(safepoint(world, chain), firstAt);
  expect(truncations(world)).toBe(1);
});

test('a log that has ended goes as a whole once only newer fulls are kept', async () => {
  const { world, chain, first, second } = await recorded();
  world.tidb.source.log.stop();
  await world.wait(hours(1));
  await world.supervise();
  await world.full();
  await lived(world, hours(2));
  for (const id of [first, second]) await discarded(world, id);
  await world.wait(days(1));
  await world.supervise();
  const [ended, running] = await world.chains();
  expect(ended).toMatchObject({ chain, state: 'broken' });
  expect(ended!.from).toBe(ended!.checkpoint);
  expect(startsOf(world, chain)).toEqual([]);
  expect(startsOf(world, running!.chain).length).toBeGreaterThan(0);
});

test('each region truncates its own vault by what it keeps itself, without the cluster', async () => {
  const away = { pd: 'pd.away:2379', subnets: ['subnet-1'], securityGroups: ['sg-br'] };
  const { world, chain, first, second, firstAt, keptFrom } = await recorded({
    cluster: { restoreInto: { [RECOVERY]: { reach: away } } },
  });
  await world.follow(chain);
  const { catalog } = world.tasks;
  const copied = { id: second, cluster: 'shop', region: RECOVERY, startedAt: world.now } as const;
  await catalog.openCopy({ ...copied, takenAt: keptFrom, state: 'proven' });
  world.tidb.source.faults.hidesPd = true;
  // The first full is not gone there: it may still be on its way.
  await world.supervise(RECOVERY);
  expect((await world.chains(RECOVERY))[0]!.from).toBe(firstAt);

  await discarded(world, first);
  await world.wait(days(1));
  await world.supervise(RECOVERY);
  expect((await world.chains(RECOVERY))[0]!.from).toBe(keptFrom);
  const changes = (region: string) => world.files(chain, region).filter((key) => key.endsWith('.log')).length;
  expect(changes(RECOVERY)).toBeGreaterThan(0);
  expect(changes(RECOVERY)).toBeLessThan(changes(HOME));
  expect((await world.chains(HOME))[0]!.from).toBe(firstAt);

  // What was on its way arrives behind the truncation, and the next round takes it too.
  const cut = () => world.files(chain, HOME).filter((key) => !world.files(chain, RECOVERY).includes(key));
  const late = cut();
  expect(late.length).toBeGreaterThan(0);
  for (const name of late) arrive(world, chain, name);
  expect(cut()).toEqual([]);
  await world.wait(days(1));
  await world.supervise(RECOVERY);
  expect(cut()).toEqual(late);
  const done = truncations(world);
  await world.wait(days(1));
  await world.supervise(RECOVERY);
  expect(truncations(world)).toBe(done);
});

function arrive(world: SuperviseWorld, chain: string, name: string): void {
  const { s3 } = world.tidb.cloud;
  const Key = `shop/log/${chain}/${name}`;
  const call = { account: '111122223333', region: RECOVERY, principal: 'a queue', now: world.now };
  for (const [, { body }] of [...s3.current(VAULTS[HOME]!, Key)])
    s3.call('PutObject', { Bucket: VAULTS[RECOVERY]!, Key, Body: body }, call);
}

test('a recovery region without a network for BR says once that it truncates nothing', async () => {
  const { world, keptFrom } = await recorded();
  const { catalog } = world.tasks;
  const [home] = await world.chains();
  await catalog.openChain({ ...home!, region: RECOVERY });
  for (let day = 0; day < 3; day++) {
    expect((await world.supervise(RECOVERY)).outcome).toBe('done');
    await world.wait(days(1));
  }
  expect(world.risks().filter((name) => name === 'LogNotTruncated')).toEqual(['LogNotTruncated']);
  expect((await world.chains(RECOVERY))[0]!.from).toBeLessThan(keptFrom);
});
