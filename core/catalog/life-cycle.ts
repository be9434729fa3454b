import type { CopyState, PointState } from './recovery-point.ts';

/**
 * The written diagram: which state may follow which. States only move forward; the one way back is
 * `expiring → sealed` (undelete), which is what the bin is for.
 */
export const POINT_LIFE: Readonly<Record<PointState, readonly PointState[]>> = {
  capturing: ['captured', 'failed', 'quarantined'],
  captured: ['verified', 'quarantined'],
  verified: ['sealed', 'quarantined'],
  sealed: ['expiring', 'quarantined'],
  expiring: ['discarded', 'sealed'],
  discarded: [],
  failed: [],
  quarantined: [],
};

/**
 * A failed copy may be tried again, and so may one that was set aside: by a person who has looked at it, or because its
 * bytes were gone. A proven one only ends by expiring, or in quarantine when it is found bad. Out of the bin each comes
 * back as what it was.
 */
export const COPY_LIFE: Readonly<Record<CopyState, readonly CopyState[]>> = {
  copying: ['copied', 'failed', 'quarantined'],
  copied: ['proven', 'failed', 'quarantined'],
  proven: ['expiring', 'quarantined'],
  expiring: ['discarded', 'proven', 'failed'],
  discarded: [],
  failed: ['copying', 'expiring'],
  quarantined: ['copying'],
};

export const mayFollow = (from: PointState, to: PointState): boolean => POINT_LIFE[from].includes(to);
export const copyMayFollow = (from: CopyState, to: CopyState): boolean => COPY_LIFE[from].includes(to);

/** States in which a capture is still under way: whatever such a point was compared with must stay. */
export const IN_FLIGHT: ReadonlySet<PointState> = new Set(['capturing', 'captured', 'verified']);
