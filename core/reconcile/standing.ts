import { IN_FLIGHT } from '../catalog/life-cycle.ts';
import type { CopyRecord, RecoveryPoint } from '../catalog/recovery-point.ts';
import { type RecoveryPointId, scheduledAtOf } from '../ids/names.ts';
import { days, type Instant } from '../time/instant.ts';
import { GRACE } from './difference.ts';

/**
 * Whose a folder of the vault is, by the two records of its recovery point.
 *
 * - `kept`: a proven copy, or one in the bin; whatever its own manifest does not name is nobody's
 * - `ended`: the point failed, or its copy here is discarded; only what other points name may stay
 * - `unknown`: no record at all
 * - `spoken-for`: somebody works on it, may yet work on it, or set it aside for a person to look at
 */
export type Standing = 'kept' | 'ended' | 'unknown' | 'spoken-for';

export function standingOf(point: RecoveryPoint | undefined, copy: CopyRecord | undefined): Standing {
  if (!point && !copy) return 'unknown';
  if (copy && holds(copy)) return 'kept';
  if (copy?.state === 'discarded') return 'ended';
  // A failed copy of a point that can still be copied is somebody's: another try finds what is there. In the bin it
  // goes with its point.
  const over = point?.state === 'failed' || point?.state === 'discarded';
  return over && (!copy || copy.state === 'failed') ? 'ended' : 'spoken-for';
}

/** Counted on: everything that its manifest names has to be there. */
export const holds = ({ state, provenAt }: CopyRecord): boolean =>
  state === 'proven' || (state === 'expiring' && provenAt !== undefined);

/** What else there is of a cluster in the region. */
export interface Neighbourhood {
  readonly points: readonly RecoveryPoint[];
  /** Those that are not discarded. */
  readonly copies: readonly CopyRecord[];
}

/** A trigger may be a day and two hours late: without a record, a folder's place among the others is known so far. */
const LATE = days(2);
/** Manifests to compare one folder with. More are needed only where order is unknown among many. */
const KEEPERS_MAX = 8;

/**
 * The points whose manifests say everything that is still needed of a folder; undefined when that cannot be said now.
 *
 *     D (ended)  P1 (kept)  P2 (kept)     what P2 names of D's items, P1 names too: runs are unbroken
 *     D (ended)  C (copying)  P2 (kept)   C may be counting on an item that P2 no longer has: not now
 */
export function keepersOf(
  id: RecoveryPointId,
  point: RecoveryPoint | undefined,
  { points, copies }: Neighbourhood,
): readonly RecoveryPointId[] | undefined {
  // What was never sealed, no other point was compared with: nobody names an item of it.
  if (point?.state === 'failed') return [];
  const at = point?.takenAt ?? scheduledAtOf(id) ?? 0;
  const slack = point?.takenAt === undefined ? LATE : 0;
  const keepers: RecoveryPointId[] = [];
  // Sides of a group each go on from the folder's point by themselves, so each has a first one that says what it needs.
  const done = new Set<string>();
  for (const other of membersOf(points, copies)) {
    if (other.id === id || other.at < at - slack) continue;
    const { copy } = other;
    const side = copy?.forkedFrom ?? other.point?.forkedFrom ?? '';
    if (done.has(side)) continue;
    if (mayCount(other)) return undefined;
    if (copy && (holds(copy) || copy.state === 'quarantined')) keepers.push(other.id);
    if (copy && holds(copy) && other.at > at + slack) done.add(side);
  }
  return keepers.length > KEEPERS_MAX ? undefined : keepers;
}

interface Member {
  readonly id: RecoveryPointId;
  readonly at: number;
  readonly point?: RecoveryPoint | undefined;
  readonly copy?: CopyRecord | undefined;
}

/** All of the cluster by the state that is held, oldest first; also a copy whose point's record has gone already. */
function membersOf(points: readonly RecoveryPoint[], copies: readonly CopyRecord[]): readonly Member[] {
  const pointOf = new Map(points.map((point) => [point.id, point]));
  const copyOf = new Map(copies.map((copy) => [copy.id, copy]));
  return [...new Set([...pointOf.keys(), ...copyOf.keys()])]
    .map((id): Member => {
      const [point, copy] = [pointOf.get(id), copyOf.get(id)];
      return { id, point, copy, at: point?.takenAt ?? copy?.takenAt ?? scheduledAtOf(id) ?? 0 };
    })
    .sort((a, b) => a.at - b.at || (a.id < b.id ? -1 : 1));
}

/** A copy under way, or one that may begin at any moment, counts on what it finds. */
const mayCount = ({ point, copy }: Member): boolean =>
  copy?.state === 'copying' ||
  copy?.state === 'copied' ||
  (point !== undefined && IN_FLIGHT.has(point.state)) ||
  (point?.state === 'sealed' && (!copy || copy.state === 'failed'));

/** A sealed point's items do not change any more: they are compared for some days, in case a run is missed. */
const COMPARED_FOR = days(3);
export const isFreshlyKept = (copy: CopyRecord, grace: number, now: Instant): boolean =>
  copy.provenAt !== undefined && now - copy.provenAt >= grace && now - copy.provenAt < grace + COMPARED_FOR;

/**
 * The manifests that a folder's files are compared with now: what none of them names is nobody's. Undefined where
 * nothing may be judged: somebody's, too young, or settled long ago.
 */
export function comparedWith(
  id: RecoveryPointId,
  point: RecoveryPoint | undefined,
  copy: CopyRecord | undefined,
  around: Neighbourhood,
  now: Instant,
): readonly RecoveryPointId[] | undefined {
  switch (standingOf(point, copy)) {
    case 'kept':
      return copy && isFreshlyKept(copy, GRACE, now) ? [id] : undefined;
    case 'unknown':
      return now - (scheduledAtOf(id) ?? now) >= GRACE ? keepersOf(id, point, around) : undefined;
    case 'ended':
      return keepersOf(id, point, around);
    case 'spoken-for':
      return undefined;
  }
}
