import type { RecoveryPoint } from '../catalog/recovery-point.ts';
import { type RecoveryPointId, recoveryPointId } from '../ids/names.ts';
import type { Plan } from '../plan/installation.ts';
import { type Duration, days, type Instant, later } from '../time/instant.ts';
import { decide, type ParentsOf } from './decide.ts';
import { type KeepReason, printKeepReason } from './keep-reason.ts';
import type { RetentionRule } from './rules.ts';

/** One look into the future: what will have lost its last reason by then. */
export interface PreviewedDay {
  readonly at: Instant;
  readonly kept: number;
  readonly expires: readonly {
    readonly id: RecoveryPointId;
    readonly scheduledAt: Instant;
    /** What had kept it until the look before; empty when it had no reason at the start. */
    readonly lastKeptFor: readonly string[];
  }[];
}

/**
 * Replays the days to come: with these rules, and these points sealed on time, which points go on which day. Nothing is
 * written and nothing is asked; a change of retention can be tried before it is made.
 */
export function* previewRetention(
  points: readonly RecoveryPoint[],
  rules: readonly RetentionRule[],
  future: readonly RecoveryPoint[],
  span: { readonly from: Instant; readonly days: number },
  parentsOf?: ParentsOf,
): Generator<PreviewedDay> {
  let present = [...points];
  let coming = [...future].sort((a, b) => a.scheduledAt - b.scheduledAt);
  let keptFor = new Map<RecoveryPointId, readonly KeepReason[]>();
  for (let day = 0; day <= span.days; day++) {
    const at = later(span.from, days(day));
    present.push(...coming.filter((point) => point.scheduledAt <= at));
    coming = coming.filter((point) => point.scheduledAt > at);
    const decisions = decide(present, rules, at, parentsOf);
    const leaving = decisions.filter(({ keep }) => keep.length === 0).map(({ point }) => point);
    yield {
      at,
      kept: decisions.length - leaving.length,
      expires: leaving.reverse().map(({ id, scheduledAt }) => ({
        id,
        scheduledAt,
        lastKeptFor: (keptFor.get(id) ?? []).map(printKeepReason),
      })),
    };
    keptFor = new Map(decisions.map(({ point, keep }) => [point.id, keep]));
    const gone = new Set(leaving.map(({ id }) => id));
    present = present.filter(({ id }) => !gone.has(id));
  }
}

/** A point as a rule will take it, sealed when it is due. */
export function futurePoint(
  cluster: Pick<RecoveryPoint, 'cluster' | 'engine' | 'region'>,
  plan: Pick<Plan, 'name'>,
  rule: string,
  at: Instant,
  sealedAfter: Duration = 0 as Duration,
): RecoveryPoint {
  return {
    ...cluster,
    id: recoveryPointId(cluster.cluster, rule, at),
    plan: plan.name,
    rule,
    state: 'sealed',
    scheduledAt: at,
    openedAt: at,
    takenAt: at,
    sealedAt: later(at, sealedAfter),
    execution: 'preview',
  };
}
