import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { ECSClient } from '@aws-sdk/client-ecs';
import { S3Client } from '@aws-sdk/client-s3';
import { connect } from '../../adapters/aws/clients.ts';
import { ecsContainers } from '../../adapters/aws/ecs-containers.ts';
import { s3ObjectStore } from '../../adapters/aws/s3-object-store.ts';
import { tidbDriver } from '../../adapters/engines/tidb/driver.ts';
import type { EngineDriver, RestoreTarget } from '../../core/engines/driver.ts';
import type { TidbCluster as Cluster, TidbReach } from '../../core/plan/installation.ts';
import { hours, type Instant, instant, later, milliseconds, seconds } from '../../core/time/instant.ts';
import { EmbeddedCloud } from '../../embedded/cloud.ts';
import type { Interference } from '../../embedded/faults/hooks.ts';
import type { PolicyDocument, Statement } from '../../embedded/iam/evaluate.ts';
import { brImage } from '../../embedded/tidb/br/program.ts';
import type { TidbCluster, TidbClusterOptions } from '../../embedded/tidb/cluster.ts';
import { TidbFleet } from '../../embedded/tidb/fleet.ts';
import { tsoOf } from '../../embedded/tidb/tso.ts';
import type { DriverFixture } from '../conformance/driver-suite.ts';

const ACCOUNT = '111122223333';
export const HOME = 'eu-west-1';
export const RECOVERY = 'eu-central-1';
export const VAULTS: Readonly<Record<string, string>> = {
  [HOME]: 'vault-home',
  [RECOVERY]: 'vault-recovery',
};
const TASK_ROLE = `arn:aws:iam::${ACCOUNT}:role/br`;
const EXECUTION_ROLE = `arn:aws:iam::${ACCOUNT}:role/br-execution`;
export const FAMILY = 'holdfast-br-shop';

const reach = (pd: string): TidbReach => ({ pd, subnets: ['subnet-1'], securityGroups: ['sg-br'] });

export interface TidbWorldOptions {
  readonly disturbances?: Partial<Interference>;
  readonly source?: Partial<TidbClusterOptions>;
  readonly cluster?: Partial<Cluster>;
}

/**
 * A TiDB cluster, BR in containers on an embedded ECS, vaults in two regions, and the driver over genuine clients. The
 * driver's calls take virtual time, in which everything else goes on.
 */
export class TidbWorld implements DriverFixture {
  readonly cloud: EmbeddedCloud;
  readonly fleet: TidbFleet;
  readonly source: TidbCluster;
  readonly home = HOME;
  readonly recovery = RECOVERY;
  readonly cluster: Cluster;
  readonly driver: EngineDriver;
  readonly #keys: Readonly<Record<string, string>>;
  #targets = 0;

  constructor({ disturbances = {}, source = {}, cluster = {} }: TidbWorldOptions = {}) {
    this.cloud = new EmbeddedCloud({
      start: instant(Date.UTC(2026, 10, 21, 3, 0, 0, 250)),
      seed: 1,
      account: ACCOUNT,
      disturbances: [{ before() {}, after() {}, ...disturbances }],
    });
    this.fleet = new TidbFleet(this.cloud.world);
    this.cloud.ecs.addImage('pingcap/br', brImage(this.fleet));
    this.#keys = Object.fromEntries([HOME, RECOVERY].map((region) => [region, this.#vault(region)]));
    this.#roles();
    for (const region of [HOME, RECOVERY]) this.#containers(region);
    this.source = this.#fleetCluster('shop', HOME, { gcLifeTime: hours(24), ...source });
    this.cluster = {
      name: 'shop',
      engine: 'tidb',
      plan: 'standard',
      version: this.source.version,
      reach: reach('shop:2379'),
      filter: [],
      expectedBytes: 1,
      restoreBytesPerSecond: 1,
      restoreInto: {},
      ...cluster,
    };
    this.driver = this.#settling(this.#driver());
  }

  #vault(region: string): string {
    const { s3, kms } = this.cloud;
    s3.createBucket({
      name: VAULTS[region]!,
      region,
      account: ACCOUNT,
      versioning: true,
      eventBridge: false,
    });
    return kms.createKey({ region, account: ACCOUNT, now: this.now() }).arn;
  }

  #roles(): void {
    const { iam } = this.cloud;
    const Principal = { Service: 'ecs-tasks.amazonaws.com' };
    const trust: PolicyDocument = { Statement: [{ Effect: 'Allow', Principal, Action: 'sts:AssumeRole' }] };
    const all: Statement = { Effect: 'Allow', Action: '*', Resource: '*' };
    for (const role of [TASK_ROLE, EXECUTION_ROLE]) {
      iam.addRole(role, trust);
      iam.attach(role, { Statement: [all] });
    }
  }

  #containers(region: string): void {
    this.cloud.ecs.createCluster({ region, account: ACCOUNT, name: 'holdfast' });
    this.cloud.ecs.registerTaskDefinition({
      family: FAMILY,
      account: ACCOUNT,
      region,
      cpu: 1_024,
      memoryMib: 2_048,
      taskRole: TASK_ROLE,
      executionRole: EXECUTION_ROLE,
      container: {
        name: 'br',
        image: 'pingcap/br:v8.5.3',
        entryPoint: [],
        command: [],
        environment: {},
        secrets: {},
        stopTimeout: seconds(120),
        log: { group: `/holdfast/${FAMILY}`, streamPrefix: FAMILY },
      },
    });
  }

  #fleetCluster(name: string, region: string, options: Partial<TidbClusterOptions> = {}): TidbCluster {
    const principal = `arn:aws:iam::${ACCOUNT}:root`;
    const tikv = this.cloud.callAs({ name: `${name}-tikv`, principal });
    return this.fleet.addCluster({ name, region, pd: [`${name}:2379`], tikv, ...options });
  }

  #driver(): EngineDriver {
    const clients = <Client>(make: (region: string) => Client) => {
      const made = new Map([HOME, RECOVERY].map((region) => [region, make(region)]));
      return (region: string): Client => made.get(region)!;
    };
    return tidbDriver({
      store: clients((region) => s3ObjectStore(connect(new S3Client({ region }), 's3', region), region)),
      vaults: VAULTS,
      vaultKeys: this.#keys,
      home: HOME,
      containers: ecsContainers({
        ecs: clients((region) => connect(new ECSClient({ region }), 'ecs', region)),
        logs: clients((region) => connect(new CloudWatchLogsClient({ region }), 'cloudwatch-logs', region)),
      }),
    });
  }

  /** Lets the world go on until each call has its answer. */
  #settling(driver: EngineDriver): EngineDriver {
    const settled = async (work: Promise<unknown>): Promise<unknown> => {
      let going = true;
      const done = work.finally(() => {
        going = false;
      });
      done.catch(() => {});
      await this.cloud.world.runWhile(() => going);
      return done;
    };
    return new Proxy(driver, {
      get: (target, name) => {
        const member: unknown = Reflect.get(target, name);
        return typeof member === 'function'
          ? (...args: unknown[]) => settled((member as (...of: unknown[]) => Promise<unknown>)(...args))
          : member;
      },
    });
  }

  now(): Instant {
    return this.cloud.world.now();
  }

  async wait(s: number): Promise<void> {
    await this.cloud.world.runUntil(later(this.now(), seconds(s)));
  }

  create(): void {
    const { source } = this;
    const columns = [{ name: 'text', default: '' }];
    for (const database of ['shop', 'stock']) {
      source.createDatabase(database);
      for (const table of ['orders', 'goods']) {
        source.createTable(database, table, columns);
        for (let n = 0; n < 12; n++)
          source.write(database, table, `${n}`, { text: `${database}.${table} ${n}` });
      }
    }
  }

  mutate(round: number): void {
    const { source } = this;
    source.write('shop', 'orders', '0', { text: `changed in round ${round}` });
    source.write('shop', 'orders', `${5 + round}`, undefined);
    source.write('stock', 'goods', `new in round ${round}`, { text: 'new' });
    source.createTable('stock', `round${round}`, [{ name: 'n', default: 0 }]);
    source.write('stock', `round${round}`, '1', { n: round });
    if (round === 1) source.dropTable('shop', 'goods');
  }

  truth(at: Instant): ReadonlyMap<string, string> {
    // What was committed within the millisecond belongs to it.
    return shown(this.source.rowsAt(tsoOf(later(at, milliseconds(1))) - 1n));
  }

  target(region: string): RestoreTarget {
    const name = `target-${++this.#targets}`;
    this.#fleetCluster(name, region);
    return { reach: reach(`${name}:2379`) };
  }

  restored(region: string, target: RestoreTarget): ReadonlyMap<string, string> {
    return shown(this.fleet.at(region, target.reach!.pd)!.rowsNow());
  }
}

const shown = (rows: ReadonlyMap<string, unknown>): ReadonlyMap<string, string> =>
  new Map([...rows].map(([key, row]) => [key, JSON.stringify(row)]));
