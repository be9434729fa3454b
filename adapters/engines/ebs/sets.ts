import type { Instant } from '../../../core/time/instant.ts';
import type { PlannedInstance } from './configuration.ts';
import type { VolumeSnapshot } from './snapshots.ts';

/** What one CreateSnapshots made, as far as lists show it: all of one instance and one instant. */
export interface SnapshotSet {
  readonly instanceId: string;
  readonly takenAt: Instant;
  readonly snapshots: readonly VolumeSnapshot[];
}

export interface Choice {
  /** By instance: the set that counts. */
  readonly sets: ReadonlyMap<string, SnapshotSet>;
  /** What a repeated call made besides. */
  readonly surplus: readonly VolumeSnapshot[];
}

/**
 * Of each instance the oldest set that did not fail. A repeated call makes a second one under the same tags, and only
 * the instant tells them apart.
 * @param notBefore the instant that was recorded: a set that comes to light later and is older is surplus
 */
export function choose(snapshots: readonly VolumeSnapshot[], notBefore?: Instant): Choice {
  const sets = new Map<string, SnapshotSet>();
  for (const set of setsOf(snapshots)) {
    if (notBefore !== undefined && set.takenAt < notBefore) continue;
    const chosen = sets.get(set.instanceId);
    if (!chosen || (hasFailed(chosen) && !hasFailed(set))) sets.set(set.instanceId, set);
  }
  const counting = new Set([...sets.values()].flatMap((set) => set.snapshots));
  return { sets, surplus: snapshots.filter((snapshot) => !counting.has(snapshot)) };
}

/** Oldest first. */
function setsOf(snapshots: readonly VolumeSnapshot[]): readonly SnapshotSet[] {
  const sets = new Map<string, VolumeSnapshot[]>();
  for (const snapshot of snapshots) {
    const key = `${snapshot.instanceId} ${snapshot.takenAt}`;
    sets.set(key, [...(sets.get(key) ?? []), snapshot]);
  }
  return [...sets.values()]
    .map((all) => ({ instanceId: all[0]!.instanceId, takenAt: all[0]!.takenAt, snapshots: all }))
    .sort((a, b) => a.takenAt - b.takenAt || (a.instanceId < b.instanceId ? -1 : 1));
}

/** When one of a set fails, EBS fails the others too; until it has, one is enough. */
export const hasFailed = (set: SnapshotSet): boolean => set.snapshots.some(({ state }) => state === 'error');

/** The planned volumes that a set has no snapshot of. */
export const lackOf = ({ volumes }: PlannedInstance, set: SnapshotSet | undefined): readonly string[] =>
  volumes
    .map(({ volumeId }) => volumeId)
    .filter((volumeId) => !set?.snapshots.some((snapshot) => snapshot.volumeId === volumeId));
