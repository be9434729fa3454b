import type { RecoveryPoint } from '../catalog/recovery-point.ts';
import type { Instant } from '../time/instant.ts';
import type { Epoch } from './group.ts';

/** The region whose side was the true one at an instant. */
export function activeAt(epoch: Epoch | undefined, home: string, at: Instant): string {
  if (!epoch) return home;
  const all = [...(epoch.before ?? []), epoch];
  return all.findLast(({ since }) => since <= at)?.active ?? home;
}

/**
 * Whether a point holds what the wrong side took for the truth: a region that did not see that another one had taken over
 * went on for a while. It is kept, because what that side accepted is nowhere else, and restores by its id; it is never
 * the latest of anything.
 */
export const isStray = (
  point: Pick<RecoveryPoint, 'region' | 'openedAt' | 'takenAt'>,
  epoch: Epoch | undefined,
  home: string,
): boolean => epoch !== undefined && activeAt(epoch, home, point.takenAt ?? point.openedAt) !== point.region;
