import { type Duration, hours, minutes } from '../time/instant.ts';

/**
 * What can go wrong with a continuous log ahead of time, in numbers. All are TiDB's, whose log is the first one kept;
 * an engine with others gets its own.
 *
 * @see https://docs.pingcap.com/tidb/stable/br-monitoring-and-alert for the thresholds of the alerts
 */
export const HAZARDS = {
  /** A checkpoint that lags this far behind is told (br-monitoring-and-alert: warning at 10 min). */
  lagWarn: minutes(10),
  /** … and is urgent (br-monitoring-and-alert: critical at 30 min). */
  lagCritical: minutes(30),
  /** A lag of which the next step is an automatic pause: half-way to it, while there is a day left to act. */
  lagNearPause: hours(24),
  /** The advancer pauses the task by itself at this lag, and nothing says so (pingcap/tidb#53561). */
  autoPauseAt: hours(48),
  /** A pause of this length is told (br-monitoring-and-alert: warning at 2 h). */
  pauseWarn: hours(2),
  /** … and is urgent (br-monitoring-and-alert: critical at 12 h). */
  pauseCritical: hours(12),
  /**
   * `br log pause` holds the GC safepoint for this long (`--gc-ttl`, default 86400 s). After that what comes next may be
   * collected, and resuming fails.
   */
  safepointHeld: hours(24),
  /**
   * A checkpoint that has not moved for this long although the task calls itself normal is stuck (pingcap/tidb#53047).
   * Three of the longest flush intervals of 5 min (backup-and-restore-overview: 3 to 5 min).
   */
  stuckAfter: minutes(15),
} as const satisfies Readonly<Record<string, Duration>>;

export type Hazards = Readonly<Record<keyof typeof HAZARDS, Duration>>;
