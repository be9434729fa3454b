import type { Stage } from '../../../cli/stage.ts';
import { IN_FLIGHT } from '../../../core/catalog/life-cycle.ts';
import type { CopyRecord, CopyState } from '../../../core/catalog/recovery-point.ts';
import { type Duration, earlier, hours, type Instant, instant, iso } from '../../../core/time/instant.ts';
import { catalogOf } from '../../support/catalog-of.ts';

/** All snapshots of volumes that carry the tags of one recovery point in a region. */
export interface VolumeSet {
  readonly cluster: string;
  /** When the youngest of them was begun. */
  readonly begunAt: Instant;
  /** Each volume of the point has a snapshot that is complete. What lies there besides goes with the point. */
  readonly whole: boolean;
}

interface Listed {
  readonly Snapshots: readonly {
    readonly State: string;
    readonly VolumeId: string;
    readonly StartTime: Date;
    readonly Tags: readonly { readonly Key: string; readonly Value: string }[];
  }[];
}

/** By recovery point. What carries one of the two tags alone is somebody else's. */
export function setsIn({ cloud, now }: Stage, region: string): ReadonlyMap<string, VolumeSet> {
  const call = { account: cloud.account, region, principal: 'root', now };
  const { Snapshots } = cloud.ec2.call('DescribeSnapshots', { OwnerIds: ['self'] }, call) as Listed;
  const tagged = Snapshots.map((snapshot) => {
    const tags = new Map(snapshot.Tags.map(({ Key, Value }) => [Key, Value]));
    return { ...snapshot, tag: (name: string) => tags.get(`holdfast:${name}`) };
  });
  const ours = tagged.filter(({ tag }) => tag('recovery-point') && tag('cluster'));
  return new Map(
    [...Map.groupBy(ours, ({ tag }) => tag('recovery-point')!)].map(([point, all]) => {
      const complete = all.filter(({ State }) => State === 'completed');
      const volumes = new Set(complete.map(({ tag, VolumeId }) => tag('source-volume') ?? VolumeId));
      const wanted = all.map(({ tag }) => Number(tag('volumes') ?? Number.NaN)).find((n) => n > 0);
      const begunAt = instant(Math.max(...all.map(({ StartTime }) => StartTime.getTime())));
      return [point, { cluster: all[0]!.tag('cluster')!, begunAt, whole: volumes.size >= (wanted ?? 1) }];
    }),
  );
}

const NEEDED: ReadonlySet<CopyState> = new Set(['proven', 'expiring']);
const IN_PART: ReadonlySet<CopyState> = new Set(['copying', 'copied', 'failed', 'quarantined']);
/** What nobody knows goes after a day, by a comparison that comes once a day. */
const GRACE: Duration = hours(50);

/** Every kept point of a cluster on EBS has its set, and no other set is there for longer than its grace. */
export function volumeSetsAre(stage: Stage, region: string): string[] {
  const sets = setsIn(stage, region);
  const { copies, points } = catalogOf(stage, region);
  const here = copies.filter((copy) => copy.region === region && stage.ebs.applications.has(copy.cluster));
  const needed = here.filter(({ state, provenAt }) => NEEDED.has(state) && provenAt !== undefined);
  const known = new Set([
    ...needed.map(({ id }) => id as string),
    ...here
      .filter(({ state, provenAt }) => IN_PART.has(state) || isUnproven(state, provenAt))
      .map(({ id }) => id),
    ...points
      .filter((point) => point.region === region)
      .filter(({ state }) => IN_FLIGHT.has(state) || state === 'quarantined')
      .map(({ id }) => id),
  ]);
  const configured = new Set(stage.installation.clusters.map(({ name }) => name));
  return [
    ...needed
      .filter(({ id }) => !sets.get(id)?.whole)
      .map(({ id, state }) => `${id} is ${state} in ${region}, and its snapshots there are not whole`),
    ...[...sets]
      // Of a cluster that left the configuration nothing is removed, and nobody has the right to any more.
      .filter(([id, { cluster }]) => !known.has(id) && configured.has(cluster))
      .filter(([, { begunAt }]) => begunAt < earlier(stage.now, GRACE))
      .map(
        ([id, { begunAt }]) => `in ${region} and named by nothing: snapshots of ${id}, of ${iso(begunAt)}`,
      ),
  ];
}

const isUnproven = (state: CopyState, provenAt: CopyRecord['provenAt']): boolean =>
  NEEDED.has(state) && provenAt === undefined;
