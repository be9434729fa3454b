import { beforeEach, describe, expect, test } from 'vitest';
import { dorisStandby } from '../../../../../adapters/engines/doris/standby/driver.ts';
import { standbyEnds } from '../../../../../core/plan/ends.ts';
import type { DorisCluster as Configured, DorisStandby } from '../../../../../core/plan/installation.ts';
import type { Login } from '../../../../../core/ports/dial.ts';
import type { HttpReply, HttpRequest, Reach, SqlReply } from '../../../../../core/ports/reach.ts';
import { hours, seconds } from '../../../../../core/time/instant.ts';
import { type CcrJobs, CcrSyncer } from '../../../../../embedded/doris/ccr/syncer.ts';
import { type SpeakPorts, speak } from '../../../../../lambdas/reach/reach-cluster/speak.ts';
import { Bench } from '../../../embedded/doris/bench.ts';

const AWAY = 'eu-west-1';
const arn = (name: string): string => `arn:aws:secretsmanager:${AWAY}:111122223333:secret:${name}-AbCdEf`;
const login = (of: string): Login => ({ username: 'ccr', password: `geheim-${of}` });
const CONFIGURED: DorisStandby = {
  region: AWAY,
  reach: {
    sql: { host: 'fe.away', port: 9030, secret: arn('standby'), tls: false },
    subnets: [],
    securityGroups: [],
  },
  thriftPort: 9020,
  syncer: { host: 'ccr-1', port: 9190, others: ['ccr-2:9190'] },
  source: { host: 'fe.home', port: 9030, thriftPort: 9020, secret: arn('source') },
  lagBinlogs: 1_000,
};

/** A shop, an empty standby, two syncers on one database, and the function that stands beside them. */
class World extends Bench {
  readonly source = this.shop({ users: this.users('source') });
  readonly standby = this.cluster('standby', { users: this.users('standby'), region: AWAY });
  readonly jobs: CcrJobs = new Map();
  readonly syncers = ['ccr-1', 'ccr-2'].map(
    (host) =>
      new CcrSyncer(this.world, {
        ...{ name: host, host, jobs: this.jobs },
        resolve: (to) =>
          new Map([
            ['fe.home', this.source],
            ['fe.away', this.standby],
          ]).get(to),
      }),
  );
  /** All that leaves the driver, and all that comes back to it. */
  readonly seen: string[] = [];
  readonly secrets = new Map([
    [arn('source'), login('source')],
    [arn('standby'), login('standby')],
  ]);
  readonly driver = dorisStandby({ reach: this.#reach() });
  readonly shopOnly = {
    cluster: {
      name: 'shop',
      engine: 'doris',
      databases: { shop: { all: true } },
      standby: CONFIGURED,
    } as unknown as Configured,
    database: 'shop',
  };

  users(of: string) {
    return { ccr: { password: `geheim-${of}`, admin: true }, root: { password: '', admin: true } };
  }

  #reach(): Reach {
    const session = async (statement: string) => {
      const reply = await this.ask(this.standby.sql.connect('ccr', undefined), statement);
      if (!reply) throw new Error('the connection broke');
      if ('error' in reply) return { refused: reply.error };
      if ('affectedRows' in reply) return { answer: { rows: [], affectedRows: reply.affectedRows } };
      const rows = reply.rows.map((row) =>
        Object.fromEntries(reply.columns.map((name, n) => [name, row[n] ?? null])),
      );
      return { answer: { rows, affectedRows: 0 } };
    };
    const ports: SpeakPorts = {
      ends: standbyEnds(CONFIGURED),
      logins: { of: async (secret) => this.secrets.get(secret)!, forget: () => undefined },
      dial: {
        mysql: async () => ({ query: session, close: async () => undefined }),
        http: async ({ url }, _login, { method, path, body = '' }) => {
          const syncer = this.syncers.find(({ address }) => url === `http://${address}`)!;
          const { headers, ...answer } = syncer.answer({ method, path, headers: {}, body });
          return { ...answer, ...(headers?.['location'] && { location: headers['location'] }) };
        },
      },
    };
    const through = async (asked: object): Promise<object> => {
      const said = await speak(asked as never, ports);
      this.seen.push(JSON.stringify([asked, said]));
      return said;
    };
    return {
      sql: async (_place, statements) =>
        ((await through({ sql: { statements } })) as { readonly sql: SqlReply }).sql,
      http: async (_place, request: HttpRequest) =>
        ((await through({ http: request })) as { readonly http: HttpReply }).http,
    };
  }

  enable() {
    return this.sql(this.source, 'ALTER DATABASE shop SET PROPERTIES ("binlog.enable" = "true")');
  }

  async inStep(): Promise<void> {
    await this.enable();
    await this.driver.start(this.shopOnly);
    for (
      let n = 0;
      n < 100 && ((await this.driver.look(this.shopOnly)) as { fullSync?: boolean }).fullSync;
      n++
    )
      await this.pass(seconds(5));
    await this.pass(seconds(30));
  }
}

let world: World;
beforeEach(() => {
  world = new World();
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
