import { between, type Duration, type Instant, instant } from '../time/instant.ts';

/**
 * Achieved RPO of a restore: what was lost, between the instant that is restored and the start of the restore. Never
 * negative: an instant ahead of our clock is an engine's clock, not data from the future.
 */
export const achievedRpo = (restoredTo: Instant, startedAt: Instant): Duration =>
  between(restoredTo, instant(Math.max(restoredTo, startedAt)));

/** Achieved RTO of a restore: from its start until the data was validated. */
export const achievedRto = (startedAt: Instant, validatedAt: Instant): Duration =>
  between(startedAt, instant(Math.max(startedAt, validatedAt)));

/**
 * Achieved RPO of a cluster at this moment: what would be lost if it were lost now. A cluster without anything to
 * restore has lost everything since it was protected (`since`), which is measured, not excused.
 */
export const currentRpo = (latest: Instant | undefined, since: Instant, now: Instant): Duration =>
  achievedRpo(latest ?? since, now);
