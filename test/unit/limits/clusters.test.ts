import { describe, test } from 'vitest';
import type { RecoveryPoint } from '../../../core/catalog/recovery-point.ts';
import { type Decision, decide } from '../../../core/retention/decide.ts';
import { nextReview } from '../../../core/retention/next-review.ts';
import { rulesFor } from '../../../core/retention/rules.ts';
import { hours, type Instant, instant, later, minutes } from '../../../core/time/instant.ts';
import { LAPS as EXPIRY_LAPS, LOOK } from '../../../lambdas/expire/decide-expiry/decide.ts';
import { LAPS as DISCARD_LAPS, PER_LAP } from '../../../lambdas/expire/discard-expired/discard.ts';
import { AT_ONCE } from '../../../lambdas/watch/start-backups/start.ts';
import { CALL_SECONDS, CATALOG_SECONDS, CLUSTERS, fits, shown } from './promised.ts';

/** The functions that schedules call have five minutes. */
const UNATTENDED_SECONDS = 300;
/** StartExecution in the smaller regions: so many at once, then so many a second (adjustable). */
const STARTS = { burst: 800, perSecond: 150 };
const HOUR = 3_600;

/** Points of a cluster, every so many hours, under the retention of the demo's database. */
class Cluster {
  readonly #rules = rulesFor({
    plan: {
      timeZone: 'Europe/Berlin',
      retention: { keepLast: 4, hourly: 0, daily: 7, weekly: 4, monthly: 12, yearly: 0, minimumKeep: 3 },
    },
    holds: [],
  });
  readonly #due = new Map<string, Instant>();
  #points: RecoveryPoint[] = [];
  reviews = 0;
  expired = 0;

  seal(at: Instant): void {
    const id = `orders-sixhourly-${at}`;
    const point = { id, cluster: 'orders', state: 'sealed', scheduledAt: at, openedAt: at } as RecoveryPoint;
    this.#points.push(point);
    const [decision] = decide([point], this.#rules, at);
    this.#due.set(id, nextReview(decision!, at));
  }

  /** An expiry run: looks at what is due, puts off what is kept. */
  expire(now: Instant): void {
    const due = new Set(this.#points.filter(({ id }) => this.#due.get(id)! <= now));
    this.reviews += due.size;
    for (const decision of decide(this.#points, this.#rules, now))
      if (due.has(decision.point)) this.#follow(decision, now);
  }

  #follow(decision: Decision, now: Instant): void {
    const { point, keep } = decision;
    if (keep.length > 0) {
      this.#due.set(point.id, nextReview(decision, now));
      return;
    }
    this.#points = this.#points.filter((other) => other !== point);
    this.expired++;
  }
}

describe('ten thousand clusters', () => {
  test('are started within the time of the function that starts them', () => {
    const sending = (CLUSTERS / AT_ONCE) * CALL_SECONDS;
    const accepted = (CLUSTERS - STARTS.burst) / STARTS.perSecond;
    fits(sending, UNATTENDED_SECONDS, `${shown(CLUSTERS)} starts, ${AT_ONCE} at once in ${CALL_SECONDS} s`);
    fits(
      accepted,
      UNATTENDED_SECONDS,
      `${shown(CLUSTERS)} starts, ${STARTS.perSecond} a second after ${STARTS.burst}`,
    );
  });

  test('backed up every six hours, are reviewed and emptied by the run of each hour', () => {
    const cluster = new Cluster();
    const begin = instant(Date.UTC(2026, 0, 1));
    const settled = 60 * 24;
    const measured = 60 * 24;
    for (let hour = 0; hour < settled + measured; hour++) {
      if (hour === settled) Object.assign(cluster, { reviews: 0, expired: 0 });
      const at = later(begin, hours(hour));
      if (hour % 6 === 0) cluster.seal(at);
      cluster.expire(later(at, minutes(20)));
    }
    const reviews = (cluster.reviews / measured) * CLUSTERS;
    const discards = (cluster.expired / measured) * CLUSTERS;
    fits(reviews, EXPIRY_LAPS * LOOK, `reviews an hour, against ${EXPIRY_LAPS} laps of ${LOOK}`);
    fits(discards, DISCARD_LAPS * PER_LAP, `discards an hour, against ${DISCARD_LAPS} laps of ${PER_LAP}`);
    // A review reads its cluster's points and holds and puts the point off; a discard makes some ten calls to S3.
    fits(
      reviews * 3 * CATALOG_SECONDS + discards * 10 * CALL_SECONDS,
      HOUR,
      `${shown(reviews)} reviews of 3 catalog calls and ${shown(discards)} discards of 10 calls, in seconds`,
    );
  });
});
