import type { Instant } from '../../core/time/instant.ts';
import type { RandomStream } from '../random/streams.ts';
import { type Call, type EmbeddedService, NotModelled, onlyModelled } from '../service.ts';
import { deleteCluster, describeClusters, keepBusy, modifyCluster } from './api-clusters.ts';
import { copySnapshot, failCopiesFrom } from './api-copy.ts';
import { disableHttpEndpoint, enableHttpEndpoint } from './api-endpoint.ts';
import { createInstance, deleteInstance, describeInstances } from './api-instances.ts';
import { restoreFromSnapshot, restoreToPointInTime } from './api-restore.ts';
import { createSnapshot, deleteSnapshot, describeSnapshots, isHanging } from './api-snapshots.ts';
import { isApplications } from './catalog.ts';
import { describeEngineVersions } from './engine-versions.ts';
import type { Context, Fate, Operation } from './operation.ts';
import { settled } from './rename.ts';
import type { RowHistory, Rows, Write } from './rows.ts';
import { type ClusterSeed, seeded } from './seed.ts';
import {
  addTags,
  createParameterGroup,
  describeParameterGroups,
  describeParameters,
  describeSubnetGroups,
  listTags,
  modifyParameterGroup,
} from './settings.ts';
import {
  type Cluster,
  emptyRegion,
  type Instance,
  lookUp,
  present,
  type RegionStore,
  type Snapshot,
} from './store.ts';

const OPERATIONS: Readonly<Record<string, Operation>> = {
  CreateDBClusterSnapshot: createSnapshot,
  DescribeDBClusterSnapshots: describeSnapshots,
  CopyDBClusterSnapshot: copySnapshot,
  DeleteDBClusterSnapshot: deleteSnapshot,
  RestoreDBClusterFromSnapshot: restoreFromSnapshot,
  RestoreDBClusterToPointInTime: restoreToPointInTime,
  DescribeDBClusters: describeClusters,
  ModifyDBCluster: modifyCluster,
  DeleteDBCluster: deleteCluster,
  CreateDBInstance: createInstance,
  DescribeDBInstances: describeInstances,
  DeleteDBInstance: deleteInstance,
  DescribeDBClusterParameterGroups: describeParameterGroups,
  CreateDBClusterParameterGroup: createParameterGroup,
  ModifyDBClusterParameterGroup: modifyParameterGroup,
  DescribeDBClusterParameters: describeParameters,
  DescribeDBSubnetGroups: describeSubnetGroups,
  DescribeDBEngineVersions: describeEngineVersions,
  EnableHttpEndpoint: enableHttpEndpoint,
  DisableHttpEndpoint: disableHttpEndpoint,
  AddTagsToResource: addTags,
  ListTagsForResource: listTags,
};

/** A cluster's database, from inside. */
export interface Database {
  readonly engine: string;
  readonly httpEndpoint: boolean;
  readonly history: RowHistory;
  /** The status of each instance. */
  readonly instances: readonly string[];
}

interface EmbeddedRdsParts {
  /** The stream that durations and generated ids are drawn from. */
  readonly chance: RandomStream;
  readonly account: string;
  /** Throws when a key cannot be used in a region: unknown, of another region, disabled, pending deletion. */
  readonly checkKey: (region: string, key: string) => void;
  /** A region that is gone: nothing can be read from it. */
  readonly isDark: (region: string) => boolean;
}

/**
 * The RDS control plane as Aurora, DocumentDB and Neptune clusters see it: one namespace, one endpoint, one set of
 * quotas for the three. Clusters hold rows with their history, so that what a restore brings back can be compared
 * with what was true at that instant.
 *
 * Does not model: DB instances outside clusters, automated and shared snapshots, cross-account copies, clones,
 * global clusters, exports, retained automated backups, final snapshots, option groups, instance parameter groups
 * (their names are kept), parameters that nobody set, modifications that wait for the maintenance window, capacity
 * shortages, events, snapshot rights, the instances of a restored Multi-AZ DB cluster. The wording of messages and
 * the error for copying a snapshot of a Multi-AZ DB cluster are not documented by AWS and chosen here. One account.
 */
export class EmbeddedRds implements EmbeddedService {
  readonly name = 'rds';
  readonly #parts: EmbeddedRdsParts;
  readonly #regions = new Map<string, RegionStore>();
  readonly #fates = new Map<string, Fate>();

  constructor(parts: EmbeddedRdsParts) {
    this.#parts = parts;
  }

  call(name: string, input: object, call: Call): object {
    const operation = OPERATIONS[name];
    if (!operation) throw new NotModelled('rds', name);
    onlyModelled('rds', name, input, operation.members);
    for (const store of this.#regions.values()) settled(store, call.now);
    this.#noticeDarkness(call.now);
    return operation.run(input, this.#context(call));
  }

  /** Puts a running cluster there with all that it needs: instances, parameter group, subnet group, security groups. */
  seedCluster(seed: ClusterSeed): void {
    const call: Call = {
      account: this.#parts.account,
      region: seed.region,
      principal: `arn:aws:iam::${this.#parts.account}:root`,
      now: seed.createdAt,
    };
    seeded(seed, this.#context(call));
  }

  /** Gives a region the network that a restore needs. Every region has the subnet group `default`. */
  seedNetwork(
    region: string,
    network: { readonly subnetGroup?: string; readonly securityGroups?: readonly string[] },
  ): void {
    const here = this.#region(region);
    if (network.subnetGroup !== undefined) here.subnetGroups.add(network.subnetGroup);
    for (const id of network.securityGroups ?? []) here.securityGroups.add(id);
  }

  /** A write of the application. Throws while the cluster takes no connections. */
  write(clusterId: string, region: string, write: Write, at: Instant): void {
    const cluster = this.#cluster(clusterId, region, at);
    const status = cluster.timeline.status(at);
    if (status === 'creating' || status === 'deleting')
      throw new Error(`cluster ${clusterId} in ${region} takes no connections: its status is ${status}`);
    cluster.history.write(write, at);
  }

  /** What the application wrote into a cluster, as of an instant, by `<table>/<id>`, also when the cluster is gone since. */
  rowsAt(clusterId: string, region: string, at: Instant): Rows {
    const history = this.#region(region).histories.get(clusterId.toLowerCase());
    if (!history) throw new Error(`no cluster ${clusterId} ever was in ${region}`);
    return new Map([...history.at(at)].filter(([key]) => isApplications(key)));
  }

  /** A cluster as the Data API meets it; undefined when there is none. */
  databaseOf(arn: string, now: Instant): Database | undefined {
    const [, , , region = '', , kind, id = ''] = arn.split(':');
    const here = settled(this.#region(region), now);
    const cluster = kind === 'cluster' ? lookUp(here.clusters, id, now) : undefined;
    if (!cluster) return undefined;
    const members = present(here.instances, now).filter(({ clusterId }) => clusterId === cluster.id);
    return {
      engine: cluster.engine,
      httpEndpoint: cluster.httpEndpoint,
      history: cluster.history,
      instances: members.map(({ timeline }) => timeline.status(now)),
    };
  }

  /** The key of a cluster or a cluster snapshot, by name or ARN; undefined when it is not encrypted or not there. */
  keyOf(
    region: string,
    kind: 'cluster' | 'cluster-snapshot',
    nameOrArn: string,
    now: Instant,
  ): string | undefined {
    const here = this.#region(region);
    const name = nameOrArn.split(':').at(-1)!;
    return lookUp<Cluster | Snapshot>(kind === 'cluster' ? here.clusters : here.snapshots, name, now)
      ?.kmsKeyId;
  }

  /** The tags of a cluster or an instance, by its ARN; undefined of anything else, and of what is not there. */
  tagsOf(arn: string, now: Instant): readonly (readonly [string, string])[] | undefined {
    const [, , , region = '', , kind, name = ''] = arn.split(':');
    if (kind !== 'cluster' && kind !== 'db') return undefined;
    const here = this.#region(region);
    const found = lookUp<Cluster | Instance>(kind === 'cluster' ? here.clusters : here.instances, name, now);
    return found?.tags.map(({ Key = '', Value = '' }) => [Key, Value] as const);
  }

  /** Lays a fate on the next snapshot, capture or copy, of this name in this region. */
  spoilSnapshot(region: string, snapshotId: string, fate: Fate): void {
    this.#fates.set(`${region}/${snapshotId.toLowerCase()}`, fate);
  }

  /** Forgets fates that nothing took, and lets every snapshot that hangs come to its end: available or failed. */
  endFates(at: Instant): void {
    this.#fates.clear();
    for (const store of this.#regions.values())
      for (const snapshot of present(store.snapshots, at))
        if (isHanging(snapshot, at))
          snapshot.timeline.next(this.#parts.chance.chance(0.5) ? 'available' : 'failed', at);
  }

  /** Whether a cluster is there and nobody is deleting it. */
  stays(clusterId: string, region: string, at: Instant): boolean {
    const cluster = lookUp(settled(this.#region(region), at).clusters, clusterId, at);
    return cluster !== undefined && cluster.timeline.status(at) !== 'deleting';
  }

  /** Puts a cluster into a status that refuses snapshots and changes (`backing-up`, `upgrading`), for a while. */
  occupyCluster(clusterId: string, region: string, status: string, from: Instant, until: Instant): void {
    keepBusy(this.#cluster(clusterId, region, from), status, from, until);
  }

  /** Fails the copies that were reading from a region when it was lost. Found out at the next call otherwise. */
  loseRegion(region: string, at: Instant): void {
    failCopiesFrom(region, this.#regions.values(), at);
  }

  #noticeDarkness(now: Instant): void {
    for (const region of this.#regions.keys()) if (this.#parts.isDark(region)) this.loseRegion(region, now);
  }

  #cluster(id: string, region: string, now: Instant): Cluster {
    const cluster = lookUp(settled(this.#region(region), now).clusters, id, now);
    if (!cluster) throw new Error(`there is no cluster ${id} in ${region}`);
    return cluster;
  }

  #region(region: string): RegionStore {
    let store = this.#regions.get(region);
    if (!store) {
      store = emptyRegion(region);
      this.#regions.set(region, store);
    }
    return store;
  }

  #context(call: Call): Context {
    return {
      call,
      here: this.#region(call.region),
      region: (name) => this.#region(name),
      everyRegion: () => this.#regions.values(),
      chance: this.#parts.chance,
      checkKey: this.#parts.checkKey,
      isDark: this.#parts.isDark,
      takeFate: (region, snapshotId) => {
        const key = `${region}/${snapshotId}`;
        const fate = this.#fates.get(key);
        this.#fates.delete(key);
        return fate;
      },
    };
  }
}
