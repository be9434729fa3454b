import type { Reason } from '../errors/base.ts';
import { between, type Duration, hours, type Instant, iso, minutes } from '../time/instant.ts';
import type { FollowedDatabase, FollowState, Head } from './record.ts';

/** What a syncer says of one database's job. */
export type Seen =
  | { readonly job: 'none' }
  /** Nobody could be asked. */
  | { readonly job: 'unknown'; readonly reason: Reason }
  | {
      readonly job: 'there';
      readonly running: boolean;
      /** Everything is being brought over. */
      readonly fullSync: boolean;
      /** Binlogs that wait, or why nobody knows. */
      readonly lag: number | Reason;
      readonly seq?: number;
      /** The last commit in the source's binlog, where the syncer's version tells it. */
      readonly headSeq?: number;
    };

export interface Looked {
  readonly cluster: string;
  readonly database: string;
  readonly before: FollowedDatabase | undefined;
  readonly seen: Seen;
  /** Before the syncer was asked: what it then said has nothing committed before this. */
  readonly askedAt: Instant;
  readonly lagBinlogs: number;
}

/** Each is safe to do again. A restart pauses and resumes the job. */
export type StandbyAct = 'nothing' | 'start' | 'resume' | 'restart';

export interface StandbyTrouble extends Reason {
  readonly name: 'StandbyBroken' | 'StandbyLagging';
}

export interface Judgement {
  readonly act: StandbyAct;
  readonly now: FollowedDatabase;
  readonly trouble: StandbyTrouble | undefined;
}

/** How long things may be as they are before something is done about it, or somebody is told. */
export const PATIENCE = {
  /** A syncer that restarts, or a network that does. */
  unanswered: minutes(15),
  /** A person who pauses a job may have begun to promote by hand: nothing is done behind their back at once. */
  paused: minutes(15),
  /** Binlogs wait, and none is repeated, although the job says that it runs (selectdb/ccr-syncer#28). */
  stuck: minutes(15),
  /** 1 TB in six minutes is what is published (contract, section 4); a backup in its way ends within a day. */
  fullSync: hours(6),
} as const satisfies Readonly<Record<string, Duration>>;

/**
 * What a look at one database's job means, and what to do next. Pure.
 *
 *     the syncer says                and                              then
 *     no job                                                          start one; what stands in its way is broken
 *     nothing                        for 15 minutes                   broken
 *     paused                         for 15 minutes                   resume, and broken until it runs
 *     full sync                      for 6 hours                      lagging
 *     running, binlogs wait          none repeated for 15 minutes     restart, every 15 minutes, and broken
 *     running, more wait than may                                     lagging
 *     running, lag unknown           for 15 minutes                   lagging
 *     running                                                         nothing
 */
export function judge(looked: Looked): Judgement {
  const { seen } = looked;
  if (seen.job === 'none') return { act: 'start', now: after(looked, 'none'), trouble: undefined };
  if (seen.job === 'unknown') {
    const now = after(looked, 'unknown');
    const silent = between(now.stateSince, looked.askedAt) >= PATIENCE.unanswered;
    const why = `nobody has been able to ask for it since ${iso(now.stateSince)}: ${seen.reason.message}`;
    return { act: 'nothing', now, trouble: silent ? broken(looked, why) : undefined };
  }
  return seen.running ? ofRunning(looked, seen) : ofPaused(looked);
}

type There = Extract<Seen, { job: 'there' }>;

function ofPaused(looked: Looked): Judgement {
  const now = after(looked, 'paused');
  const long = between(now.stateSince, looked.askedAt) >= PATIENCE.paused;
  return {
    act: long ? 'resume' : 'nothing',
    now,
    trouble: long
      ? broken(looked, `it was paused, and not by Holdfast, since ${iso(now.stateSince)}; it is resumed`)
      : undefined,
  };
}

function ofRunning(looked: Looked, seen: There): Judgement {
  const now = progressed(after(looked, seen.fullSync ? 'full-sync' : 'following'), looked, seen);
  const { askedAt, lagBinlogs } = looked;
  const none: Judgement = { act: 'nothing', now, trouble: undefined };
  if (seen.fullSync) {
    const long = between(now.stateSince, askedAt) >= PATIENCE.fullSync;
    const why = `it has been in a full sync since ${iso(now.stateSince)}; look whether a backup or restore is in its way, since a database takes one at a time`;
    return long ? { ...none, trouble: lagging(looked, why) } : none;
  }
  const still = between(now.movedAt, askedAt) >= PATIENCE.stuck;
  if (typeof seen.lag !== 'number')
    return still
      ? { ...none, trouble: lagging(looked, `nobody knows how far it is behind: ${seen.lag.message}`) }
      : none;
  if (seen.lag > 0 && still) {
    const again = now.restartedAt === undefined || between(now.restartedAt, askedAt) >= PATIENCE.stuck;
    return {
      act: again ? 'restart' : 'nothing',
      now: again ? { ...now, restartedAt: askedAt } : now,
      trouble: broken(
        looked,
        `${seen.lag} binlogs wait and none was repeated since ${iso(now.movedAt)}, although it says that it runs`,
      ),
    };
  }
  return seen.lag > lagBinlogs
    ? { ...none, trouble: lagging(looked, `${seen.lag} binlogs wait, and ${lagBinlogs} may`) }
    : none;
}

/** What is known afterwards in any case: what was certain stays certain. */
function after({ before, askedAt }: Looked, state: FollowState): FollowedDatabase {
  const { lag: _old, ...kept } = before ?? { movedAt: askedAt };
  const stateSince = before?.state === state ? before.stateSince : askedAt;
  // Who begins to follow has had no time to move.
  const movedAt = before?.state === state ? kept.movedAt : askedAt;
  return { ...kept, state, stateSince, movedAt };
}

/**
 * CCR counts binlogs and knows no seconds. Two things are certain all the same: with nothing waiting, the standby has all
 * that was committed before the question; and once it is behind a commit that was the last one at some moment, it has all
 * of that moment. During a full sync neither is.
 */
function progressed(
  now: FollowedDatabase,
  { before, askedAt }: Looked,
  { fullSync, lag, seq, headSeq }: There,
): FollowedDatabase {
  const counted = typeof lag === 'number' ? lag : undefined;
  const moved = counted === 0 || (seq !== undefined && seq !== before?.seq);
  // Where binlogs wait the head lies before the standby; a number that does not is none.
  const ahead = counted !== undefined && counted > 0 && headSeq !== undefined && headSeq > (seq ?? 0);
  const head: Head | undefined = now.head ?? (ahead ? { seq: headSeq, at: askedAt } : undefined);
  const passed = !fullSync && head !== undefined && seq !== undefined && seq >= head.seq;
  const certain = fullSync ? undefined : counted === 0 ? askedAt : passed ? head.at : undefined;
  const { head: _reached, ...rest } = now;
  const next = passed || counted === 0 ? undefined : head;
  const reaches = Math.max(now.reaches ?? 0, certain ?? 0) as Instant;
  return {
    ...rest,
    ...(counted !== undefined && { lag: counted }),
    ...(seq !== undefined && { seq }),
    ...(moved && { movedAt: askedAt }),
    ...(next && { head: next }),
    ...(reaches > 0 && { reaches }),
  };
}

const of = ({ cluster, database }: Looked): string => `the standby of ${database} of ${cluster}`;
const broken = (looked: Looked, why: string): StandbyTrouble => ({
  name: 'StandbyBroken',
  message: `${of(looked)} does not follow: ${why}`,
});
const lagging = (looked: Looked, why: string): StandbyTrouble => ({
  name: 'StandbyLagging',
  message: `${of(looked)} lags: ${why}`,
});
