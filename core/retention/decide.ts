import { IN_FLIGHT } from '../catalog/life-cycle.ts';
import type { RecoveryPoint } from '../catalog/recovery-point.ts';
import type { RecoveryPointId } from '../ids/names.ts';
import type { Instant } from '../time/instant.ts';
import type { KeepReason } from './keep-reason.ts';
import { newestFirst } from './order.ts';
import type { RetentionRule } from './rules.ts';

/** What a recovery point is kept for. No reasons: it may expire. */
export interface Decision {
  readonly point: RecoveryPoint;
  readonly keep: readonly KeepReason[];
}

/**
 * The points that a point cannot be restored without. An objects point names every item and an Aurora snapshot is
 * whole, so their points need none; an engine with incremental captures names the capture before.
 */
export type ParentsOf = (point: RecoveryPoint) => readonly RecoveryPointId[];

const complete: ParentsOf = () => [];

/**
 * Decides what each sealed recovery point of one cluster is kept for. Pure: same points, rules and `now`, same answer,
 * in whatever order the points come. Reasons only accumulate: no rule can cancel another's keep.
 *
 * Points that are not sealed get no decision: captures in flight, failed and quarantined ones are not retention's to
 * judge, and one in the bin is gone already as far as every count is concerned. In-flight points are to be given all
 * the same, for what they need.
 *
 * Every rule looks only at points that are newer. So to decide on some, those that were scheduled at or after the
 * oldest of them are enough; a point that was due before them and captured after them could only take a place in the
 * floor, so not to know of it keeps one more:
 *
 *     all given      h1  h2  d1  h3  h4     →  d1 is kept for daily#1, h3 for keep-last#2, …
 *     from d1 on             d1  h3  h4     →  the same for d1, h3, h4
 */
export function decide(
  points: readonly RecoveryPoint[],
  rules: readonly RetentionRule[],
  now: Instant,
  parentsOf: ParentsOf = complete,
): Decision[] {
  const sealed = points.filter((point) => point.state === 'sealed').sort(newestFirst);
  const judges = rules.map((rule) => rule.judge(now, sealed));
  const decisions = sealed.map((point) => {
    const keep: KeepReason[] = [];
    for (const judge of judges) {
      const reason = judge(point);
      if (reason) keep.push(reason);
    }
    return { point, keep };
  });
  addWhatIsNeeded(points, decisions, parentsOf);
  return decisions;
}

/** The second pass: whatever stays keeps what it needs, up the lineage. */
function addWhatIsNeeded(
  points: readonly RecoveryPoint[],
  decisions: readonly { readonly point: RecoveryPoint; readonly keep: KeepReason[] }[],
  parentsOf: ParentsOf,
): void {
  const byId = new Map(decisions.map((decision) => [decision.point.id, decision]));
  const needs: (readonly [RecoveryPoint, RecoveryPointId])[] = [];
  const want = (dependent: RecoveryPoint) => {
    for (const parent of parentsOf(dependent)) needs.push([dependent, parent]);
  };
  for (const point of [...points].sort(newestFirst)) {
    if (!IN_FLIGHT.has(point.state)) continue;
    if (point.base !== undefined) needs.push([point, point.base]);
    want(point);
  }
  for (const { point, keep } of decisions) if (keep.length > 0) want(point);
  // `needs` grows while it is walked: a parent that stays only because it is needed needs its own parents.
  for (const [dependent, parent] of needs) {
    const found = byId.get(parent);
    if (!found || found.keep.some((r) => r.kind === 'needed-by' && r.point === dependent.id)) continue;
    if (found.keep.length === 0) want(found.point);
    found.keep.push({ kind: 'needed-by', point: dependent.id });
  }
}
