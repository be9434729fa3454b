import { days, instant, later, milliseconds, minutes, seconds } from '../../../../core/time/instant.ts';
import { World } from '../../../../embedded/clock/world.ts';
import { DorisCluster, type DorisClusterOptions } from '../../../../embedded/doris/cluster.ts';
import type { CallAws } from '../../../../embedded/ecs/container.ts';
import { Kms } from '../../../../embedded/kms/kms.ts';
import type { ServerReply, SqlSession } from '../../../../embedded/network/server.ts';
import { S3 } from '../../../../embedded/s3/s3.ts';
import { sdkError } from '../../../../embedded/sdk/transport.ts';
import { AwsError } from '../../../../embedded/service.ts';
import { s3Refusal } from '../../../../embedded/tidb/object-store.ts';

export const HOME = 'eu-central-1';
const ACCOUNT = '111122223333';
/** Saturday, 2026-11-21T03:00:00Z. */
export const START = instant(Date.UTC(2026, 10, 21, 3));
export const HOST_ROLE = `arn:aws:iam::${ACCOUNT}:role/doris-hosts`;
export const VAULT_ROLE = `arn:aws:iam::${ACCOUNT}:role/doris-vault`;
const PREFIX = 'doris/shop/';
export const CONTENT = '__palo_repository_r1/';

export type Line = Readonly<Record<string, string | null>>;

/** A world with an S3, Doris clusters, and people who type statements. */
export class Bench {
  readonly world: World;
  readonly s3: S3;
  /** Who may assume the vault's role. */
  readonly trusted = new Set([HOST_ROLE]);
  /** Operations that S3 refuses the vault's role. */
  readonly refused = new Set<string>();

  constructor(seed = 1) {
    this.world = new World(START, seed);
    this.s3 = new S3({ random: this.world.random('s3'), kms: new Kms(this.world.random('kms')) });
    this.s3.createBucket({
      name: 'vault',
      region: HOME,
      account: ACCOUNT,
      versioning: true,
      eventBridge: false,
    });
  }

  cluster(name = 'shop', options: Partial<DorisClusterOptions> = {}): DorisCluster {
    return new DorisCluster(this.world, {
      ...{ name, region: HOME },
      hosts: {
        role: HOST_ROLE,
        callAs: (principal) => this.callAs(principal),
        assumeRole: (from, role) => {
          if (role !== VAULT_ROLE || !this.trusted.has(from))
            throw s3Refusal(
              'AccessDenied',
              `User: ${from} is not authorized to perform: sts:AssumeRole on resource: ${role}`,
            );
        },
        keys: new Map([['AKIA1', { secret: 'secret', principal: VAULT_ROLE }]]),
      },
      ...options,
    });
  }

  /** Orders in two monthly partitions, items in none, a view on them: ten rows in each. */
  shop(options: Partial<DorisClusterOptions> = {}): DorisCluster {
    const cluster = this.cluster('shop', options);
    cluster.createDatabase('shop');
    cluster.createTable('shop', {
      ...{
        name: 'orders',
        kind: 'olap',
        columns: ['day', 'amount'],
        partitionColumn: 'day',
        replicationNum: 3,
      },
      partitions: [
        { name: 'p202610', range: { from: '2026-10-01', to: '2026-11-01' } },
        { name: 'p202611', range: { from: '2026-11-01', to: '2026-12-01' } },
      ],
    });
    const single = { columns: ['name'], partitions: [{ name: 'items' }], replicationNum: 3 };
    cluster.createTable('shop', { name: 'items', kind: 'olap', ...single });
    cluster.createTable('shop', {
      ...{ name: 'dear', kind: 'view', columns: ['day'], partitions: [], replicationNum: 0 },
      query: 'SELECT day FROM orders WHERE amount > 5',
    });
    for (let n = 0; n < 10; n++) {
      cluster.write('shop', 'orders', `o${n}`, { day: `2026-1${n % 2}-1${n}`, amount: n });
      cluster.write('shop', 'items', `i${n}`, { name: `item ${n}` });
    }
    return cluster;
  }

  callAs(principal: string): CallAws {
    return async (service, region, operation, input) => {
      await this.world.sleep(milliseconds(20));
      try {
        if (service !== 's3') throw new Error(`there is no ${service} on this bench`);
        if (this.refused.has(operation))
          throw new AwsError('AccessDenied', 'Access Denied', { status: 403, code: 'AccessDenied' });
        const call = { account: ACCOUNT, region, principal, now: this.world.now() };
        return this.s3.call(operation, input, call) as Readonly<Record<string, unknown>>;
      } catch (error) {
        throw error instanceof AwsError ? sdkError(error) : error;
      }
    };
  }

  async pass(forHowLong: number): Promise<void> {
    await this.world.runUntil(later(this.world.now(), milliseconds(forHowLong)));
  }

  /** What the frontend answers; undefined when the connection breaks. */
  async ask(session: SqlSession, statement: string): Promise<ServerReply | undefined> {
    let reply: ServerReply | undefined;
    let ended = false;
    void Promise.resolve(session.query(statement)).then((answer) => {
      reply = answer;
      ended = true;
    });
    await this.world.runWhile(() => !ended);
    if (!ended) throw new Error(`nothing answers ${statement}`);
    return reply;
  }

  /** As root, over a connection of its own: rows by column, or the refusal's text. */
  async sql(cluster: DorisCluster, statement: string): Promise<readonly Line[] | string> {
    const reply = await this.ask(cluster.sql.connect('root', 'shop'), statement);
    if (!reply) return 'broken';
    if ('error' in reply) return reply.error.message.replace('errCode = 2, detailMessage = ', '');
    if ('affectedRows' in reply) return [];
    return reply.rows.map((row) =>
      Object.fromEntries(reply.columns.map((column, at) => [column, row[at] ?? null])),
    );
  }

  /** The one line of an answer. */
  async line(cluster: DorisCluster, statement: string): Promise<Line> {
    const lines = await this.sql(cluster, statement);
    if (typeof lines === 'string' || lines.length !== 1)
      throw new Error(`${statement} gives ${JSON.stringify(lines)}`);
    return lines[0]!;
  }

  async repository(cluster: DorisCluster, readOnly = ''): Promise<void> {
    const said = await this.sql(cluster, createRepository({ readOnly }));
    if (said.length > 0) throw new Error(String(said));
  }

  /** Asks until the newest job of that kind has ended, a day at most. */
  async ended(cluster: DorisCluster, kind: 'BACKUP' | 'RESTORE', database = 'shop'): Promise<Line> {
    for (
      const until = later(this.world.now(), days(2));
      this.world.now() < until;
      await this.pass(seconds(5))
    ) {
      const line = (await this.sql(cluster, `SHOW ${kind} FROM ${database}`)).at(-1) as Line;
      if (line['State'] === 'FINISHED' || line['State'] === 'CANCELLED') return line;
    }
    throw new Error(`the ${kind} does not end`);
  }

  async backedUp(cluster: DorisCluster, label: string, rest = ''): Promise<Line> {
    const said = await this.sql(cluster, `BACKUP SNAPSHOT shop.\`${label}\` TO r1 ${rest}`);
    if (said.length > 0) throw new Error(String(said));
    return this.ended(cluster, 'BACKUP');
  }

  async timestamp(cluster: DorisCluster, label: string): Promise<string> {
    return (await this.line(cluster, `SHOW SNAPSHOT ON r1 WHERE SNAPSHOT = '${label}'`))['Timestamp']!;
  }

  async restored(cluster: DorisCluster, label: string, rest = '', properties = ''): Promise<Line> {
    const timestamp = await this.timestamp(cluster, label);
    const statement = `RESTORE SNAPSHOT shop.\`${label}\` FROM r1 ${rest} PROPERTIES ("backup_timestamp" = "${timestamp}"${properties})`;
    const said = await this.sql(cluster, statement);
    if (said.length > 0) throw new Error(String(said));
    return this.ended(cluster, 'RESTORE');
  }

  /** Keys below the repository that are there now, without the repository's own prefix. */
  keys(): string[] {
    const listed = this.s3.call(
      'ListObjectsV2',
      { Bucket: 'vault', Prefix: PREFIX + CONTENT },
      { account: ACCOUNT, region: HOME, principal: 'somebody', now: this.world.now() },
    ) as { Contents?: { Key: string }[] };
    return (listed.Contents ?? []).map(({ Key }) => Key.slice((PREFIX + CONTENT).length));
  }

  /** Somebody else writes into the bucket, or takes away. */
  async change(operation: 'PutObject' | 'DeleteObject', key: string, Body?: string): Promise<void> {
    this.s3.call(
      operation,
      {
        Bucket: 'vault',
        Key: PREFIX + CONTENT + key,
        ...(Body !== undefined && { Body: Buffer.from(Body) }),
      },
      { account: ACCOUNT, region: HOME, principal: 'somebody', now: this.world.now() },
    );
    await this.pass(minutes(0));
  }
}

export const createRepository = ({ readOnly = '', more = '', role = VAULT_ROLE } = {}): string =>
  `CREATE ${readOnly} REPOSITORY \`r1\` WITH S3 ON LOCATION "s3://vault/doris/shop" PROPERTIES ("s3.endpoint" = "s3.${HOME}.amazonaws.com", "s3.region" = "${HOME}", "s3.role_arn" = "${role}"${more})`;
