import { between, type Duration, type Instant, instant, later, milliseconds } from '../time/instant.ts';

/** The instants that a member can be brought back to, in one region. */
export interface Restorable {
  readonly cluster: string;
  /** Each on its own, in any order. */
  readonly points: readonly Instant[];
  /** Every instant in them, both ends included. */
  readonly windows: readonly { readonly earliest: Instant; readonly latest: Instant }[];
}

/** Members that are brought back to instants which lie close together. */
export interface RecoverySet {
  /** What every member has all of: the earliest of their instants. */
  readonly at: Instant;
  readonly members: readonly {
    readonly cluster: string;
    readonly instant: Instant;
    /** How much later than `at` that is. */
    readonly skew: Duration;
  }[];
  /** The largest of theirs. */
  readonly skew: Duration;
}

interface Sorted {
  readonly cluster: string;
  readonly points: readonly Instant[];
  readonly windows: Restorable['windows'];
}

/** The first point at or after an instant. */
function firstFrom(points: readonly Instant[], at: Instant): Instant | undefined {
  let [low, high] = [0, points.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (points[middle]! < at) low = middle + 1;
    else high = middle;
  }
  return points[low];
}

/** The earliest instant at or after `at` that a member can be brought back to. */
function nextOf({ points, windows }: Sorted, at: Instant): Instant | undefined {
  const within = windows
    .filter(({ latest }) => latest >= at)
    .map(({ earliest }) => instant(Math.max(earliest, at)));
  const all = [firstFrom(points, at), ...within].filter((found) => found !== undefined);
  return all.length === 0 ? undefined : instant(Math.min(...all));
}

/** The latest instant at or before `at` that a member can be brought back to. */
function lastOf({ points, windows }: Sorted, at: Instant): Instant | undefined {
  const after = firstFrom(points, later(at, milliseconds(1)));
  const point = after === undefined ? points.at(-1) : points[points.indexOf(after) - 1];
  const within = windows
    .filter(({ earliest }) => earliest <= at)
    .map(({ latest }) => instant(Math.min(latest, at)));
  const all = [point, ...within].filter((found) => found !== undefined);
  return all.length === 0 ? undefined : instant(Math.max(...all));
}

/**
 * The latest instant that all members have everything of, none of them being more than `maxSkew` ahead of it. Each is
 * brought as close to it as it can be. Undefined when there is none.
 *
 *     files     |    |    |    |        points: each stands for one instant
 *     rows         [=============]      a window: any instant of it
 *     olap     |              |
 *                             ^ at      files are a little ahead, rows are exact
 *
 * Beginning with the latest that any could have, the instant is moved back to the latest that every member allows in
 * turn, until all allow the same: an instant of one member, and never more steps than there are points.
 */
export function recoverySet(members: readonly Restorable[], maxSkew: Duration): RecoverySet | undefined {
  const all = members.map(
    (member): Sorted => ({
      ...member,
      points: member.points.toSorted((a, b) => a - b),
    }),
  );
  if (all.length === 0) return undefined;
  let at = instant(Math.max(...all.map((member) => lastOf(member, FAR) ?? NEVER)));
  for (;;) {
    const allowed = all.map((member) => allowedBy(member, at, maxSkew));
    if (allowed.includes(undefined)) return undefined;
    const earliest = instant(Math.min(...(allowed as Instant[])));
    if (earliest === at) break;
    at = earliest;
  }
  const chosen = all.map((member) => {
    const instantOf = nextOf(member, at)!;
    return { cluster: member.cluster, instant: instantOf, skew: between(at, instantOf) };
  });
  return { at, members: chosen, skew: milliseconds(Math.max(...chosen.map(({ skew }) => skew))) };
}

const FAR = instant(8.64e15);
const NEVER = instant(-8.64e15);

/** The latest instant at or before `at` that a member has all of while it is at most `maxSkew` ahead. */
function allowedBy(member: Sorted, at: Instant, maxSkew: Duration): Instant | undefined {
  const next = nextOf(member, at);
  if (next !== undefined && next <= later(at, maxSkew)) return at;
  return lastOf(member, at);
}
