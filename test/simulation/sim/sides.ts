import type { Stage } from '../../../cli/stage.ts';
import type { Group } from '../../../core/groups/group.ts';
import { type Cluster, isRds } from '../../../core/plan/installation.ts';
import { type Instant, iso, parseInstant } from '../../../core/time/instant.ts';
import type { Comparison } from '../../../embedded/applications/compare.ts';
import { FilesApplication } from '../../../embedded/applications/files.ts';
import type { History } from '../../../embedded/applications/history.ts';
import { OrdersApplication, type Row } from '../../../embedded/applications/rows.ts';
import { catalogOf } from '../../support/catalog-of.ts';
import type { RecordWatch, Written } from '../checkers/record-watch.ts';

type Application = FilesApplication | OrdersApplication;
const ORDERS_A_DAY = 24;

/** One cluster of the group with its two places, and what its applications know that they wrote into each. */
interface Member {
  readonly cluster: string;
  readonly writers: Readonly<Record<string, Application>>;
  /** What a restore calls the place of a region when it lands there. */
  readonly places: Readonly<Record<string, string>>;
  /** What is there now, compared with what somebody knows of an instant. */
  readonly holds: (region: string, by: Application, at: Instant) => Comparison;
  /** Whether there is anything that could be written into. */
  readonly there: (region: string) => boolean;
  /** Takes away what lies in a place, as somebody does who makes room for the next failover. */
  readonly clear: (region: string) => void;
}

/**
 * A group of clusters that lives in one of two regions. Its applications write where they are pointed to, and each side
 * has a truth of its own: what was brought there by a move, and what was written there since. A side that was left keeps
 * what it had.
 */
export class Sides {
  readonly group: Group;
  readonly home: string;
  readonly away: string;
  /** Where applications write; undefined while they are stopped. */
  pointed: string | undefined;
  /** Somebody at home has not heard of it, and goes on writing there. */
  late = false;
  /** Somebody is at it: two people who move one group are a test of their own. */
  moving = false;
  /** What a move brought that was not what it had promised. */
  readonly violations: string[] = [];
  /** How many clusters moved and were compared: a run in which none did proves nothing. */
  arrived = 0;
  readonly #stage: Stage;
  readonly #members: readonly Member[];

  constructor(stage: Stage, group: Group) {
    this.#stage = stage;
    this.group = group;
    this.home = stage.installation.regions.primary;
    this.away = group.to;
    this.pointed = this.home;
    this.#members = group.layers.flat().map((name) => this.#memberOf(stage.configured(name)));
    for (const member of this.#members)
      for (const [region, writer] of Object.entries(member.writers))
        writer.idle = () => this.#idle(region) || !member.there(region);
  }

  /** Hears of every restore, before anything else can be done with what it brought. */
  watch(records: RecordWatch): void {
    records.onWritten((written) => this.#see(written));
  }

  scheduleDay(day: number): void {
    for (const { writers } of this.#members) {
      const writer = writers[this.away]!;
      if (writer instanceof FilesApplication) writer.scheduleDay(day);
      else writer.scheduleDay(ORDERS_A_DAY);
    }
  }

  /** Applications of files of both sides, for whoever lets them write at the worst moment. */
  get files(): readonly FilesApplication[] {
    return this.#members
      .flatMap(({ writers }) => Object.values(writers))
      .filter((writer) => writer instanceof FilesApplication);
  }

  /** Empties the place of a member, or of all. What its applications knew of it is gone as well. */
  clear(region: string, clusters: readonly string[] = this.#members.map(({ cluster }) => cluster)): void {
    for (const member of this.#members.filter(({ cluster }) => clusters.includes(cluster))) {
      member.clear(region);
      const { history } = member.writers[region]! as { readonly history: History<unknown> };
      for (const key of [...history.living]) history.record(key, undefined, this.#stage.now);
    }
    this.#stage.cloud.world.log(`operator: makes room for ${clusters.join(' and ')} in ${region}`);
  }

  /** What lies in a region and is not what its applications wrote there, in sentences. */
  differencesIn(region: string, by: string = region): string[] {
    return this.#members.flatMap(({ cluster, writers, holds, there }) => {
      if (!there(region)) return [`${cluster} is active in ${region}, and is not there`];
      const { differing, differences } = holds(region, writers[by]!, this.#stage.now);
      return differing === 0
        ? []
        : [
            `${cluster} in ${region} is not what was written in ${by}: ${differing} items differ: ${differences.join('; ')}`,
          ];
    });
  }

  /** A planned move has arrived, and nobody wrote since somebody said so: nothing may be missing. */
  expectNothingLost(to: string): void {
    const from = to === this.home ? this.away : this.home;
    const lost = this.differencesIn(to, from);
    this.violations.push(...lost.map((what) => `${iso(this.#stage.now)} after a planned move, ${what}`));
  }

  #idle(region: string): boolean {
    const isLate = this.late && region === this.home;
    return this.#stage.cloud.isDark(region) || !(this.pointed === region || isLate);
  }

  #see({ kind, item, region, at }: Written): void {
    if (kind !== 'restore' || item?.['state'] !== 'restored') return;
    const member = this.#members.find(({ cluster }) => cluster === item['cluster']);
    if (!member || member.places[region] !== item['target']) return;
    const point = String(item['recoveryPoint']);
    const instant = parseInstant(String(item['instant']))!;
    const author = this.#authorOf(member, { recoveryPoint: point });
    const { differing, differences } = member.holds(region, author, instant);
    this.arrived++;
    if (differing > 0)
      this.violations.push(
        `${iso(at)} ${point} was brought to ${item['target']} in ${region}, and ${differing} items differ from ${iso(instant)}: ${differences.join('; ')}`,
      );
    const began = isFiles(author) ? at : (parseInstant(String(item['startedAt'])) ?? at);
    take(member.writers[region]!, author, instant, began);
  }

  #authorOf(
    { writers }: Member,
    from: { readonly recoveryPoint: string } | { readonly region: string },
  ): Application {
    if ('region' in from) return writers[from.region]!;
    const { points } = catalogOf(this.#stage, this.away);
    const found = points.find(({ id }) => id === from.recoveryPoint);
    return writers[found?.region ?? this.home]!;
  }

  #memberOf(cluster: Cluster): Member {
    const { stage, places, ...member } = placed(this.#stage, cluster, this.home, this.away);
    const whole: Member = { cluster: cluster.name, places, ...member };
    stage.authors.set(cluster.name, (from) => this.#authorOf(whole, from));
    return whole;
  }
}

const isFiles = (application: Application): boolean => application instanceof FilesApplication;

/** From now on the one side's applications know what the other's knew of an instant, and nothing else. */
function take(to: Application, from: Application, instant: Instant, at: Instant): void {
  const mine = to.history as History<unknown>;
  const brought: ReadonlyMap<string, unknown> = from.history.at(instant);
  for (const key of [...mine.living]) if (!brought.has(key)) mine.record(key, undefined, at);
  for (const [key, value] of brought) mine.record(key, value, at);
}

function placed(stage: Stage, cluster: Cluster, home: string, away: string) {
  const { cloud } = stage;
  const asOwner = (service: 's3' | 'rds', operation: string, input: object, region: string): object =>
    cloud[service].call(operation, input, {
      account: cloud.account,
      region,
      principal: `arn:aws:iam::${cloud.account}:root`,
      now: stage.now,
    });
  if (cluster.engine === 'objects') {
    const bucketAway = cluster.restoreInto[away]!.bucket!;
    createBucket(stage, bucketAway, away);
    const { world, s3, account } = cloud;
    const elsewhere = { world, s3, account, region: away, bucket: bucketAway, prefix: '' };
    const buckets = { [home]: cluster.bucket, [away]: bucketAway };
    return {
      stage,
      writers: { [home]: stage.files.get(cluster.name)!, [away]: new FilesApplication(elsewhere) },
      places: { [home]: `s3://${cluster.bucket}/`, [away]: `s3://${bucketAway}/` },
      holds: (region: string, by: Application, at: Instant) =>
        (by as FilesApplication).compareWith(buckets[region]!, '', at),
      there: () => true,
      clear: (region: string) => {
        const Bucket = buckets[region]!;
        for (const [Key] of [...s3.current(Bucket, '')])
          asOwner('s3', 'DeleteObject', { Bucket, Key }, region);
      },
    };
  }
  if (!isRds(cluster))
    throw new Error(`${cluster.name} is ${cluster.engine}, which has no place in sides yet`);
  const { clusterId } = cluster;
  const write = (table: string, id: string, row: Row | undefined, at: Instant) =>
    cloud.rds.write(clusterId, away, { table, id, values: row ?? null }, at);
  return {
    stage,
    writers: {
      [home]: stage.orders.get(cluster.name)!,
      [away]: new OrdersApplication(cloud.world, { write }),
    },
    places: { [home]: clusterId, [away]: clusterId },
    holds: (region: string, by: Application, at: Instant) =>
      (by as OrdersApplication).compareWith(stage.rowsOf(region, clusterId), at),
    there: (region: string) => cloud.rds.stays(clusterId, region, stage.now),
    clear: (region: string) => {
      if (!cloud.rds.stays(clusterId, region, stage.now)) return;
      const { DBInstances } = asOwner('rds', 'DescribeDBInstances', {}, region) as {
        readonly DBInstances: readonly { DBInstanceIdentifier: string; DBClusterIdentifier?: string }[];
      };
      for (const { DBInstanceIdentifier, DBClusterIdentifier } of DBInstances)
        if (DBClusterIdentifier === clusterId)
          asOwner('rds', 'DeleteDBInstance', { DBInstanceIdentifier }, region);
      asOwner('rds', 'DeleteDBCluster', { DBClusterIdentifier: clusterId, SkipFinalSnapshot: true }, region);
    },
  };
}

/** As its owners have it in the other region: under a key of their own. */
function createBucket({ cloud }: Stage, name: string, region: string): void {
  const { kms, iam, s3, account, world } = cloud;
  const { arn: kmsKeyArn } = kms.createKey({ region, account, now: world.now() });
  const Principal = { AWS: `arn:aws:iam::${account}:root` };
  iam.addResourcePolicy(kmsKeyArn, {
    Statement: { Effect: 'Allow', Principal, Action: 'kms:*', Resource: '*' },
  });
  s3.createBucket({ name, region, account, versioning: true, eventBridge: false, kmsKeyArn });
}
