import type { RestoreRecord } from '../../../core/catalog/recovery-point.ts';
import type { DrillCheck, DrillRecord, DrillStep } from '../../../core/drills/drill.ts';
import { verdictOf } from '../../../core/drills/judge.ts';
import { DrillOverdue, type Reason, reasonOf } from '../../../core/errors/registry.ts';
import { between, type Instant, inSeconds, iso } from '../../../core/time/instant.ts';
import type { recordDrill } from '../../../workflows/contracts/drill.ts';
import { reasonNested } from '../../failover/nested.ts';
import { instantOf } from '../../shared/lookups.ts';
import type { Input } from '../../shared/ports.ts';

export type DrillState = Input<typeof recordDrill>['state'];

/** What a drill is in the end, from what its execution gathered and what its restore's record says. Pure. */
export function ended(
  drill: DrillRecord,
  state: DrillState,
  restore: RestoreRecord | undefined,
  now: Instant,
): DrillRecord {
  const gone = state.drill.next === 'fail' || state.tearDown?.outcome === 'gone';
  const checks = checksOf(state, restore);
  const reason = drill.reason ?? reasonFor(drill, state, restore, checks, gone, now);
  return {
    ...drill,
    state: drill.state === 'drilling' ? (reason ? 'failed' : 'passed') : drill.state,
    endedAt: drill.endedAt ?? now,
    checks,
    steps: stepsOf(drill, state, restore, now),
    ...(restore && {
      ...{ restoreId: restore.id, target: restore.target, instant: restore.instant },
      ...(restore.items !== undefined && { items: restore.items }),
      ...(restore.bytes !== undefined && { bytes: restore.bytes }),
      ...(restore.heartbeat && { heartbeat: restore.heartbeat }),
    }),
    ...(gone && { tornDownAt: drill.tornDownAt ?? now }),
    ...(reason && { reason }),
  };
}

/** The restore's own word weighs more than what the machine saw of it. */
function reasonFor(
  { id, deadline }: DrillRecord,
  { drill, error, tearDown }: DrillState,
  restore: RestoreRecord | undefined,
  checks: readonly DrillCheck[],
  gone: boolean,
  now: Instant,
): Reason | undefined {
  if (drill.reason) return drill.reason;
  if (restore?.state === 'failed' && restore.reason) return restore.reason;
  if (error) return reasonNested(error);
  const differs = verdictOf(checks);
  if (differs || gone) return differs;
  return reasonOf(
    new DrillOverdue(
      `it passed, and at ${iso(now)} something of ${id} was still there, of which nothing may be left at ${iso(deadline)}: ${tearDown?.doing ?? 'nobody knows what'}`,
    ),
  );
}

function checksOf(
  { denied, compared }: DrillState,
  restore: RestoreRecord | undefined,
): readonly DrillCheck[] {
  const before: readonly DrillCheck[] = denied
    ? [{ name: 'primary-denied', outcome: 'passed', detail: denied.detail }]
    : [];
  if (compared) return [...before, ...compared.checks];
  if (restore?.state !== 'failed') return before;
  const detail = restore.reason?.message ?? 'its restore failed';
  return [...before, { name: 'validated', outcome: 'failed', detail }];
}

/** Parts that were not reached are not there. */
function stepsOf(
  drill: DrillRecord,
  { compared, tearDown }: DrillState,
  restore: RestoreRecord | undefined,
  now: Instant,
): readonly DrillStep[] {
  if (!restore) return [];
  const took = (from: Instant, to: Instant): number => (from < to ? inSeconds(between(from, to)) : 0);
  const comparedAt = compared && instantOf(compared.comparedAt);
  const restoredAt = restore.endedAt;
  const goneFrom = comparedAt ?? restoredAt;
  return [
    { name: 'resolve', seconds: took(drill.startedAt, restore.startedAt) },
    ...(restore.achievedRtoSeconds === undefined
      ? []
      : [{ name: 'restore' as const, seconds: restore.achievedRtoSeconds }]),
    ...(comparedAt !== undefined && restoredAt !== undefined
      ? [{ name: 'validate' as const, seconds: took(restoredAt, comparedAt) }]
      : []),
    ...(tearDown?.outcome === 'gone' && goneFrom !== undefined
      ? [{ name: 'tear-down' as const, seconds: took(goneFrom, now) }]
      : []),
  ];
}
