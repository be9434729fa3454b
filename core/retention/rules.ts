import type { LegalHold, RecoveryPoint } from '../catalog/recovery-point.ts';
import type { RecoveryPointId } from '../ids/names.ts';
import type { Plan } from '../plan/installation.ts';
import { type Duration, days, hours, type Instant, instant, later, minutes } from '../time/instant.ts';
import { type CalendarUnit, nextUnitStart, unitOf, zoneOf } from '../time/zone.ts';
import type { BucketKind, KeepReason } from './keep-reason.ts';
import { newestStateFirst } from './order.ts';

/** Gives a point a reason to stay, or none. Shown every sealed point of a cluster once, newest first. */
export type Judge = (point: RecoveryPoint) => KeepReason | undefined;

/** One source of reasons. No rule knows another, so adding one can only keep more. */
export interface RetentionRule {
  /** A fresh judge for one pass over a cluster's sealed points. */
  readonly judge: (now: Instant, sealed: readonly RecoveryPoint[]) => Judge;
}

/** What decides about the recovery points of one cluster. */
export interface Keeping {
  /** Undefined when the configuration does not name the cluster: then nothing of it expires. */
  readonly plan: Pick<Plan, 'timeZone' | 'retention'> | undefined;
  readonly holds: readonly LegalHold[];
  /** How long a vault lock keeps what is written; undefined when the vault is not locked. */
  readonly lockedFor?: Duration | undefined;
  /** What each region holds proven copies of; absent where it makes no difference yet. */
  readonly proven?: ProvenIn | undefined;
}

/** The points with a proven copy, by region. */
export type ProvenIn = ReadonlyMap<string, ReadonlySet<RecoveryPointId>>;

export function rulesFor(keeping: Keeping): RetentionRule[] {
  const rules: RetentionRule[] = keeping.holds.map(legalHold);
  if (keeping.lockedFor !== undefined) rules.push(vaultLock(keeping.lockedFor));
  rules.push(manual);
  if (!keeping.plan) return [...rules, noPlan];
  const { retention, timeZone } = keeping.plan;
  rules.push(minimumKeep(retention.minimumKeep), keepLast(retention.keepLast));
  for (const [region, proven] of keeping.proven ?? [])
    rules.push(regionFloor(region, proven, retention.minimumKeep));
  if (retention.keepWithin !== undefined) rules.push(keepWithin(retention.keepWithin));
  return [...rules, ...BUCKETS.map((bucket) => keepNewestOfEach(bucket, retention[bucket.kind], timeZone))];
}

interface Bucket {
  readonly kind: BucketKind;
  readonly unit: CalendarUnit;
  /** The shortest that such a unit can be: a day has 23 hours when the clock goes forward. */
  readonly shortest: Duration;
}

const BUCKETS: readonly Bucket[] = [
  { kind: 'hourly', unit: 'hour', shortest: hours(1) },
  { kind: 'daily', unit: 'day', shortest: hours(23) },
  { kind: 'weekly', unit: 'week', shortest: hours(7 * 24 - 1) },
  { kind: 'monthly', unit: 'month', shortest: hours(28 * 24 - 1) },
  { kind: 'yearly', unit: 'year', shortest: days(365) },
];

/**
 * How soon the next point may come, for rules that count points and not time. Schedules of less than a quarter of an
 * hour are rare; with one of those a point is looked at late and so kept longer, never shorter.
 */
const SOONEST_ARRIVAL = minutes(15);

/** A point that a person asked for has its own term: it takes no scheduled point's place in a count. */
const isScheduled = (point: RecoveryPoint): boolean => point.manual === undefined;

/**
 * The newest scheduled point of each non-empty bucket, for the newest `count` of them. Empty buckets do not count: after
 * two weeks without a backup the seven dailies are older, not fewer.
 *
 * A point belongs to the bucket of the time that it was due (`scheduledAt`), not of the second when the engine was
 * ready: a midnight backup that starts a little late or early is still that day's.
 *
 * It can lose the reason as soon as enough new buckets have begun, which cannot come faster than the calendar; the
 * newest of a bucket that is still open, with the next point in it.
 */
function keepNewestOfEach(bucket: Bucket, count: number, timeZone: string): RetentionRule {
  const zone = zoneOf(timeZone);
  return {
    judge: (now) => {
      const soonest = later(now, SOONEST_ARRIVAL);
      let nth = 0;
      let current: number | undefined;
      // Whether the bucket that is open now has a point, and when the next one begins.
      let taken = false;
      let nextBegins = now;
      const until = (): Instant => {
        if (nth === 1 && taken) return soonest;
        const newBuckets = count - nth + (taken ? 1 : 0);
        return newBuckets === 0
          ? soonest
          : later(nextBegins, ((newBuckets - 1) * bucket.shortest) as Duration);
      };
      return (point) => {
        if (nth > count || !isScheduled(point)) return undefined;
        const mine = unitOf(zone, bucket.unit, point.scheduledAt);
        if (mine === current) return undefined;
        current = mine;
        nth += 1;
        if (nth > count) return undefined;
        if (nth === 1) {
          nextBegins = nextUnitStart(zone, bucket.unit, instant(Math.max(now, point.scheduledAt)));
          taken = nextUnitStart(zone, bucket.unit, point.scheduledAt) === nextBegins;
        }
        return { kind: bucket.kind, nth, until: until() };
      };
    },
  };
}

/** The earliest that the `nth` newest of `count` can be pushed out: so many points have to come first. */
const pushedOut = (now: Instant, nth: number, count: number): Instant =>
  later(now, ((count - nth + 1) * SOONEST_ARRIVAL) as Duration);

const keepLast = (count: number): RetentionRule => ({
  judge: (now) => {
    let nth = 0;
    return (point) => {
      if (nth >= count || !isScheduled(point)) return undefined;
      nth += 1;
      return { kind: 'keep-last', nth, until: pushedOut(now, nth, count) };
    };
  },
});

/** The floor: the newest sealed points of any kind. Nothing else needs to be right for these to stay. */
const minimumKeep = (count: number): RetentionRule =>
  newestStates(
    count,
    () => true,
    (nth, until) => ({ kind: 'minimum-keep', nth, until }),
  );

/**
 * The floor once more, in each region by itself: where copies failed for days, the newest points that are proven there
 * are older than the newest that are sealed, and the region must not lose them.
 *
 *     sealed                       h1  h2  h3  h4  h5     minimum-keep 2 keeps h5 and h4
 *     proven in the other region   h1  h2  ·   ·   h5     and the other region's floor h2
 */
const regionFloor = (region: string, proven: ReadonlySet<RecoveryPointId>, count: number): RetentionRule =>
  newestStates(
    count,
    ({ id }) => proven.has(id),
    (nth, until) => ({ kind: 'minimum-keep', region, nth, until }),
  );

/** Counts by the states that points hold and not by when they were due: a floor is there for the newest data. */
function newestStates(
  count: number,
  counts: (point: RecoveryPoint) => boolean,
  reason: (nth: number, until: Instant) => KeepReason,
): RetentionRule {
  return {
    judge: (now, sealed) => {
      const newest = sealed.filter(counts).sort(newestStateFirst).slice(0, count);
      const places = new Map(newest.map(({ id }, n) => [id, n + 1]));
      return ({ id }) => {
        const nth = places.get(id);
        return nth === undefined ? undefined : reason(nth, pushedOut(now, nth, count));
      };
    },
  };
}

/** Everything whose restored state is younger than `age`. */
function keepWithin(age: Duration): RetentionRule {
  return lasting('keep-within', (point) => later(point.takenAt ?? point.scheduledAt, age));
}

/** S3 Object Lock counts from when an object is written; the manifest is written last, just before the seal. */
function vaultLock(retain: Duration): RetentionRule {
  return lasting('vault-lock', (point) => later(point.sealedAt ?? point.openedAt, retain));
}

function lasting(
  kind: 'keep-within' | 'vault-lock',
  until: (point: RecoveryPoint) => Instant,
): RetentionRule {
  return {
    judge: (now) => (point) => {
      const end = until(point);
      return end > now ? { kind, until: end } : undefined;
    },
  };
}

const manual: RetentionRule = {
  judge: (now) => (point) => {
    if (!point.manual) return undefined;
    const { keepUntil } = point.manual;
    if (keepUntil === undefined) return { kind: 'manual' };
    return keepUntil > now ? { kind: 'manual', until: keepUntil } : undefined;
  },
};

const legalHold = (hold: LegalHold): RetentionRule => ({
  judge: () => (point) => {
    const held =
      hold.cluster === point.cluster && (hold.recoveryPoint === undefined || hold.recoveryPoint === point.id);
    return held ? { kind: 'legal-hold', name: hold.name } : undefined;
  },
});

const noPlan: RetentionRule = { judge: () => () => ({ kind: 'no-plan' }) };
