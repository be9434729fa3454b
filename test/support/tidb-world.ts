import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { ECSClient } from '@aws-sdk/client-ecs';
import { S3Client } from '@aws-sdk/client-s3';
import { connect } from '../../adapters/aws/clients.ts';
import { ecsContainers } from '../../adapters/aws/ecs-containers.ts';
import { s3ObjectStore } from '../../adapters/aws/s3-object-store.ts';
import type { Storage } from '../../adapters/engines/tidb/argv.ts';
import { tidbDriver } from '../../adapters/engines/tidb/driver.ts';
import type { EngineDriver, RestoreSpec, RestoreTarget } from '../../core/engines/driver.ts';
import type { TidbCluster as Cluster, TidbReach } from '../../core/plan/installation.ts';
import type { Containers } from '../../core/ports/containers.ts';
import type { SqlReply } from '../../core/ports/reach.ts';
import {
  hours,
  type Instant,
  instant,
  later,
  milliseconds,
  minutes,
  seconds,
} from '../../core/time/instant.ts';
import { EmbeddedCloud } from '../../embedded/cloud.ts';
import type { Interference } from '../../embedded/faults/hooks.ts';
import { brImage } from '../../embedded/tidb/br/program.ts';
import type { TidbCluster, TidbClusterOptions } from '../../embedded/tidb/cluster.ts';
import { TidbFleet } from '../../embedded/tidb/fleet.ts';
import { TidbSql } from '../../embedded/tidb/sql/server.ts';
import { tsoOf } from '../../embedded/tidb/tso.ts';
import type { DriverFixture } from '../conformance/driver-suite.ts';
import { ACCOUNT, FAMILY, furnish, HOME, inEach, RECOVERY, VAULTS } from './tidb-cloud.ts';
import { changeShop, fillShop } from './tidb-tables.ts';

export { FAMILY, HOME, RECOVERY, VAULTS } from './tidb-cloud.ts';

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
  readonly containers: Containers;
  readonly #keys: Readonly<Record<string, string>>;
  #targets = 0;
  #drilled: TidbCluster | undefined;

  constructor({ disturbances = {}, source = {}, cluster = {} }: TidbWorldOptions = {}) {
    this.cloud = new EmbeddedCloud({
      start: instant(Date.UTC(2026, 10, 21, 3, 0, 0, 250)),
      seed: 1,
      account: ACCOUNT,
      disturbances: [{ before() {}, after() {}, ...disturbances }],
    });
    this.fleet = new TidbFleet(this.cloud.world);
    this.cloud.ecs.addImage('pingcap/br', brImage(this.fleet));
    this.#keys = furnish(this.cloud);
    this.source = this.#fleetCluster('shop', HOME, { gcLifeTime: hours(24), ...source });
    this.cluster = {
      name: 'shop',
      engine: 'tidb',
      logFlush: minutes(5),
      plan: 'standard',
      version: this.source.version,
      reach: reach('shop:2379'),
      filter: [],
      expectedBytes: 1,
      restoreBytesPerSecond: 1,
      restoreInto: {},
      ...cluster,
    };
    this.containers = this.#containersOf();
    this.driver = this.#settling(this.#driver());
  }

  #fleetCluster(name: string, region: string, options: Partial<TidbClusterOptions> = {}): TidbCluster {
    const principal = `arn:aws:iam::${ACCOUNT}:root`;
    const tikv = this.cloud.callAs({ name: `${name}-tikv`, principal });
    return this.fleet.addCluster({ name, region, pd: [`${name}:2379`], tikv, ...options });
  }

  #containersOf(): Containers {
    return ecsContainers({
      ecs: inEach((region) => connect(new ECSClient({ region }), 'ecs', region)),
      logs: inEach((region) => connect(new CloudWatchLogsClient({ region }), 'cloudwatch-logs', region)),
    });
  }

  #driver(): EngineDriver {
    return tidbDriver({
      store: inEach((region) => s3ObjectStore(connect(new S3Client({ region }), 's3', region), region)),
      vaults: VAULTS,
      vaultKeys: this.#keys,
      home: HOME,
      containers: this.containers,
      reach: {
        sql: async ({ end }, statements) =>
          this.#answer(end === 'source' ? this.source : this.#drilled!, statements),
        http: unspoken,
      },
    });
  }

  /** The source has a port for SQL, and so has the cluster that the newest drill fills. */
  #answer(cluster: TidbCluster, statements: readonly string[]): SqlReply {
    const session = new TidbSql(cluster, {}).connect('holdfast', undefined);
    const answers = statements.map((statement) => {
      const { columns = [], rows = [], error } = session.query(statement) as Partial<Rows & Refused>;
      if (error) throw new Error(`${statement}: ${error.message}`);
      const named = rows.map((row) => Object.fromEntries(row.map((cell, n) => [columns[n]!, cell])));
      return { rows: named, affectedRows: 0 };
    });
    return { answers };
  }

  /** A prefix of a vault as BR is told of it. */
  storage(region: string, prefix: string): Storage {
    return { bucket: VAULTS[region]!, prefix, region, key: this.#keys[region]! };
  }

  /** Runs BR beside the driver, in the source's region, and answers what it printed. It has to end well. */
  async br(command: readonly string[]): Promise<readonly string[]> {
    const { containers } = this;
    const { subnets, securityGroups } = this.cluster.reach;
    const environment = { BR_LOG_TO_TERM: '1' };
    const order = { region: HOME, family: FAMILY, token: `test-${this.now()}`, startedBy: 'test', command };
    const task = await this.settled(containers.start({ ...order, environment, subnets, securityGroups }));
    for (;;) {
      await this.wait(5);
      const state = await this.settled(containers.look(HOME, task));
      if (state.state !== 'ended') continue;
      const lines = await this.settled(containers.output(HOME, FAMILY, task, 100));
      if (state.exitCode === 0) return lines;
      throw new Error(`br ended with ${state.exitCode} (${state.why}): ${lines.join('\n')}`);
    }
  }

  /** Lets the world go on until some work is done. */
  async settled<Result>(work: Promise<Result>): Promise<Result> {
    let going = true;
    const done = work.finally(() => {
      going = false;
    });
    done.catch(() => {});
    await this.cloud.world.runWhile(() => going);
    return done;
  }

  #settling(driver: EngineDriver): EngineDriver {
    return new Proxy(driver, {
      get: (target, name) => {
        const member: unknown = Reflect.get(target, name);
        return typeof member === 'function'
          ? (spec: unknown, ...rest: unknown[]) =>
              this.settled((member as (...of: unknown[]) => Promise<unknown>)(landing(spec), ...rest))
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
    fillShop(this.source);
  }

  mutate(round: number): void {
    changeShop(this.source, round);
  }

  truth(at: Instant): ReadonlyMap<string, string> {
    // What was committed within the millisecond belongs to it.
    return shown(this.source.rowsAt(tsoOf(later(at, milliseconds(1))) - 1n));
  }

  target(region: string): RestoreTarget {
    const name = `target-${++this.#targets}`;
    this.#fleetCluster(name, region);
    return { clusterId: name };
  }

  drill(region: string, id: string) {
    const target = this.target(region);
    const called = `${target.clusterId}:2379`;
    const drilled = this.fleet.at(region, called)!;
    this.#drilled = drilled;
    return { target, called, content: () => shown(drilled.rowsNow()), id };
  }

  restored(region: string, target: RestoreTarget): ReadonlyMap<string, string> {
    return shown(this.fleet.at(region, `${target.clusterId}:2379`)!.rowsNow());
  }
}

/** The suite names a target in its request; a cluster of TiDB has one per region, by its configuration. */
function landing(spec: unknown): unknown {
  const { target, cluster, region, restore } = (spec ?? {}) as Partial<RestoreSpec>;
  const pd = target?.clusterId ? `${target.clusterId}:2379` : restore?.drill && restore.target;
  if (!pd || !cluster || !region) return spec;
  const filled = { ...reach(pd), ...(restore?.drill && { sql: SQL }) };
  return { ...(spec as object), cluster: { ...cluster, restoreInto: { [region]: { reach: filled } } } };
}

const SQL = { host: 'target', port: 4000, secret: 'arn:aws:secretsmanager:::secret:target', tls: false };

interface Rows {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly (string | null)[])[];
}

interface Refused {
  readonly error: { readonly message: string };
}

const unspoken = (): Promise<never> => Promise.reject(new Error('nothing is asked over HTTP here'));

const shown = (rows: ReadonlyMap<string, unknown>): ReadonlyMap<string, string> =>
  new Map([...rows].map(([key, row]) => [key, JSON.stringify(row)]));
