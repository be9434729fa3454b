import { fnv1a } from '../ids/fnv.ts';
import { days, hours, type Instant, instant, later } from '../time/instant.ts';
import type { Decision } from './decide.ts';
import { untilOf } from './keep-reason.ts';

/** Nobody can use an answer more often, and a point kept an hour too long costs nothing worth a read. */
export const REVIEW_NOT_BEFORE = hours(1);

/**
 * Every point is looked at about once a week, however far away its end is: whoever shortens a plan's retention, lifts a
 * hold or drops a cluster sees the effect within that time. Late is safe, a point stays a little longer.
 */
export const REVIEW_EVERY = days(7);

/**
 * When this point's keep is to be looked at again: the earliest instant at which its last reason can fall away, or the
 * cluster's weekly look, whichever comes first.
 *
 * The weekly look is at one time for all points of a cluster, because deciding on the oldest point reads all newer ones
 * anyway: old points that are due together share that read. Clusters have theirs at different times of the week.
 */
export function nextReview(decision: Decision, now: Instant): Instant {
  const weekly = weeklyLook(decision.point.cluster, now);
  let lasts: Instant = now;
  for (const reason of decision.keep) {
    const until = untilOf(reason);
    if (until === undefined && reason.kind !== 'needed-by') return weekly;
    if (until !== undefined && until > lasts) lasts = until;
  }
  return instant(Math.max(later(now, REVIEW_NOT_BEFORE), Math.min(lasts, weekly)));
}

/** The first weekly look of the cluster that is at least a day away. */
function weeklyLook(cluster: string, now: Instant): Instant {
  const phase = fnv1a(cluster) % REVIEW_EVERY;
  const from = later(now, days(1)) - phase;
  return instant(Math.ceil(from / REVIEW_EVERY) * REVIEW_EVERY + phase);
}
