import type { Reason } from '../errors/base.ts';
import type { RecoveryPointId } from '../ids/names.ts';
import { SET_ASIDE_ALWAYS, SET_ASIDE_SHARE } from '../reconcile/bytes.ts';
import type { Rot } from './rot.ts';

/** A copy that holds something beyond mending. */
export interface Spoilt {
  readonly cluster: string;
  readonly region: string;
  readonly recoveryPoint: RecoveryPointId;
  readonly reason: Reason;
}

/** Each copy once, with the first thing that is wrong with it. */
export function spoiltBy(region: string, open: readonly Rot[]): readonly Spoilt[] {
  const spoilt = new Map<RecoveryPointId, Spoilt>();
  for (const { state, cluster, points, reason } of open)
    if (state === 'beyond')
      for (const recoveryPoint of points)
        if (!spoilt.has(recoveryPoint)) spoilt.set(recoveryPoint, { cluster, region, recoveryPoint, reason });
  return [...spoilt.values()];
}

/**
 * Setting a copy aside cannot be taken back at home. When many of a cluster would go at once none does: an item that
 * every point names is one file of many, and what to do about it is a person's to judge.
 */
export const maySetAside = (spoilt: number, proven: number): boolean =>
  spoilt <= Math.max(SET_ASIDE_ALWAYS, proven * SET_ASIDE_SHARE);
