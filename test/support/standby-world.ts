import { dorisStandby } from '../../adapters/engines/doris/standby/driver.ts';
import { standbyEnds } from '../../core/plan/ends.ts';
import type { DorisCluster as Configured, DorisStandby } from '../../core/plan/installation.ts';
import type { Login } from '../../core/ports/dial.ts';
import type { HttpReply, HttpRequest, Reach, SqlReply } from '../../core/ports/reach.ts';
import { seconds } from '../../core/time/instant.ts';
import { type CcrJobs, CcrSyncer } from '../../embedded/doris/ccr/syncer.ts';
import { type SpeakPorts, speak } from '../../lambdas/reach/reach-cluster/speak.ts';
import { Bench } from '../unit/embedded/doris/bench.ts';

const AWAY = 'eu-west-1';
export const arn = (name: string): string =>
  `arn:aws:secretsmanager:${AWAY}:111122223333:secret:${name}-AbCdEf`;
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
export class StandbyWorld extends Bench {
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
