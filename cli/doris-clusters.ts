import type { DorisCluster as Configured, DorisReach } from '../core/plan/installation.ts';
import type { DorisSelection, DorisStandby } from '../core/plan/self-run.ts';
import { type Instant, seconds } from '../core/time/instant.ts';
import { type Comparison, compare, NOTHING, together } from '../embedded/applications/compare.ts';
import { WarehouseApplication } from '../embedded/applications/warehouse.ts';
import type { EmbeddedCloud } from '../embedded/cloud.ts';
import type { CcrFaults } from '../embedded/doris/ccr/faults.ts';
import type { DorisCluster } from '../embedded/doris/cluster.ts';
import type { DorisFaults } from '../embedded/doris/faults.ts';
import { DorisFleet } from '../embedded/doris/fleet.ts';
import { hostsIn } from '../embedded/doris/in-cloud.ts';
import type { RestoreJob } from '../embedded/doris/restore-job.ts';
import { DorisStandbys } from './doris-standbys.ts';

export interface DorisOptions {
  /** What goes wrong inside them by chance. @default nothing */
  readonly faults?: DorisFaults | undefined;
  /** The same with the syncers of their standbys. @default nothing */
  readonly syncerFaults?: CcrFaults | undefined;
  /** Zone of the frontends' hosts. @default UTC */
  readonly timeZone?: string | undefined;
}

/** The Doris clusters of a stage: the protected ones with their applications, and those that restores fill. */
export class DorisClusters {
  readonly fleet: DorisFleet;
  /** By the name of the protected cluster, one for each of its databases. */
  readonly applications = new Map<string, readonly WarehouseApplication[]>();
  /** What keeps standbys in step. */
  readonly standbys: DorisStandbys;
  readonly #cloud: EmbeddedCloud;
  readonly #options: DorisOptions;
  /** Where each one's frontend listens. */
  readonly #hosts = new Map<DorisCluster, string>();

  constructor(cloud: EmbeddedCloud, options: DorisOptions = {}) {
    const { faults } = options;
    this.#cloud = cloud;
    this.#options = options;
    this.standbys = new DorisStandbys(cloud, options.syncerFaults);
    this.fleet = new DorisFleet(cloud.world, {
      isDark: (region) => cloud.isDark(region),
      ...(faults && { faults }),
    });
  }

  /** A cluster at home with an application in each of its databases, and an empty one wherever it may be restored. */
  place({ name, version, reach, databases, restoreInto, standby }: Configured, home: string): void {
    const source = this.#add(name, home, version, reach);
    const applications = Object.entries(databases).map(
      ([database, selection]) =>
        new WarehouseApplication(this.#cloud.world, source, database, tablesOf(selection)),
    );
    this.applications.set(name, applications);
    for (const [region, { reach: target }] of Object.entries(restoreInto))
      if (target && !this.#at(region, target)) this.#add(`${name}-restored`, region, version, target);
    if (!standby) return;
    const { region, reach: its } = standby;
    this.standbys.add(source, this.#add(`${name}-standby`, region, version, its), standby);
    this.#seed(region, standby.source.secret, loginOf(name, home));
  }

  /** The protected cluster itself. */
  sourceOf({ name, reach }: Configured): DorisCluster {
    const found = this.fleet.clusters.find((cluster) => cluster.name === name);
    if (!found) throw new Error(`${name} is not placed at ${reach.sql.host}`);
    return found;
  }

  /** The cluster that a restore of a protected one fills in a region: itself, where it names none at home. */
  targetOf(cluster: Configured, region: string): DorisCluster {
    const { reach } = cluster.restoreInto[region] ?? {};
    const found = reach ? this.#at(region, reach) : this.sourceOf(cluster);
    if (found?.options.region !== region)
      throw new Error(`${cluster.name} has no cluster in ${region} that a restore fills`);
    return found;
  }

  /**
   * Takes every database from the cluster that a restore fills, as a person does who restores again; from the protected one
   * itself the tables that none of its applications has.
   */
  emptyTarget(cluster: Configured, region: string): void {
    const target = this.targetOf(cluster, region);
    if (target === this.sourceOf(cluster)) this.#takeAway(target, cluster);
    else
      for (const database of [...target.catalog.databases.keys()])
        target.catalog.dropDatabase(database, true, true);
  }

  /**
   * What the restores that ended well since an instant made, each compared with the truth of the moment at which its
   * snapshot was taken.
   */
  compareRestored(cluster: Configured, region: string, since: Instant): Comparison {
    return this.#finished(cluster, region, since)
      .map((job) => this.#compare(cluster, job))
      .reduce(together, NOTHING);
  }

  /** Tables into which two of those restores wrote, by the names that they have now. */
  writtenTwice(cluster: Configured, region: string, since: Instant): string[] {
    const all = this.#finished(cluster, region, since).flatMap(({ landed }) => [...landed.values()]);
    return [...new Set(all.filter((table, n) => all.indexOf(table) !== n))].map(({ name }) => name);
  }

  #finished(cluster: Configured, region: string, since: Instant): RestoreJob[] {
    return this.targetOf(cluster, region).jobs.all.filter(
      (job): job is RestoreJob =>
        job.kind === 'restore' && job.state === 'FINISHED' && job.createdAt >= since,
    );
  }

  #takeAway({ catalog }: DorisCluster, { name }: Configured): void {
    for (const { database, tables } of this.applications.get(name)!) {
      const found = catalog.databases.get(database);
      for (const { name: table, spec } of [...(found?.tables.values() ?? [])])
        if (spec.kind === 'olap' && !tables.has(table)) catalog.dropTable(found!, table, true, true);
    }
  }

  #compare(cluster: Configured, job: RestoreJob): Comparison {
    const { info, repository } = job.parts;
    const source = this.sourceOf(cluster);
    const application = this.applications
      .get(cluster.name)!
      .find(({ database }) => database === info.database);
    const moment = source.momentOf(repository?.name, job.label);
    if (!application || !moment)
      throw new Error(`nobody knows the truth of ${job.label} of ${info.database}`);
    const truth = new Map<string, object>();
    const landed = new Map<string, object>();
    const all = application.truthAt(moment.seq);
    // What an earlier restore put beside the application's tables is nobody's truth.
    const its = application.tablesAt(moment.seq);
    for (const [name, { partitions }] of Object.entries(info.backup_objects)) {
      if (!its.has(name)) continue;
      const table = job.landed.get(name);
      const prefix = `${info.database}.${name}/`;
      const restored = [...(table?.partitions.values() ?? [])].filter((one) => one.name in partitions);
      for (const { rows } of restored) for (const [key, row] of rows) landed.set(prefix + key, row);
      for (const [key, row] of all)
        if (
          key.startsWith(prefix) &&
          (!table?.spec.partitionColumn ||
            restored.some((one) => one.holds(row[table.spec.partitionColumn!])))
        )
          truth.set(key, row);
    }
    const print = (value: object) => JSON.stringify(Object.entries(value).sort());
    return compare(
      truth,
      landed,
      (a, b) => print(a) === print(b),
      (value) => print(value).length,
    );
  }

  #at(region: string, { sql }: DorisReach): DorisCluster | undefined {
    return this.fleet.clusters.find(
      (cluster) => cluster.options.region === region && this.#hosts.get(cluster) === sql.host,
    );
  }

  #add(
    name: string,
    region: string,
    version: string,
    reach: DorisReach | DorisStandby['reach'],
  ): DorisCluster {
    const { account, network } = this.#cloud;
    const { sql, securityGroups: reachableFrom } = reach;
    const { hostRole, keys }: Partial<DorisReach> = reach;
    const login = loginOf(name, region);
    const access = { access_key: `AKIA${name}`, secret_key: `of-${name}` };
    const cluster = this.fleet.add({
      ...{ name, region, version },
      ...(this.#options.timeZone !== undefined && { timeZone: this.#options.timeZone }),
      users: { [login.username]: { password: login.password, admin: true } },
      hosts: hostsIn(
        {
          iam: this.#cloud.iam,
          callAs: (principal) => this.#cloud.callAs({ name: `doris ${name}`, principal, patience: PATIENCE }),
        },
        // Its hosts have a role of their own, which is not Holdfast's: its permissions are the account's business.
        hostRole ?? `arn:aws:iam::${account}:role/doris-${name}`,
        new Map([
          [
            access.access_key,
            { secret: access.secret_key, principal: `arn:aws:iam::${account}:user/doris-${name}` },
          ],
        ]),
      ),
    });
    this.#hosts.set(cluster, sql.host);
    this.#seed(region, sql.secret, login);
    if (keys !== undefined) this.#seed(region, keys, access);
    network.listen(
      {
        ...{ region, host: sql.host, port: sql.port, reachableFrom, tls: sql.tls ? 'required' : 'none' },
        isDown: () => cluster.isDown,
      },
      cluster.sql,
    );
    return cluster;
  }

  #seed(region: string, arn: string, value: object): void {
    this.#cloud.secrets.seed({ region, name: secretName(arn), value: JSON.stringify(value), arn });
  }
}

/** How long a host waits for an answer of S3. */
const PATIENCE = seconds(30);

/** The one user of each. */
const loginOf = (name: string, region: string) => ({
  username: 'holdfast',
  password: `of-${name}-in-${region}`,
});

/** What has to be there so that a selection finds it. */
function tablesOf(selection: DorisSelection): Readonly<Record<string, readonly string[]>> {
  if ('on' in selection)
    return Object.fromEntries(selection.on.map(({ table, partitions }) => [table, partitions]));
  return 'exclude' in selection ? Object.fromEntries(selection.exclude.map((table) => [table, []])) : {};
}

/** Of an ARN: what stands before the six characters that Secrets Manager adds. */
const secretName = (arn: string): string =>
  arn
    .split(':')
    .at(-1)!
    .replace(/-[^-]{6}$/, '');
