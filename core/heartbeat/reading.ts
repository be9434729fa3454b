import type { Reason } from '../errors/base.ts';
import { between, type Instant, inSeconds, instant } from '../time/instant.ts';

/** One beat: a number that no other beat of its cluster has, and when it was written, by the clock of who wrote it. */
export interface Beat {
  readonly number: number;
  readonly at: Instant;
}

/** What the beats that are found in a restore say of it. */
export interface HeartRead {
  readonly outcome: 'read';
  /** Beats found. */
  readonly beats: number;
  readonly newest: number;
  readonly newestAt: Instant;
  /** Numbers that should stand between the smallest and the greatest found, and do not: what was written with them is lost. */
  readonly missing: number;
  /** The first of them. */
  readonly firstMissing?: number;
  /** Beats later than the instant that was restored: there is more than the restore claims. */
  readonly beyond: number;
  /**
   * From the newest beat to the start of the restore. What was lost is at most this, and at least this less the time
   * between two beats.
   */
  readonly provenLossSeconds: number;
}

/** No restore fails because its heart cannot be read; it is said why nothing is proven. */
export interface HeartUnread {
  readonly outcome: 'unread';
  readonly reason: Reason;
}

export type HeartFinding = HeartRead | HeartUnread;

/** @param beats in any order */
export function readingOf(
  beats: readonly Beat[],
  { instant: restoredTo, startedAt }: { readonly instant: Instant; readonly startedAt: Instant },
): HeartFinding {
  const inOrder = beats.toSorted((a, b) => a.number - b.number);
  const newest = inOrder.at(-1);
  if (!newest)
    return unread('NoHeartbeat', 'what was restored holds the place of the heartbeat and no beat in it');
  const holes = inOrder.flatMap(({ number }, n) => {
    const before = inOrder[n - 1]?.number ?? number - 1;
    return number - before > 1 ? [{ first: before + 1, count: number - before - 1 }] : [];
  });
  return {
    outcome: 'read',
    beats: inOrder.length,
    newest: newest.number,
    newestAt: newest.at,
    missing: holes.reduce((sum, { count }) => sum + count, 0),
    ...(holes[0] && { firstMissing: holes[0].first }),
    beyond: inOrder.filter(({ at }) => at > restoredTo).length,
    provenLossSeconds: inSeconds(between(newest.at, instant(Math.max(newest.at, startedAt)))),
  };
}

export const unread = (name: string, message: string): HeartUnread => ({
  outcome: 'unread',
  reason: { name, message },
});

/** For the person who gets the message: what is proven, beside what the restore claims. */
export function spokenOf(finding: HeartFinding | undefined): string {
  if (!finding) return 'no heartbeat was looked for';
  if (finding.outcome === 'unread') return `no heartbeat was read (${finding.reason.message})`;
  const { newest, provenLossSeconds, missing, firstMissing } = finding;
  return `the heartbeat proves a loss of ${provenLossSeconds} s at most (newest beat ${newest})${
    missing > 0 ? `, and ${missing} beats are missing from number ${firstMissing} on` : ''
  }`;
}
