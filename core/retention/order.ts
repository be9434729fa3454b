import type { RecoveryPoint } from '../catalog/recovery-point.ts';

const byIdNewestFirst = (a: RecoveryPoint, b: RecoveryPoint): number =>
  a.id < b.id ? 1 : a.id > b.id ? -1 : 0;

/** The order that the catalog lists in and that calendars count in: by the time the points were due, then by id. */
export const newestFirst = (a: RecoveryPoint, b: RecoveryPoint): number =>
  b.scheduledAt - a.scheduledAt || byIdNewestFirst(a, b);

/**
 * By the state that the points hold. A trigger that is delivered hours late, after a dark region or by an operator's
 * hand, captures what is there then: due before another point, and yet the newer data (seed 20024).
 */
export const newestStateFirst = (a: RecoveryPoint, b: RecoveryPoint): number =>
  (b.takenAt ?? b.scheduledAt) - (a.takenAt ?? a.scheduledAt) || newestFirst(a, b);
