import type { CopyRecord } from '../catalog/recovery-point.ts';
import { fnv1a } from '../ids/fnv.ts';
import { type ProvenPoint, provenOldestFirst } from '../recovery/restorable.ts';
import type { DrillPick } from './drill.ts';

/**
 * The point that a drill restores: the newest that is proven in a region, or one drawn from all of them. The draw follows
 * from the drill's id, so that a repeated step draws the same.
 */
export function pickPoint(
  copies: readonly CopyRecord[],
  pick: DrillPick,
  drill: string,
): ProvenPoint | undefined {
  const proven = provenOldestFirst(copies);
  return pick === 'latest' ? proven.at(-1) : proven[fnv1a(drill) % proven.length];
}
