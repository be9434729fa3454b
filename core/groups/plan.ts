import { GroupNotRecoverable, type HoldfastError, NothingToRestore } from '../errors/registry.ts';
import type { RecoveryPointId } from '../ids/names.ts';
import { type Cluster, type Plan, standbyOf } from '../plan/installation.ts';
import { type RestoreSituation, resolveRestore } from '../recovery/resolve.ts';
import { windowsOf } from '../recovery/resolve-log.ts';
import { provenOldestFirst } from '../recovery/restorable.ts';
import type { RestoreWish } from '../recovery/wish.ts';
import { reachOf, type StandbyRecord } from '../standby/record.ts';
import { between, type Duration, type Instant, inSeconds, iso, minutes, speak } from '../time/instant.ts';
import type { Group } from './group.ts';
import { type RecoverySet, type Restorable, recoverySet } from './recovery-set.ts';

/** `latest`: each member its newest. `together`: the members' recovery set. Or an instant, for all of them. */
export type FailoverWish =
  | { readonly kind: 'latest' }
  | { readonly kind: 'together' }
  | { readonly kind: 'instant'; readonly at: Instant };

/** What is known of a member in the region that takes over, read there and nowhere else. */
export interface MemberSituation {
  readonly cluster: Cluster;
  readonly plan: Plan;
  readonly restorable: RestoreSituation;
  readonly standby?: StandbyRecord | undefined;
  /** How long a restore of it would take. */
  readonly forecast: Duration;
}

export interface PlannedMember {
  readonly cluster: string;
  readonly layer: number;
  readonly way: 'promote' | 'restore';
  /** The instant whose state will be there; of a standby, what it certainly has. */
  readonly instant: Instant;
  readonly recoveryPoint?: RecoveryPointId;
  /** What a restore is asked for, so that it means the same whenever it begins: a recovery point's id, or an instant. */
  readonly to?: string;
  readonly lossSeconds: number;
  readonly rpoSeconds: number;
  readonly forecastSeconds: number;
  readonly rtoSeconds: number;
  /** Why a standby that is there is not taken. */
  readonly note?: string;
}

export interface FailoverPlan {
  readonly members: readonly PlannedMember[];
  /** How far apart the members' instants lie. */
  readonly skewSeconds: number;
  /** The longest of each layer, one after the other. */
  readonly forecastSeconds: number;
}

/**
 * Cutting a standby loose takes its tool one request per database and Holdfast two more; what takes longer is a job that
 * has to be found again.
 */
export const PROMOTION: Duration = minutes(5);

/**
 * What a failover of a group would do and give up, member by member; or the refusal, which names every member that has
 * nothing here and what would work. Pure.
 *
 * @param members those that are to come, in any order: who is left out by name is not among them
 */
export function planFailover(
  group: Group,
  members: readonly MemberSituation[],
  wish: FailoverWish,
  now: Instant,
): FailoverPlan | GroupNotRecoverable {
  const set = wish.kind === 'together' ? together(group, members) : undefined;
  if (set instanceof Error) return set;
  const planned = members.map((member) => planMember(group, member, wishOf(member, wish, set), wish, now));
  const refused = planned.filter((one) => one instanceof Error);
  if (refused.length > 0) return notRecoverable(group, members, planned);
  const all = (planned as readonly PlannedMember[]).toSorted(
    (a, b) => a.layer - b.layer || (a.cluster < b.cluster ? -1 : 1),
  );
  const instants = all.map(({ instant }) => instant);
  return {
    members: all,
    skewSeconds: Math.round((Math.max(...instants) - Math.min(...instants)) / 1_000),
    forecastSeconds: group.layers.reduce(
      (sum, _, layer) => sum + longest(all.filter((member) => member.layer === layer)),
      0,
    ),
  };
}

const longest = (members: readonly PlannedMember[]): number =>
  Math.max(0, ...members.map(({ forecastSeconds }) => forecastSeconds));

/** Every instant that a member can be restored to here: what a standby holds cannot be wound back to one. */
export function restorableOf({ cluster, restorable }: MemberSituation): Restorable {
  const proven = provenOldestFirst(restorable.copies);
  return {
    cluster: cluster.name,
    points: proven.map(({ takenAt }) => takenAt),
    windows: windowsOf(restorable, proven),
  };
}

function together(group: Group, members: readonly MemberSituation[]): RecoverySet | GroupNotRecoverable {
  const restorables = members.map(restorableOf);
  const set = recoverySet(restorables, group.maxSkew);
  const empty = restorables.some(({ points, windows }) => points.length + windows.length === 0);
  // Who has nothing at all is named one by one.
  if (set || empty) return set ?? { at: NEVER, members: [], skew: 0 as Duration };
  return new GroupNotRecoverable(
    `the members of ${group.name} have no instants in ${group.to} that lie within ${speak(group.maxSkew)} of each other; ` +
      'give "to": "latest" for the newest of each, or raise maxSkew of the group',
    { group: group.name, region: group.to },
  );
}

const NEVER = 0 as Instant;

function wishOf({ cluster }: MemberSituation, wish: FailoverWish, set: RecoverySet | undefined): RestoreWish {
  if (wish.kind !== 'together') return wish;
  const chosen = set?.members.find((one) => one.cluster === cluster.name);
  return chosen ? { kind: 'instant', at: chosen.instant } : { kind: 'latest' };
}

function planMember(
  group: Group,
  member: MemberSituation,
  wish: RestoreWish,
  asked: FailoverWish,
  now: Instant,
): PlannedMember | HoldfastError {
  const { cluster, plan, forecast } = member;
  const base = {
    cluster: cluster.name,
    layer: group.layers.findIndex((layer) => layer.includes(cluster.name)),
    rpoSeconds: inSeconds(plan.objectives.rpo),
    rtoSeconds: inSeconds(plan.objectives.rto),
  };
  const lossSeconds = (instant: Instant): number => Math.max(0, inSeconds(between(instant, now)));
  const standby = judgeStandby(group, member, asked, now);
  if (standby && 'reaches' in standby)
    return {
      ...base,
      way: 'promote',
      instant: standby.reaches,
      lossSeconds: lossSeconds(standby.reaches),
      forecastSeconds: inSeconds(PROMOTION),
    };
  if (standby && standby.instead === 'nothing') return new NothingToRestore(standby.why);
  const answer = resolveRestore(wish, member.restorable);
  if (answer.outcome === 'refused') return answer.refusal;
  const { recoveryPointId, instant, log } = answer.resolution;
  return {
    ...base,
    way: 'restore',
    instant,
    recoveryPoint: recoveryPointId,
    to: log ? iso(instant) : recoveryPointId,
    lossSeconds: lossSeconds(instant),
    forecastSeconds: inSeconds(forecast),
    ...(standby && { note: standby.why }),
  };
}

type StandbyVerdict =
  | { readonly reaches: Instant }
  | { readonly why: string; readonly instead: 'restore' | 'nothing' };

/**
 * A standby that follows is taken when what it certainly has is within the objective. One that takes writes already is
 * taken in any case: a restore beside it would be a second truth. Undefined where there is none.
 */
function judgeStandby(
  group: Group,
  { cluster, plan, standby }: MemberSituation,
  wish: FailoverWish,
  now: Instant,
): StandbyVerdict | undefined {
  if (standbyOf(cluster)?.region !== group.to || !standby) return undefined;
  const reaches = reachOf(standby);
  const taken = standby.mode === 'promoting' || standby.mode === 'promoted';
  if (taken)
    return reaches === undefined
      ? {
          instead: 'nothing',
          why: `the standby of ${cluster.name} in ${group.to} was promoted, and up to when it has everything is not known`,
        }
      : { reaches };
  if (wish.kind !== 'latest')
    return { instead: 'restore', why: 'its standby cannot be wound back to an instant' };
  if (standby.mode !== 'following') return { instead: 'restore', why: `its standby is ${standby.mode}` };
  if (reaches === undefined)
    return { instead: 'restore', why: 'up to when its standby has everything is not known' };
  const loss = between(reaches, now);
  return loss <= plan.objectives.rpo
    ? { reaches }
    : {
        instead: 'restore',
        why: `its standby certainly has everything up to ${iso(reaches)} only, ${speak(loss)} ago, and rpo is ${speak(plan.objectives.rpo)}`,
      };
}

function notRecoverable(
  group: Group,
  members: readonly MemberSituation[],
  planned: readonly (PlannedMember | HoldfastError)[],
): GroupNotRecoverable {
  const lines = members.flatMap(({ cluster }, n) => {
    const one = planned[n];
    return one instanceof Error ? [`${cluster.name}: ${one.name}: ${one.message}`] : [];
  });
  const names = members.filter((_, n) => planned[n] instanceof Error).map(({ cluster }) => cluster.name);
  const rest = members.length - names.length;
  const instead =
    rest === 0
      ? 'nothing of the group can be brought back here'
      : `leave ${names.length === 1 ? 'it' : 'them'} out with "without": ${JSON.stringify(names)}, and the other ${rest} can come`;
  return new GroupNotRecoverable(
    `${group.name} cannot be brought back in ${group.to} as it was asked for. ${lines.join('; ')}. To go on, ${instead}`,
    { group: group.name, region: group.to, members: names.join(', ') },
  );
}
