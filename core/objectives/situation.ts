import type { CopyRecord, RecoveryPoint, RestoreRecord } from '../catalog/recovery-point.ts';
import { isWhole } from '../catalog/rules-lineage.ts';
import type { DrillRecord } from '../drills/drill.ts';
import type { LogChain } from '../log/chain.ts';
import { logWindows } from '../log/windows.ts';
import type { Cluster, Installation, Plan } from '../plan/installation.ts';
import { provenOldestFirst } from '../recovery/restorable.ts';
import { type Instant, instant } from '../time/instant.ts';

/** What the last scrub of a region's vault says of one cluster. */
export interface ScrubFinding {
  readonly at: Instant;
  /** Objects of it that are missing or rotten, and not known to be mended. */
  readonly open: number;
}

/** A cluster as one region holds it. */
export interface RegionHolding {
  readonly region: string;
  /** Not discarded, newest first. */
  readonly copies: readonly CopyRecord[];
  readonly chains: readonly LogChain[];
  /** Absent when nobody read that vault yet, or it cannot be asked from here. */
  readonly scrub?: ScrubFinding;
}

/** The side of a group that is true, as it stands for one member. */
export interface Side {
  readonly group: string;
  readonly epoch: number;
  readonly active: string;
}

/** Everything that a protection label is made from. */
export interface Situation {
  readonly cluster: Cluster;
  readonly plan: Plan;
  readonly vaultLock: Installation['vaultLock'];
  /** Where the cluster runs. */
  readonly active: string;
  readonly regions: readonly RegionHolding[];
  /** Not discarded, newest first. */
  readonly points: readonly RecoveryPoint[];
  readonly restores: readonly RestoreRecord[];
  /** Newest first. */
  readonly drills: readonly DrillRecord[];
  readonly side?: Side;
  /** Since when it has been protected; what was never proven is as old as that. */
  readonly since: Instant;
}

/** The newest of what is proven in a region, and the latest instant that restores there. */
export interface Restorable {
  readonly newest: CopyRecord;
  readonly latest: Instant;
  /** That instant is a log's, beyond the newest point. */
  readonly chain?: LogChain;
}

/** Undefined where nothing of it is proven. */
export function restorableIn(
  { copies, chains }: RegionHolding,
  points: readonly RecoveryPoint[],
): Restorable | undefined {
  const proven = provenOldestFirst(copies);
  const last = proven.at(-1);
  const newest = last && copies.find(({ id }) => id === last.id);
  if (!last || !newest) return undefined;
  const byId = new Map(points.map((point) => [point.id, point]));
  const fulls = proven.filter(({ id }) => isWhole(byId.get(id) ?? {}));
  const [window] = logWindows(chains, fulls).toSorted((a, b) => b.latest - a.latest);
  if (!window || window.latest <= last.takenAt) return { newest, latest: last.takenAt };
  return { newest, latest: instant(window.latest), chain: window.chain };
}
