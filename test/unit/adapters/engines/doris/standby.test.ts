import { beforeEach, describe, expect, test } from 'vitest';
import { hours } from '../../../../../core/time/instant.ts';
import { CcrSyncer } from '../../../../../embedded/doris/ccr/syncer.ts';
import { arn, StandbyWorld } from '../../../../support/standby-world.ts';

let world: StandbyWorld;
beforeEach(() => {
  world = new StandbyWorld();
});
const { look, start, promote, reverse } = {
  look: () => world.driver.look(world.shopOnly),
  start: () => world.driver.start(world.shopOnly),
  promote: () => world.driver.promote(world.shopOnly),
  reverse: (over: 'nothing' | 'what is there') => world.driver.reverse(world.shopOnly, over),
};

describe('a standby', () => {
  test('is started once, brings everything over, and tells how far it is', async () => {
    await world.enable();
    expect(await look()).toEqual({ job: 'none' });
    await start();
    await start();
    expect([...world.jobs.keys()]).toEqual(['holdfast_shop_shop']);
    expect(await look()).toMatchObject({ job: 'there', running: true, fullSync: true });
    await world.inStep();
    expect(await look()).toMatchObject({ job: 'there', running: true, fullSync: false, lag: 0 });
    expect(world.standby.rowsNow()).toEqual(world.source.rowsNow());
    world.source.write('shop', 'items', 'more', { name: 'x' });
    expect(await look()).toMatchObject({ lag: 1 });
  });

  test.each([true, false])('says the same whether its syncer is newer: %s', async (isNewer) => {
    for (const { faults } of world.syncers) faults.isNewer = isNewer;
    await world.inStep();
    const last = Number(world.source.catalog.seq);
    expect(await look()).toEqual({
      ...{ job: 'there', running: true, fullSync: false, lag: 0, seq: last },
      ...(isNewer && { headSeq: last }),
    });
  });

  test('whose lag nobody knows is not taken for one without', async () => {
    await world.inStep();
    world.syncers[0]!.faults.hidesLag = true;
    expect(await look()).toMatchObject({ running: true, lag: { message: 'BINLOG_NOT_FOUND_DB' } });
  });

  test('of another syncer is asked about there, and refused where nobody named that one', async () => {
    await world.inStep();
    const [, second] = world.syncers;
    for (const one of world.jobs.values()) one.owner = second!;
    expect(await look()).toMatchObject({ job: 'there', running: true });
    for (const one of world.jobs.values())
      one.owner = new CcrSyncer(world.world, { name: 'x', host: 'ccr-3', resolve: () => undefined });
    expect(await look()).toMatchObject({
      job: 'unknown',
      reason: { name: 'StandbyRefused', message: expect.stringContaining('standby.syncer.others') },
    });
  });
});

describe('what stands in the way of a start', () => {
  test('binlogs that are not enabled, with the statement that enables them', async () => {
    await expect(start()).rejects.toMatchObject({
      name: 'StandbyRefused',
      message: expect.stringContaining('ALTER DATABASE shop SET PROPERTIES ("binlog.enable" = "true")'),
    });
  });

  test('tables in the standby, which may be the only ones', async () => {
    await world.enable();
    world.standby.createDatabase('shop');
    world.standby.createTable('shop', {
      name: 'mine',
      kind: 'olap',
      columns: ['a'],
      partitions: [{ name: 'mine' }],
      replicationNum: 3,
    });
    await expect(start()).rejects.toMatchObject({
      name: 'TargetNotEmpty',
      message: expect.stringContaining('mine'),
    });
    expect(world.jobs.size).toBe(0);
  });

  test('a password that is not taken, which is not repeated', async () => {
    await world.enable();
    world.secrets.set(arn('source'), { username: 'ccr', password: 'geheim-alt' });
    await expect(start()).rejects.toMatchObject({
      name: 'StandbyRefused',
      message: expect.stringMatching(/Access denied.*standby\.source/s),
    });
  });
});

describe('a promotion', () => {
  test('leaves tables that take writes and no job, and is done once', async () => {
    await world.inStep();
    expect(await promote()).toBe(true);
    expect(world.jobs.size).toBe(0);
    const tables = [...world.standby.catalog.database('shop').tables.values()];
    expect(tables.map(({ properties }) => properties.get('is_being_synced'))).not.toContain('true');
    expect(await promote()).toBe(false);
  });

  test.each(['pause', 'desync', 'delete'])('that broke off behind %s goes on', async (last) => {
    await world.inStep();
    for (const step of ['pause', 'desync', 'delete']) {
      world.syncers[0]!.answer({
        method: 'POST',
        path: `/${step}`,
        headers: {},
        body: '{"name":"holdfast_shop_shop"}',
      });
      if (step === last) break;
    }
    expect(await promote()).toBe(last !== 'delete');
    expect(world.jobs.size).toBe(0);
    const tables = [...world.standby.catalog.database('shop').tables.values()];
    expect(tables.map(({ properties }) => properties.get('is_being_synced'))).not.toContain('true');
  });

  test('is final: nothing follows it by itself', async () => {
    await world.inStep();
    await promote();
    await expect(start()).rejects.toMatchObject({ name: 'TargetNotEmpty' });
  });
});

describe('the way back', () => {
  test('is refused while the standby follows', async () => {
    await world.inStep();
    await expect(reverse('what is there')).rejects.toThrow('promote it before it is followed');
  });

  test('goes over nothing that is there unless that is said, and then over all of it', async () => {
    await world.inStep();
    await promote();
    world.standby.write('shop', 'items', 'new', { name: 'written after the failover' });
    world.source.write('shop', 'items', 'lost', { name: 'never replicated' });
    await expect(reverse('nothing')).rejects.toMatchObject({ name: 'TargetNotEmpty' });
    await reverse('what is there');
    await reverse('what is there');
    expect([...world.jobs.keys()]).toEqual(['holdfast_shop_shop_back']);
    await world.pass(hours(1));
    expect(world.source.rowsNow()).toEqual(world.standby.rowsNow());
    expect(world.source.rowsNow().has('shop.items/new')).toBe(true);
  });
});

test('passwords never reach who asks, and job_detail is never asked for', async () => {
  await world.inStep();
  await promote();
  await reverse('what is there');
  world.secrets.set(arn('source'), { username: 'ccr', password: 'geheim-alt' });
  await start().catch(() => undefined);
  expect(world.seen.length).toBeGreaterThan(20);
  expect(world.seen.filter((text) => /geheim|job_detail/.test(text))).toEqual([]);
});
