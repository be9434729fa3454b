import type { CopyRecord, RecoveryPoint } from '../catalog/recovery-point.ts';
import type { Reason } from '../errors/base.ts';
import { copyAgainName, type RecoveryPointId } from '../ids/names.ts';
import { between, type Duration, days, hours, type Instant, iso, later } from '../time/instant.ts';
import { type Difference, UNSTARTED_AFTER } from './difference.ts';

/** Between two tries of one copy: at least this long, however young the point is, and at most that. */
export const TRY_AGAIN_MIN = hours(1);
export const TRY_AGAIN_MAX = days(7);

/** Why a copy was set aside whose bytes were gone: such a one may be made again, others wait for a person. */
export const LOST: ReadonlySet<string> = new Set(['ManifestIncomplete', 'ResourceMissing']);

export interface CopySituation {
  readonly cluster: string;
  /** A region that the plan names, away from home. */
  readonly region: string;
  readonly points: readonly RecoveryPoint[];
  /** Ids whose copy at home is proven: what is set aside there cannot be copied from. */
  readonly provenAtHome: ReadonlySet<RecoveryPointId>;
  /** Copies in the region by recovery point, discarded ones left out. */
  readonly copies: ReadonlyMap<RecoveryPointId, CopyRecord>;
}

/**
 * The sealed points that have no copy in a region and that nobody is copying, oldest first, because a copy moves what
 * the one before it did not. What is in the bin is not copied: it is about to go.
 */
export function missingCopies(situation: CopySituation, now: Instant): readonly Difference[] {
  const { region, points, provenAtHome, copies } = situation;
  return points
    .filter((point) => point.state === 'sealed' && point.region !== region && provenAtHome.has(point.id))
    .sort((a, b) => (a.sealedAt ?? a.openedAt) - (b.sealedAt ?? b.openedAt) || (a.id < b.id ? -1 : 1))
    .flatMap((point) => missingCopy(point, copies.get(point.id), situation, now) ?? []);
}

function missingCopy(
  point: RecoveryPoint,
  copy: CopyRecord | undefined,
  { cluster, region }: CopySituation,
  now: Instant,
): Difference | undefined {
  if (copy && copy.state !== 'failed' && !isLost(copy)) return undefined;
  const from = later(point.sealedAt ?? point.openedAt, UNSTARTED_AFTER);
  const due = copy ? tryAgainAt(point, copy) : from;
  if (!copy && now < due) return undefined;
  const reason: Reason = copy?.reason ?? { name: 'CopyFailed', message: 'its copy was never begun' };
  const missing = { class: 'copy-missing', cluster, region, recoveryPoint: point.id } as const;
  if (now < due)
    return {
      ...missing,
      reason: { ...reason, message: `${reason.message}; it is tried again after ${iso(due)}` },
      fix: { kind: 'nobody' },
    };
  return { ...missing, reason, fix: { kind: 'copy', execution: copyAgainName(point.id, region, now) } };
}

export const isLost = ({ state, reason }: CopyRecord): boolean =>
  state === 'quarantined' && reason !== undefined && LOST.has(reason.name);

/**
 * Each try waits half as long as the point had waited when the one before began, so the waits of
 * daily runs grow: a day, two, three, four, six, and a week from then on. Read from the record alone, which keeps when the last try began.
 */
export function tryAgainAt(point: RecoveryPoint, copy: CopyRecord): Instant {
  const waited = between(point.sealedAt ?? point.openedAt, copy.startedAt);
  return later(copy.startedAt, Math.min(TRY_AGAIN_MAX, Math.max(TRY_AGAIN_MIN, waited / 2)) as Duration);
}
