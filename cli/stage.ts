import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { connect } from '../adapters/aws/clients.ts';
import { dynamoCatalog } from '../adapters/aws/dynamo-catalog.ts';
import type { DataApi } from '../core/heartbeat/heart.ts';
import { type Cluster, type Installation, isRds } from '../core/plan/installation.ts';
import type { Catalog } from '../core/ports/catalog.ts';
import { type Duration, type Instant, later } from '../core/time/instant.ts';
import { FilesApplication } from '../embedded/applications/files.ts';
import { OrdersApplication, type Row } from '../embedded/applications/rows.ts';
import { type CloudOptions, EmbeddedCloud } from '../embedded/cloud.ts';
import type { Assembly } from '../embedded/cloudformation/assembly.ts';
import { type Deployment, deploy, type LoadHandler } from '../embedded/cloudformation/provider.ts';
import type { DataApiSeed } from '../embedded/rds/seed.ts';
import type { Execution } from '../embedded/states/execution.ts';
import type { MachineName } from '../workflows/index.ts';
import { DorisClusters, type DorisOptions } from './doris-clusters.ts';
import { EbsClusters } from './ebs-clusters.ts';
import { MilvusClusters, type MilvusOptions } from './milvus-clusters.ts';
import { TidbClusters, type TidbOptions } from './tidb-clusters.ts';

interface StageOptions extends Omit<CloudOptions, 'account'> {
  readonly installation: Installation;
  /** What `cdk synth` wrote for this installation. */
  readonly assembly: Assembly;
  readonly load?: LoadHandler;
  /** How TiDB clusters are made. */
  readonly tidbClusters?: TidbOptions;
  readonly dorisClusters?: DorisOptions;
  readonly milvusClusters?: MilvusOptions;
}

/** A configuration and its deployment, during which the one before it rules too, here and there. */
interface Deployed {
  readonly installation: Installation;
  readonly since: Instant;
  settledAt: Instant | undefined;
}

/**
 * Answers who wrote what a recovery point holds, or, of an engine's own log, who writes in a region.
 */
export type AuthorOf = (
  from: { readonly recoveryPoint: string } | { readonly region: string },
) => FilesApplication | OrdersApplication;

const ENGINES = { aurora: 'aurora-postgresql', documentdb: 'docdb', neptune: 'neptune' } as const;
const TABLE = 'holdfast-catalog';

/**
 * An installation in its embedded cloud, with an application writing into each protected cluster: what the demo shows
 * and what the simulation tests look into.
 */
export class Stage {
  readonly cloud: EmbeddedCloud;
  readonly #deployment: Deployment;
  readonly #deployed: Deployed[] = [];
  /** Applications by the name of the cluster that they write into. */
  readonly files = new Map<string, FilesApplication>();
  readonly orders = new Map<string, OrdersApplication>();
  /** Who wrote what a point holds, of clusters that have another side as well. */
  readonly authors = new Map<string, AuthorOf>();
  readonly ebs: EbsClusters;
  readonly tidb: TidbClusters;
  readonly doris: DorisClusters;
  readonly milvus: MilvusClusters;

  constructor({
    installation,
    assembly,
    load,
    tidbClusters,
    dorisClusters,
    milvusClusters,
    ...options
  }: StageOptions) {
    const [stack] = assembly.stacks;
    if (!stack) throw new Error('the assembly has no stacks; synthesize it first');
    this.cloud = new EmbeddedCloud({ ...options, account: stack.account });
    this.ebs = new EbsClusters(this.cloud);
    this.tidb = new TidbClusters(this.cloud, tidbClusters);
    this.doris = new DorisClusters(this.cloud, dorisClusters);
    this.milvus = new MilvusClusters(this.cloud, milvusClusters);
    this.#deployed.push({ installation, since: this.now, settledAt: this.now });
    this.#placeAll(installation);
    this.#deployment = deploy(this.cloud, assembly, load);
  }

  /** What was deployed last. */
  get installation(): Installation {
    return this.#deployed.at(-1)!.installation;
  }

  /** What was ever deployed, oldest first. */
  get deployed(): readonly Readonly<Deployed>[] {
    return this.#deployed;
  }

  /**
   * Deploys a changed configuration as `cdk deploy --all` does, in the minutes that it takes, while everything else goes
   * on. Its regions stay the same. A cluster that it adds has its application from now on; one that it leaves out keeps its.
   * Throws while another deployment is under way.
   */
  async redeploy(installation: Installation, assembly: Assembly): Promise<void> {
    if (this.redeploying) throw new Error('a deployment is under way; ask `redeploying` first');
    this.#placeAll(installation);
    const update = this.#deployment.update(assembly);
    const deployed: Deployed = { installation, since: this.now, settledAt: undefined };
    this.#deployed.push(deployed);
    await update;
    deployed.settledAt = this.now;
  }

  get now(): Instant {
    return this.cloud.world.now();
  }

  get redeploying(): boolean {
    return this.#deployment.busy;
  }

  async run(forHowLong: Duration): Promise<void> {
    await this.cloud.world.runUntil(later(this.now, forHowLong));
  }

  /** Lets the world go on until some asynchronous work in it has ended. */
  async until<T>(work: Promise<T>): Promise<T> {
    let ended = false;
    const watched = work.finally(() => {
      ended = true;
    });
    watched.catch(() => {});
    if (!(await this.cloud.world.runWhile(() => !ended)) && !ended)
      throw new Error('the world has nothing left to do, and what was waited for has not ended');
    return watched;
  }

  /** Starts a machine as an operator does in the console of a region. */
  start(region: string, machine: MachineName, input: object, name?: string): Execution {
    const arn = `arn:aws:states:${region}:${this.cloud.account}:stateMachine:holdfast-${machine}`;
    return this.cloud.states.start(arn, { input: JSON.stringify(input), name });
  }

  /** The same, and lets the world go on until the execution has ended. */
  async execute(region: string, machine: MachineName, input: object, name?: string): Promise<Execution> {
    const execution = this.start(region, machine, input, name);
    await this.until(execution.ended);
    return execution;
  }

  /** The catalog as an operator in a region sees it. */
  catalog(region: string): Catalog {
    return dynamoCatalog(connect(new DynamoDBClient({ region }), 'dynamodb', region), TABLE);
  }

  /** The rows of a database cluster, the protected one or a restored one, as they are now. */
  rowsOf(region: string, clusterId: string): ReadonlyMap<string, Row> {
    return this.cloud.rds.rowsAt(clusterId, region, this.now) as ReadonlyMap<string, Row>;
  }

  /** A protected cluster as it was configured last: its targets stay when it leaves the configuration. */
  configured(name: string): Cluster {
    const all = this.#deployed.flatMap(({ installation }) => installation.clusters);
    const found = all.findLast((cluster) => cluster.name === name);
    if (!found) throw new Error(`${name} was never a protected cluster`);
    return found;
  }

  /** As a person does who restores again: what the restore before filled is emptied. Most engines make what they restore anew. */
  emptyTarget(region: string, name: string): void {
    const cluster = this.configured(name);
    if (cluster.engine === 'tidb') this.tidb.emptyTarget(cluster, region);
    if (cluster.engine === 'doris') this.doris.emptyTarget(cluster, region);
    if (cluster.engine === 'milvus') this.milvus.emptyTarget(cluster, region);
  }

  close(): void {
    this.cloud.close();
  }

  #placeAll({ clusters, regions }: Installation): void {
    for (const cluster of clusters) if (!this.#isPlaced(cluster)) this.#place(cluster, regions.primary);
  }

  #isPlaced({ name }: Cluster): boolean {
    const { files, orders, ebs, tidb, doris, milvus } = this;
    const placed = [files, orders, ...[ebs, tidb, doris, milvus].map(({ applications }) => applications)];
    return placed.some((applications) => applications.has(name));
  }

  /** Puts a cluster there as it would be before Holdfast comes: with its application. */
  #place(cluster: Cluster, region: string): void {
    const { world, s3, rds, kms, account } = this.cloud;
    // Under a key of the application's own, which leaves it to the account who may use it, as KMS's default policy does.
    const { arn: kmsKeyArn } = kms.createKey({ region, account, now: world.now() });
    this.cloud.iam.addResourcePolicy(kmsKeyArn, {
      Statement: {
        Effect: 'Allow',
        Principal: { AWS: `arn:aws:iam::${account}:root` },
        Action: 'kms:*',
        Resource: '*',
      },
    });
    if (cluster.engine === 'objects') {
      const { bucket, prefix } = cluster;
      if (!s3.bucket(bucket))
        s3.createBucket({ name: bucket, region, account, versioning: true, eventBridge: false, kmsKeyArn });
      this.files.set(cluster.name, new FilesApplication({ world, s3, account, region, bucket, prefix }));
      return;
    }
    if (cluster.engine === 'ebs') this.ebs.place(cluster, region, kmsKeyArn);
    if (cluster.engine === 'tidb') this.tidb.place(cluster, region);
    if (cluster.engine === 'doris') this.doris.place(cluster, region);
    if (cluster.engine === 'milvus') this.milvus.place(cluster, region);
    if (!isRds(cluster)) return;
    const { clusterId } = cluster;
    rds.seedCluster({
      region,
      clusterId,
      engine: ENGINES[cluster.engine],
      kmsKeyId: kmsKeyArn,
      createdAt: world.now(),
      tags: { team: 'shop' },
      ...(cluster.dataApi && { dataApi: this.#loginOf(cluster.dataApi, region, clusterId) }),
    });
    for (const [where, into] of Object.entries(cluster.restoreInto)) {
      rds.seedNetwork(where, into);
      if (into.dataApi) this.#loginOf(into.dataApi, where, clusterId);
    }
    for (const [where, into] of Object.entries(cluster.drillInto ?? {})) rds.seedNetwork(where, into);
    const write = (table: string, id: string, row: Row | undefined, at: Instant) =>
      rds.write(clusterId, region, { table, id, values: row ?? null }, at);
    this.orders.set(cluster.name, new OrdersApplication(world, { write }));
  }
  /** Puts the secret there that a Data API is entered with. What a restore makes knows the same user. */
  #loginOf({ secret: arn, database }: DataApi, region: string, clusterId: string): DataApiSeed {
    const login = { username: 'holdfast', password: `of-${clusterId}` };
    const name = arn
      .split(':')
      .at(-1)!
      .replace(/-[^-]{6}$/, '');
    this.cloud.secrets.seed({ region, name, value: JSON.stringify(login), arn });
    return { ...login, ...(database !== undefined && { database }) };
  }
}
