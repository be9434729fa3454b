import type { RecoveryPoint } from '../catalog/recovery-point.ts';
import {
  BelowMinimumKeep,
  ExpiryTooLarge,
  LegalHoldActive,
  type Reason,
  reasonOf,
} from '../errors/registry.ts';
import type { RecoveryPointId } from '../ids/names.ts';
import { type Instant, iso } from '../time/instant.ts';
import type { Decision, ParentsOf } from './decide.ts';
import { printKeepReason } from './keep-reason.ts';
import { newestFirst, newestStateFirst } from './order.ts';

export interface ExpiryLimits {
  /** The plan's name, for messages. */
  readonly plan: string;
  /** The floor once more: rules that forgot it must not get past this. */
  readonly minimumKeep: number;
  /** The share of the points looked at that one run may expire. */
  readonly maxExpireShare: number;
}

/** What one run expires of one cluster, in this order, and what it does not and why. Written down as JSON before anything follows from it. */
export interface ExpirePlan {
  readonly cluster: string;
  /** ISO 8601, UTC. */
  readonly decidedAt: string;
  readonly considered: number;
  readonly kept: number;
  readonly expire: readonly PlannedExpiry[];
  /** Points that only a hold or the floor keeps: no rule has a reason for them any more. */
  readonly refusals: readonly { readonly id: RecoveryPointId; readonly reason: Reason }[];
  /** Set when the circuit breaker stopped the run: then `expire` is empty and a person must look. */
  readonly halted?: Reason;
}

export interface PlannedExpiry {
  readonly id: RecoveryPointId;
  /** ISO 8601, UTC. */
  readonly scheduledAt: string;
  readonly reason: Reason;
}

/**
 * This many may always expire in one run. A share alone would stop a cluster with four points from ever losing one; the
 * floor protects it already.
 */
export const ALWAYS_ALLOWED = 5;

/** Turns the decisions on one cluster into a plan. Dependents go before what they need, older points before newer. */
export function planExpiry(
  cluster: string,
  decisions: readonly Decision[],
  limits: ExpiryLimits,
  now: Instant,
  parentsOf: ParentsOf = () => [],
): ExpirePlan {
  const { spared, leaving } = applyFloor(decisions, limits, parentsOf);
  const refusals = [
    ...decisions.flatMap((decision) => refusalOf(decision, limits) ?? []),
    ...spared.map((point) => ({ id: point.id, reason: belowMinimum(point.id, limits.minimumKeep) })),
  ];
  const plan = {
    cluster,
    decidedAt: iso(now),
    considered: decisions.length,
    refusals,
  };
  const halted = breaker(cluster, leaving.length, decisions.length, limits);
  if (halted) return { ...plan, kept: decisions.length, expire: [], halted };
  return {
    ...plan,
    kept: decisions.length - leaving.length,
    expire: dependentsFirst(leaving, parentsOf).map((point) => ({
      id: point.id,
      scheduledAt: iso(point.scheduledAt),
      reason: {
        name: 'NoReasonToKeep',
        message: `no rule of plan ${limits.plan}, no hold and no other recovery point keeps ${point.id} any longer`,
      },
    })),
  };
}

/** Of the points without a reason, the newest stay as far as the floor needs them, and what those need with them. */
function applyFloor(decisions: readonly Decision[], limits: ExpiryLimits, parentsOf: ParentsOf) {
  const candidates = decisions.filter(({ keep }) => keep.length === 0).map(({ point }) => point);
  const missing = Math.max(0, limits.minimumKeep - (decisions.length - candidates.length));
  const newest = candidates.sort(newestStateFirst);
  const staying = new Set(newest.slice(0, missing).map(({ id }) => id));
  for (const point of newest) {
    if (staying.has(point.id)) for (const parent of parentsOf(point)) staying.add(parent);
  }
  return {
    spared: newest.filter(({ id }) => staying.has(id)),
    leaving: newest.filter(({ id }) => !staying.has(id)),
  };
}

function refusalOf(
  { point, keep }: Decision,
  limits: ExpiryLimits,
): { id: RecoveryPointId; reason: Reason } | undefined {
  const only = (kind: 'legal-hold' | 'minimum-keep') => keep.length > 0 && keep.every((r) => r.kind === kind);
  if (only('legal-hold')) {
    const holds = keep.map(printKeepReason).join(', ');
    const message = `${point.id} would expire but for ${holds}; it stays until every hold is lifted by its name ("holdfast lift ${point.cluster} --name …")`;
    return { id: point.id, reason: reasonOf(new LegalHoldActive(message)) };
  }
  if (only('minimum-keep')) return { id: point.id, reason: belowMinimum(point.id, limits.minimumKeep) };
  return undefined;
}

const belowMinimum = (id: RecoveryPointId, floor: number): Reason =>
  reasonOf(
    new BelowMinimumKeep(
      `${id} would expire but for the floor of ${floor}; it stays until newer recovery points are sealed, ` +
        'so look at why none are',
      { minimumKeep: floor },
    ),
  );

function breaker(
  cluster: string,
  leaving: number,
  considered: number,
  { plan, maxExpireShare }: ExpiryLimits,
): Reason | undefined {
  const allowed = Math.max(ALWAYS_ALLOWED, Math.floor(considered * maxExpireShare));
  if (leaving <= allowed) return undefined;
  return reasonOf(
    new ExpiryTooLarge(
      `${leaving} of ${considered} recovery points of ${cluster} would expire in one run and ${allowed} may; ` +
        `nothing was expired. If this is meant, raise maxExpireShare (${maxExpireShare}) of plan ${plan} for one run; ` +
        "if not, look at the plan's retention and the clock",
      { leaving, considered, allowed },
    ),
  );
}

/** F1 I1 I2 | F2: the order is I2, I1, F1, then F2, so that a run which stops half-way leaves whole lineages. */
function dependentsFirst(leaving: readonly RecoveryPoint[], parentsOf: ParentsOf): RecoveryPoint[] {
  const oldestFirst = [...leaving].sort((a, b) => newestFirst(b, a));
  const dependents = new Map<RecoveryPointId, RecoveryPoint[]>();
  for (const point of oldestFirst) {
    for (const parent of parentsOf(point)) dependents.set(parent, [...(dependents.get(parent) ?? []), point]);
  }
  const placed = new Set<RecoveryPointId>();
  const order: RecoveryPoint[] = [];
  const place = (point: RecoveryPoint) => {
    if (placed.has(point.id)) return;
    placed.add(point.id);
    for (const dependent of dependents.get(point.id) ?? []) place(dependent);
    order.push(point);
  };
  for (const point of oldestFirst) place(point);
  return order;
}
