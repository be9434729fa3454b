import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { ECSClient } from '@aws-sdk/client-ecs';
import { S3Client } from '@aws-sdk/client-s3';
import { connect } from '../../adapters/aws/clients.ts';
import { ecsContainers } from '../../adapters/aws/ecs-containers.ts';
import { s3ObjectStore } from '../../adapters/aws/s3-object-store.ts';
import { milvusDriver } from '../../adapters/engines/milvus/driver.ts';
import type { EngineDriver, RestoreSpec, RestoreTarget } from '../../core/engines/driver.ts';
import { ServiceUnavailable } from '../../core/errors/registry.ts';
import type { MilvusCluster, MilvusReach } from '../../core/plan/installation.ts';
import type { Containers } from '../../core/ports/containers.ts';
import type { HttpRequest, Place, Reach } from '../../core/ports/reach.ts';
import { type Instant, instant, later, seconds } from '../../core/time/instant.ts';
import { EmbeddedCloud } from '../../embedded/cloud.ts';
import type { Interference } from '../../embedded/faults/hooks.ts';
import { milvusBackupImage } from '../../embedded/milvus/backup/program.ts';
import { MilvusFleet } from '../../embedded/milvus/fleet.ts';
import type { Milvus, MilvusOptions } from '../../embedded/milvus/milvus.ts';
import { MilvusRestServer } from '../../embedded/milvus/rest.ts';
import type { DriverFixture } from '../conformance/driver-suite.ts';
import { entity, entityId, fillDocs, shown } from './milvus-docs.ts';

const ACCOUNT = '111122223333';
export const HOME = 'eu-west-1';
export const RECOVERY = 'eu-central-1';
export const VAULTS: Readonly<Record<string, string>> = {
  [HOME]: 'vault-home',
  [RECOVERY]: 'vault-recovery',
};
const ROLE = `arn:aws:iam::${ACCOUNT}:role/milvus-backup`;
export const FAMILY = 'holdfast-milvus-docs';
const ROOT_PATH = 'file';
const bucketOf = (name: string, region: string): string => `milvus-${name}-${region}`;

const reachOf = (name: string, region: string): MilvusReach => ({
  host: name,
  port: 19_530,
  tls: false,
  management: `${name}:9091`,
  bucket: bucketOf(name, region),
  rootPath: ROOT_PATH,
  subnets: ['subnet-1'],
  securityGroups: ['sg-milvus'],
});

export interface MilvusWorldOptions {
  readonly disturbances?: Partial<Interference>;
  readonly cluster?: Partial<MilvusCluster>;
  readonly source?: Partial<MilvusOptions>;
}

/**
 * A Milvus, milvus-backup in containers on an embedded ECS, vaults in two regions, and the driver over genuine clients.
 * Its calls take virtual time, in which everything else goes on. Milvus's REST API is spoken to without a function.
 */
export class MilvusWorld implements DriverFixture {
  readonly cloud: EmbeddedCloud;
  readonly fleet: MilvusFleet;
  readonly source: Milvus;
  readonly home = HOME;
  readonly recovery = RECOVERY;
  /** Its collections are new ones, beside whatever is there. */
  readonly makesItsTarget = true;
  readonly cluster: MilvusCluster;
  readonly driver: EngineDriver;
  readonly containers: Containers;
  /** By name; what they were asked over REST stands in them. */
  readonly servers = new Map<string, MilvusRestServer>();
  #targets = 0;
  /** Which Milvus answers as the target of a region. */
  readonly #current = new Map<string, string>();
  /** REST answers nobody. */
  unreachable = false;

  constructor({ disturbances = {}, cluster = {}, source = {} }: MilvusWorldOptions = {}) {
    this.cloud = new EmbeddedCloud({
      start: instant(Date.UTC(2026, 10, 21, 3, 0, 0, 250)),
      seed: 1,
      account: ACCOUNT,
      disturbances: [{ before() {}, after() {}, ...disturbances }],
    });
    this.fleet = new MilvusFleet(this.cloud.world);
    this.cloud.ecs.addImage('milvusdb/milvus-backup', milvusBackupImage(this.fleet));
    this.cloud.iam.addRole(ROLE, {
      Statement: [
        { Effect: 'Allow', Principal: { Service: 'ecs-tasks.amazonaws.com' }, Action: 'sts:AssumeRole' },
      ],
    });
    this.cloud.iam.attach(ROLE, { Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] });
    for (const region of [HOME, RECOVERY]) this.#region(region);
    this.source = this.addMilvus('docs', HOME, source);
    this.cluster = {
      name: 'docs',
      engine: 'milvus',
      plan: 'standard',
      version: this.source.options.version,
      tool: 'v0.5.16',
      reach: reachOf('docs', HOME),
      collections: [],
      expectedBytes: 1,
      restoreBytesPerSecond: 1,
      restoreInto: {},
      ...cluster,
    };
    this.containers = ecsContainers({
      ecs: inEach((region) => connect(new ECSClient({ region }), 'ecs', region)),
      logs: inEach((region) => connect(new CloudWatchLogsClient({ region }), 'cloudwatch-logs', region)),
    });
    this.driver = this.#settling(
      milvusDriver({
        store: inEach((region) => s3ObjectStore(connect(new S3Client({ region }), 's3', region), region)),
        vaults: VAULTS,
        home: HOME,
        containers: this.containers,
        reach: this.#reach(),
      }),
    );
  }

  #region(region: string): void {
    const { s3, ecs } = this.cloud;
    const bucket = { region, account: ACCOUNT, versioning: true, eventBridge: false };
    s3.createBucket({ ...bucket, name: VAULTS[region]! });
    ecs.createCluster({ region, account: ACCOUNT, name: 'holdfast' });
    ecs.registerTaskDefinition({
      family: FAMILY,
      account: ACCOUNT,
      region,
      cpu: 1_024,
      memoryMib: 2_048,
      taskRole: ROLE,
      executionRole: ROLE,
      container: {
        name: 'milvus',
        image: 'milvusdb/milvus-backup:v0.5.16',
        entryPoint: ['/app/milvus-backup'],
        command: [],
        environment: {},
        secrets: {},
        stopTimeout: seconds(30),
        log: { group: `/holdfast/${FAMILY}`, streamPrefix: FAMILY },
      },
    });
  }

  addMilvus(name: string, region: string, options: Partial<MilvusOptions> = {}): Milvus {
    const { host, port, management, bucket, rootPath, securityGroups } = reachOf(name, region);
    this.cloud.s3.createBucket({
      name: bucket,
      region,
      account: ACCOUNT,
      versioning: false,
      eventBridge: false,
    });
    const aws = this.cloud.callAs({ name, principal: `arn:aws:iam::${ACCOUNT}:root` });
    const made = this.fleet.add({
      ...{ name, region, host, port, management, bucket, rootPath, aws, version: 'v2.6.12' },
      reachableFrom: securityGroups,
      ...options,
    });
    this.servers.set(name, new MilvusRestServer(made));
    return made;
  }

  #reach(): Reach {
    return {
      sql: () => Promise.reject(new Error('Milvus speaks no SQL')),
      http: async (place: Place, { method, path, body = '' }: HttpRequest) => {
        const name = place.end === 'source' ? place.cluster : this.#current.get(place.region);
        const server = this.servers.get(name ?? '');
        if (!server || this.unreachable) throw new ServiceUnavailable('nothing answers there');
        const { status, body: said } = server.answer({ method, path, headers: {}, body });
        return { status, body: said };
      },
    };
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
              this.settled((member as (...of: unknown[]) => Promise<unknown>)(this.#landing(spec), ...rest))
          : member;
      },
    });
  }

  /** The suite names a target in its request; a cluster of Milvus has one per region, by its configuration. */
  #landing(spec: unknown): unknown {
    const { target, cluster, region } = (spec ?? {}) as Partial<RestoreSpec>;
    if (!target?.clusterId || !cluster || !region) return spec;
    this.#current.set(region, target.clusterId);
    const reach = reachOf(target.clusterId, region);
    return { ...(spec as object), cluster: { ...cluster, restoreInto: { [region]: { reach } } } };
  }

  now(): Instant {
    return this.cloud.world.now();
  }

  async wait(s: number): Promise<void> {
    await this.cloud.world.runUntil(later(this.now(), seconds(s)));
  }

  create(): void {
    fillDocs(this.source);
  }

  mutate(round: number): void {
    const docs = this.source.find('default', 'docs')!;
    this.source.delete(docs, entityId(round));
    this.source.insert(docs, entity(100 + round, `round ${round}`), 'p1');
    this.source.insert(this.source.find('shop', 'items')!, entity(200 + round, 'more'));
  }

  truth(at: Instant): ReadonlyMap<string, string> {
    return shown(this.source.collections, at);
  }

  target(region: string): RestoreTarget {
    const name = `target-${++this.#targets}`;
    this.addMilvus(name, region);
    return { clusterId: name };
  }

  restored(region: string, target: RestoreTarget): ReadonlyMap<string, string> {
    return shown(this.fleet.cluster(target.clusterId!, region).collections, this.now());
  }
}

/** One client for each region, made at once. */
function inEach<Client>(make: (region: string) => Client): (region: string) => Client {
  const made = new Map([HOME, RECOVERY].map((region) => [region, make(region)]));
  return (region) => made.get(region)!;
}
