import { IN_FLIGHT } from '../catalog/life-cycle.ts';
import type { CopyRecord, RecoveryPoint } from '../catalog/recovery-point.ts';
import { isWhole } from '../catalog/rules-lineage.ts';
import type { RecoveryPointId } from '../ids/names.ts';
import { earlier, type Instant, instant, iso, minutes } from '../time/instant.ts';
import { GROWING, type LogChain } from './chain.ts';

/** A full that a region holds, or is still to hold, and that a log may have to be replayed on. */
export interface KeptFull {
  readonly id: RecoveryPointId;
  /** The instant that it restores, or the earliest that it can turn out to be while it is under way. */
  readonly takenAt: Instant;
}

/** What one region's log of one chain may lose. */
export type Truncation =
  | { readonly kind: 'nothing'; readonly why: string }
  /**
   * Everything before `until`. For the engine's own mark take the lowest one of that millisecond (TiDB: `until << 18`):
   * `takenAt` is rounded down, so the BackupTS of the full is at or behind it, and the log leads on from there.
   */
  | { readonly kind: 'until'; readonly until: Instant; readonly neededBy: RecoveryPointId }
  /** All of it: it has ended, and no full lies in it that it could be replayed on. */
  | { readonly kind: 'whole'; readonly why: string };

/** Clocks of Holdfast and of a cluster differ; a capture is never of an instant that is earlier than its opening by more. */
const CLOCKS_APART = minutes(5);

/**
 * The fulls that count in a region: whatever retention, holds and floors have left there, in the bin too, because undelete
 * brings it back, and what is under way or has not been copied there yet. Only what is discarded there needs no log.
 *
 * @param points of the cluster that are not discarded
 * @param here copies in the region, discarded ones too where they are known
 */
export function fullsNeeding(points: readonly RecoveryPoint[], here: readonly CopyRecord[]): KeptFull[] {
  const gone = new Set(here.filter(({ state }) => state === 'discarded').map(({ id }) => id));
  return points
    .filter((point) => isWhole(point) && !gone.has(point.id) && stillCounts(point))
    .map(({ id, takenAt, openedAt }) => ({ id, takenAt: takenAt ?? earlier(openedAt, CLOCKS_APART) }));
}

/** A failed capture never held anything. One that was set aside may be looked at, and taken back, by a person. */
const stillCounts = ({ state }: RecoveryPoint): boolean =>
  state === 'sealed' || state === 'expiring' || state === 'quarantined' || IN_FLIGHT.has(state);

/**
 * Until when the log of one chain in one region may be truncated. Pure, and for each region by itself: a region whose
 * copies came late keeps the log that they need.
 *
 *     fulls kept       F2         F4                     until = F2: every instant from F2 on still restores
 *     log         [====|==========|=======>
 *     fulls kept                           F5   F6       nothing lies in a log that has ended: whole, once a full
 *     log         [===============]                      behind it is kept
 *
 * The record moves first (`beginsAfter`), so that nothing is claimed that is going; what a crash leaves in the vault is
 * taken by the next truncation, and a whole log is named again until it is empty.
 *
 * A log that still grows is never truncated without a full in it, and an ended one not without a full behind it: what
 * there is may be all that is left.
 */
export function truncationOf(chain: LogChain, fulls: readonly KeptFull[]): Truncation {
  const [oldest] = fulls
    .filter(({ takenAt }) => takenAt >= chain.from && takenAt <= chain.checkpoint)
    .toSorted((a, b) => a.takenAt - b.takenAt);
  const called = `log ${chain.chain} of ${chain.cluster} in ${chain.region}`;
  if (oldest)
    return oldest.takenAt > chain.from
      ? { kind: 'until', until: oldest.takenAt, neededBy: oldest.id }
      : { kind: 'nothing', why: `${called} begins with ${oldest.id}, which is kept` };
  if (GROWING.has(chain.state))
    return { kind: 'nothing', why: `no full that is kept lies in ${called} yet, and it still grows` };
  const behind = fulls.find(({ takenAt }) => takenAt > chain.checkpoint);
  return behind
    ? {
        kind: 'whole',
        why: `${called} ended at ${iso(chain.checkpoint)}, no full that is kept lies in it, and ${behind.id} is newer`,
      }
    : { kind: 'nothing', why: `${called} has ended, and no full behind it is kept` };
}

/** A chain as its record says after a truncation: what is all gone begins where it ends. */
export const beginsAfter = (chain: LogChain, truncation: Truncation): Instant =>
  truncation.kind === 'until'
    ? truncation.until
    : truncation.kind === 'whole'
      ? chain.checkpoint
      : instant(chain.from);
