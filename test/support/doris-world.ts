import { S3Client } from '@aws-sdk/client-s3';
import { connect } from '../../adapters/aws/clients.ts';
import { s3ObjectStore } from '../../adapters/aws/s3-object-store.ts';
import { dorisDriver } from '../../adapters/engines/doris/driver.ts';
import type { EngineDriver, RestoreSpec, RestoreTarget } from '../../core/engines/driver.ts';
import { ServiceUnavailable } from '../../core/errors/registry.ts';
import type { DorisReach, DorisCluster as Protected } from '../../core/plan/installation.ts';
import type { Place, Reach, SqlReply } from '../../core/ports/reach.ts';
import { type Instant, instant, later, seconds } from '../../core/time/instant.ts';
import { EmbeddedCloud } from '../../embedded/cloud.ts';
import type { DorisCluster, DorisClusterOptions } from '../../embedded/doris/cluster.ts';
import { DorisFleet } from '../../embedded/doris/fleet.ts';
import { hostsIn } from '../../embedded/doris/in-cloud.ts';
import type { Interference } from '../../embedded/faults/hooks.ts';
import type { DriverFixture } from '../conformance/driver-suite.ts';
import { speak } from './doris-speak.ts';
import { fillOlap } from './doris-tables.ts';

const ACCOUNT = '111122223333';
export const HOME = 'eu-west-1';
export const RECOVERY = 'eu-central-1';
export const VAULTS: Readonly<Record<string, string>> = {
  [HOME]: 'vault-home',
  [RECOVERY]: 'vault-recovery',
};
const HOSTS = `arn:aws:iam::${ACCOUNT}:role/doris-hosts`;

const reach = (host: string): DorisReach => ({
  sql: { host, port: 9030, secret: 'arn:secret', tls: false },
  subnets: ['subnet-1'],
  securityGroups: ['sg-1'],
  hostRole: HOSTS,
});

export interface DorisWorldOptions {
  readonly disturbances?: Partial<Interference>;
  readonly source?: Partial<DorisClusterOptions>;
  readonly cluster?: Partial<Protected>;
  /** Whether the answer to the nth call is lost on its way: its statements took effect. @default never */
  readonly loses?: (call: number) => boolean;
}

/**
 * A Doris cluster with two databases, vaults in two regions, and the driver. Statements go to the frontend over no network:
 * the way there has tests of its own. The driver's calls take virtual time, in which everything else goes on.
 */
export class DorisWorld implements DriverFixture {
  readonly cloud: EmbeddedCloud;
  readonly fleet: DorisFleet;
  readonly source: DorisCluster;
  readonly home = HOME;
  readonly recovery = RECOVERY;
  readonly cluster: Protected;
  readonly driver: EngineDriver;
  /** Every statement that the driver sent, in its order. */
  readonly sent: string[] = [];
  /** Where restores of a region land. */
  readonly #landing = new Map<string, string>();
  readonly #history: { readonly at: Instant; readonly rows: ReadonlyMap<string, string> }[] = [];
  readonly #loses: (call: number) => boolean;
  #targets = 0;
  #calls = 0;

  constructor({ disturbances = {}, source = {}, cluster = {}, loses = () => false }: DorisWorldOptions = {}) {
    this.#loses = loses;
    this.cloud = new EmbeddedCloud({
      start: instant(Date.UTC(2026, 10, 21, 3, 0, 0, 250)),
      seed: 1,
      account: ACCOUNT,
      disturbances: [{ before() {}, after() {}, ...disturbances }],
    });
    this.fleet = new DorisFleet(this.cloud.world);
    this.cloud.iam.addRole(HOSTS);
    this.#allowAll(HOSTS);
    for (const region of [HOME, RECOVERY]) {
      this.cloud.s3.createBucket({
        ...{ name: VAULTS[region]!, region, account: ACCOUNT },
        ...{ versioning: true, eventBridge: false },
      });
      for (const end of ['source', 'target']) this.#vaultRole(region, end);
    }
    this.source = this.add('shop', HOME, source);
    this.cluster = {
      name: 'shop',
      engine: 'doris',
      plan: 'standard',
      version: this.source.version,
      reach: reach('shop'),
      databases: { shop: { all: true }, crm: { all: true } },
      expectedBytes: 1,
      restoreBytesPerSecond: 1,
      restoreInto: {},
      ...cluster,
    };
    this.driver = this.#settling(
      dorisDriver({
        store: (region) => s3ObjectStore(connect(new S3Client({ region }), 's3', region), region),
        vaults: VAULTS,
        home: HOME,
        account: ACCOUNT,
        reach: this.#reach(),
      }),
    );
  }

  /** In which hosts come to the vault: as it is deployed, less the limits, which have tests of their own. */
  #vaultRole(region: string, end: string): void {
    const role = `arn:aws:iam::${ACCOUNT}:role/holdfast-${region}-doris-${end}-shop`;
    this.cloud.iam.addRole(role, {
      Statement: [
        {
          Effect: 'Allow',
          Principal: { AWS: HOSTS },
          Action: 'sts:AssumeRole',
          Condition: { StringEquals: { 'sts:ExternalId': 'shop' } },
        },
      ],
    });
    this.#allowAll(role);
  }

  #allowAll(role: string): void {
    this.cloud.iam.attach(role, { Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] });
  }

  add(name: string, region: string, options: Partial<DorisClusterOptions> = {}): DorisCluster {
    const callAs = (principal: string) => this.cloud.callAs({ name: `${name}-hosts`, principal });
    return this.fleet.add({
      name,
      region,
      hosts: hostsIn({ iam: this.cloud.iam, callAs }, HOSTS),
      ...options,
    });
  }

  #reach(): Reach {
    return {
      sql: async (place, statements) => {
        this.sent.push(...statements);
        const reply = await speak(this.#at(place), statements);
        if (this.#loses(++this.#calls)) throw new ServiceUnavailable('the connection broke');
        return reply;
      },
      http: () => Promise.reject(new Error('nothing here speaks HTTP')),
    };
  }

  #at({ end, region }: Place): DorisCluster {
    const name = end === 'source' ? 'shop' : this.#landing.get(region);
    const found = this.fleet.find(name ?? '', region);
    if (!found) throw new Error(`no Doris cluster ${name} is in ${region}`);
    return found;
  }

  /** What a person types at a frontend. */
  async sql(text: string, cluster = this.source): Promise<SqlReply> {
    return this.settled(speak(cluster, [text]));
  }

  /** Keys below a prefix of a region's vault, and an object of it. */
  keys(region: string, prefix: string): readonly string[] {
    const input = { Bucket: VAULTS[region]!, Prefix: prefix };
    const listed = this.cloud.s3.call('ListObjectsV2', input, this.#caller(region)) as {
      readonly Contents?: readonly { readonly Key: string }[];
    };
    return (listed.Contents ?? []).map(({ Key }) => Key);
  }

  /** Whoever looks into a vault from outside. */
  #caller(region: string) {
    return { account: ACCOUNT, region, principal: HOSTS, now: this.now() };
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
              this.settled((member as (...of: unknown[]) => Promise<unknown>)(this.#landingOf(spec), ...rest))
          : member;
      },
    });
  }

  /** The suite names a target in its request; a cluster of Doris has one per region, by its configuration. */
  #landingOf(spec: unknown): unknown {
    const { target, cluster, region } = (spec ?? {}) as Partial<RestoreSpec>;
    if (!target?.clusterId || !cluster || !region) return spec;
    this.#landing.set(region, target.clusterId);
    const into = { [region]: { reach: reach(target.clusterId) } };
    return { ...(spec as object), cluster: { ...cluster, restoreInto: into } };
  }

  now(): Instant {
    return this.cloud.world.now();
  }

  async wait(s: number): Promise<void> {
    await this.cloud.world.runUntil(later(this.now(), seconds(s)));
  }

  create(): void {
    fillOlap(this.source);
    this.#remember();
  }

  mutate(round: number): void {
    this.source.write('shop', 'orders', `o${round}`, { day: '2026-10-05', amount: 1_000 + round });
    this.source.write('shop', 'orders', `n${round}`, { day: '2026-11-20', amount: round });
    this.source.write('crm', 'people', `p${round}`, undefined);
    this.#remember();
  }

  #remember(): void {
    this.#history.push({ at: this.now(), rows: shown(this.source.rowsNow()) });
  }

  truth(at: Instant): ReadonlyMap<string, string> {
    return this.#history.findLast((moment) => moment.at <= at)?.rows ?? new Map();
  }

  target(region: string): RestoreTarget {
    const name = `target-${++this.#targets}`;
    this.add(name, region);
    return { clusterId: name };
  }

  restored(region: string, target: RestoreTarget): ReadonlyMap<string, string> {
    return shown(this.fleet.find(target.clusterId!, region)!.rowsNow());
  }
}

const shown = (rows: ReadonlyMap<string, unknown>): ReadonlyMap<string, string> =>
  new Map([...rows].map(([key, row]) => [key, JSON.stringify(row)]));
