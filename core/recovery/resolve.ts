import type { CopyRecord, RecoveryPoint } from '../catalog/recovery-point.ts';
import type { RestorableWindow } from '../engines/driver.ts';
import { type HoldfastError, NothingToRestore, WindowNotCovered } from '../errors/registry.ts';
import type { RecoveryPointId } from '../ids/names.ts';
import { between, type Instant, inSeconds, iso, wholeSecond } from '../time/instant.ts';
import { hasChains, instantByLog, type LogSituation, latestByLog } from './resolve-log.ts';
import { type ProvenPoint, provenOldestFirst, refusePoint } from './restorable.ts';
import type { RestoreWish } from './wish.ts';

/** Everything that the answer depends on, read beforehand. */
export interface RestoreSituation extends LogSituation {
  /**
   * Copies in this region, in any order. Not all of 10,000 are needed: the oldest proven, the newest proven and the
   * newest proven at or before the instant asked for (or the copy of the point asked for) answer every question. With
   * `chains`, all of them are: a window begins at the first full in it, and points beside a hole are named.
   */
  readonly copies: readonly CopyRecord[];
  /** The catalog's record of the point asked for, when a point was asked for. */
  readonly point?: RecoveryPoint | undefined;
  /**
   * The engine's own restorable window in this region; undefined when it keeps no log here. It ends with the region of
   * capture: an engine's log does not cross to another.
   */
  readonly window?: RestorableWindow | undefined;
}

/** What a request means: from which point, and whose instant's state. */
export interface Resolution {
  readonly recoveryPointId: RecoveryPointId;
  readonly instant: Instant;
  /** True when the engine's log carries the restore; the recovery point then supplies the captured configuration. */
  readonly nativePointInTime: boolean;
  /** The chain, by its name, that leads from the point to the instant. */
  readonly log?: { readonly chain: string };
  /** How much earlier that is than the instant asked for. Zero for `latest` and for a point. */
  readonly earlierBySeconds: number;
}

export type Answer =
  | { readonly outcome: 'resolved'; readonly resolution: Resolution }
  | { readonly outcome: 'refused'; readonly refusal: HoldfastError };

/** Finds what a request means in a region, or refuses it with what would work. Pure. */
export function resolveRestore(wish: RestoreWish, situation: RestoreSituation): Answer {
  if (wish.kind === 'point') return toPoint(wish.id, situation);
  const proven = provenOldestFirst(situation.copies);
  const newest = proven.at(-1);
  if (!newest) return refused(nothingToRestore(situation));
  return wish.kind === 'latest'
    ? toLatest(newest, proven, situation)
    : toInstant(wish.at, proven, newest, situation);
}

function toPoint(id: RecoveryPointId, situation: RestoreSituation): Answer {
  const copy = situation.copies.find((c) => c.id === id && c.cluster === situation.cluster);
  const [proven] = provenOldestFirst(copy ? [copy] : []);
  return proven ? resolved(proven.id, proven.takenAt) : refused(refusePoint(id, copy, situation));
}

function toLatest(newest: ProvenPoint, proven: readonly ProvenPoint[], situation: RestoreSituation): Answer {
  const byLog = latestByLog(situation, proven);
  if (byLog) return resolved(byLog.full.id, byLog.at, { chain: byLog.chain.chain });
  const { window } = situation;
  const end = window && wholeSecond(window.latest);
  return end !== undefined && end > newest.takenAt
    ? resolved(newest.id, end, { native: true })
    : resolved(newest.id, newest.takenAt);
}

/*
 *   recovery points   P1 ........ P2 ........ P3
 *   native window                       [==========]
 *   asked for       a      b      c       d      e    f
 *
 *   a  before the oldest: refused        d, e  natively, to the second, with P3's configuration
 *   b  P1, and how much earlier it is    f     after the end of the window: refused, not rounded
 *   c  P2 exactly
 */
function toInstant(
  asked: Instant,
  proven: readonly ProvenPoint[],
  newest: ProvenPoint,
  situation: RestoreSituation,
): Answer {
  if (hasChains(situation)) return fromLog(asked, proven, situation);
  const { window } = situation;
  // Engines restore to the second. Rounding down gives what was there at the start of that second, never later.
  const at = wholeSecond(asked);
  if (window && at >= window.earliest && at <= window.latest)
    return resolved(newest.id, at, { native: true });
  const before = proven.findLast((point) => point.takenAt <= asked);
  if (!before || at > newest.takenAt) return refused(notCovered(asked, proven, newest, situation));
  return resolved(before.id, before.takenAt, { earlierBySeconds: inSeconds(between(before.takenAt, asked)) });
}

function fromLog(asked: Instant, proven: readonly ProvenPoint[], situation: RestoreSituation): Answer {
  const answer = instantByLog(asked, proven, situation);
  switch (answer.by) {
    case 'point':
      return resolved(answer.point.id, asked);
    case 'log':
      return resolved(answer.base.full.id, asked, { chain: answer.base.chain.chain });
    case 'nothing':
      return refused(answer.refusal);
  }
}

function nothingToRestore({ cluster, region, copies, window }: RestoreSituation): HoldfastError {
  const under = copies.filter(({ state }) => state === 'copying' || state === 'copied').length;
  const soon = under > 0 ? `${under} ${under === 1 ? 'copy is' : 'copies are'} under way; wait for one` : '';
  const log = window
    ? `the engine's own log covers ${iso(window.earliest)} to ${iso(window.latest)}, but no recovery point holds the ` +
      "cluster's settings; restore with the engine's own tools, or start holdfast-backup and restore from its point"
    : '';
  const other = 'start the restore in a region that has one, or start holdfast-backup or holdfast-copy';
  return new NothingToRestore(
    `${cluster} has no proven recovery point in ${region}; ${soon || log || other}`,
    { cluster, region, copies: copies.length },
  );
}

function notCovered(
  asked: Instant,
  proven: readonly ProvenPoint[],
  newest: ProvenPoint,
  { cluster, region, window, now }: RestoreSituation,
): HoldfastError {
  const oldest = proven[0] ?? newest;
  const points = `${iso(oldest.takenAt)} to ${iso(newest.takenAt)}`;
  const native = window && `${iso(window.earliest)} to ${iso(window.latest)}`;
  const covered = native ? `${points} by recovery points and ${native} to the second` : points;
  const latest = window && window.latest > newest.takenAt ? window.latest : newest.takenAt;
  const when =
    asked > now
      ? ', which is in the future'
      : asked < oldest.takenAt
        ? ', which is before the oldest recovery point here'
        : '';
  return new WindowNotCovered(
    `restorable window of ${cluster} in ${region} is ${covered}; asked for ${iso(asked)}${when}. ` +
      `Ask for an instant within it, or for "latest", which is ${iso(latest)}`,
    {
      cluster,
      region,
      asked: iso(asked),
      earliest: iso(window && window.earliest < oldest.takenAt ? window.earliest : oldest.takenAt),
      latest: iso(latest),
    },
  );
}

const resolved = (
  recoveryPointId: RecoveryPointId,
  instant: Instant,
  how: { readonly native?: boolean; readonly chain?: string; readonly earlierBySeconds?: number } = {},
): Answer => ({
  outcome: 'resolved',
  resolution: {
    recoveryPointId,
    instant,
    nativePointInTime: how.native ?? false,
    ...(how.chain !== undefined && { log: { chain: how.chain } }),
    earlierBySeconds: how.earlierBySeconds ?? 0,
  },
});

const refused = (refusal: HoldfastError): Answer => ({ outcome: 'refused', refusal });
