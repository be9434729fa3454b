import type { TidbCluster as Configured, TidbReach } from '../core/plan/installation.ts';
import type { SqlEndpoint } from '../core/plan/self-run.ts';
import { type Duration, hours, type Instant } from '../core/time/instant.ts';
import type { Comparison } from '../embedded/applications/compare.ts';
import { TablesApplication } from '../embedded/applications/tables.ts';
import type { EmbeddedCloud } from '../embedded/cloud.ts';
import { brImage } from '../embedded/tidb/br/program.ts';
import type { TidbCluster } from '../embedded/tidb/cluster.ts';
import type { Change } from '../embedded/tidb/contents.ts';
import type { TidbFaults } from '../embedded/tidb/faults.ts';
import { TidbFleet } from '../embedded/tidb/fleet.ts';
import { TidbSql } from '../embedded/tidb/sql/server.ts';
import { TidbVolumes } from './tidb-volumes.ts';

/** TiDB's default is ten minutes. Who takes incremental snapshots keeps old versions for as long as lies between two. */
const GC_LIFE = hours(26);

export interface TidbOptions {
  /** What goes wrong inside them by chance. @default nothing */
  readonly faults?: TidbFaults | undefined;
  /** TiKV stores of each: every one flushes its log by itself. @default 3 */
  readonly stores?: number | undefined;
}

/** The TiDB clusters of a stage: the protected ones with their applications, and the empty ones that restores fill. */
export class TidbClusters {
  readonly fleet: TidbFleet;
  /** By the name of the protected cluster. */
  readonly applications = new Map<string, TablesApplication>();
  readonly volumes: TidbVolumes;
  readonly #cloud: EmbeddedCloud;
  readonly #stores: number | undefined;

  constructor(cloud: EmbeddedCloud, options: TidbOptions = {}) {
    const { faults, stores } = options;
    this.#cloud = cloud;
    this.#stores = stores;
    this.volumes = new TidbVolumes(cloud);
    this.fleet = new TidbFleet(cloud.world, {
      isDark: (region) => cloud.isDark(region),
      ...(faults && { faults }),
    });
    cloud.ecs.addImage('pingcap/br', brImage(this.fleet));
  }

  /** A cluster at home with an application in it, and an empty one wherever it may be restored. */
  place({ name, version, reach, restoreInto, logFlush, volumes }: Configured, home: string): void {
    const disks = volumes && this.volumes.place(name, home, volumes, () => source.pd.isStill);
    const source = this.#add(name, home, version, reach, logFlush, disks?.append);
    this.applications.set(name, new TablesApplication(this.#cloud.world, source));
    for (const [region, { reach: target }] of Object.entries(restoreInto))
      if (target && !this.fleet.at(region, addresses(target)[0]!))
        this.#add(`${name}-restored`, region, version, target);
  }

  /** The cluster that a restore of a protected one fills in a region. Throws when none is named. */
  targetOf({ name, restoreInto }: Configured, region: string): TidbCluster {
    const { reach } = restoreInto[region] ?? {};
    const found = reach && this.fleet.at(region, addresses(reach)[0]!);
    if (!found) throw new Error(`${name} has no cluster in ${region} that a restore fills`);
    return found;
  }

  /** Puts a new, empty cluster in the place of the one that a restore fills, as a person does who restores again. */
  emptyTarget(cluster: Configured, region: string): void {
    this.targetOf(cluster, region).empty();
  }

  /** What a restore made, compared with the truth of an instant. */
  compareRestored(cluster: Configured, region: string, at: Instant): Comparison {
    return this.applications.get(cluster.name)!.compareWith(this.targetOf(cluster, region), at);
  }

  #add(
    name: string,
    region: string,
    version: string,
    reach: TidbReach,
    flushMost?: Duration,
    onChange?: (change: Change) => void,
  ): TidbCluster {
    // TiKV's nodes have a role of their own, which is not Holdfast's: its permissions are the account's business.
    const principal = reach.tikvRole ?? `arn:aws:iam::${this.#cloud.account}:role/tikv-${name}`;
    const cluster = this.fleet.addCluster({
      name,
      region,
      version,
      pd: addresses(reach),
      reachableFrom: reach.securityGroups,
      gcLifeTime: GC_LIFE,
      // Set up as its configuration says.
      ...(flushMost !== undefined && { flushMost }),
      ...(onChange && { onChange }),
      ...(this.#stores !== undefined && { stores: this.#stores }),
      tikv: this.#cloud.callAs({ name: `tikv of ${name}`, principal }),
    });
    if (reach.sql) this.#openSql(cluster, reach.sql, reach.securityGroups);
    return cluster;
  }

  /** Its SQL port, with one user, whose password stands in the secret that the configuration names. */
  #openSql(cluster: TidbCluster, sql: SqlEndpoint, reachableFrom: readonly string[]): void {
    const { host, port, secret: arn, tls } = sql;
    const { network, secrets } = this.#cloud;
    const { region } = cluster;
    const login = { username: 'holdfast', password: `of-${cluster.name}-in-${region}` };
    secrets.seed({ region, name: secretName(arn), value: JSON.stringify(login), arn });
    network.listen(
      { region, host, port, reachableFrom, tls: tls ? 'required' : 'none' },
      new TidbSql(cluster, { [login.username]: login.password }),
    );
  }
}

const addresses = ({ pd }: TidbReach): string[] => pd.split(',');
/** Of an ARN: what stands before the six characters that Secrets Manager adds. */
const secretName = (arn: string): string =>
  arn
    .split(':')
    .at(-1)!
    .replace(/-[^-]{6}$/, '');
