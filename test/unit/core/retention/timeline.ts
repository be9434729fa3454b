import type { LegalHold, RecoveryPoint } from '../../../../core/catalog/recovery-point.ts';
import { recoveryPointId } from '../../../../core/ids/names.ts';
import type { Retention } from '../../../../core/plan/installation.ts';
import { decide, type ParentsOf } from '../../../../core/retention/decide.ts';
import { printKeepReason } from '../../../../core/retention/keep-reason.ts';
import { type Keeping, rulesFor } from '../../../../core/retention/rules.ts';
import { type Instant, parseInstant } from '../../../../core/time/instant.ts';

export function at(text: string): Instant {
  const found = parseInstant(text);
  if (found === undefined) throw new Error(`not an instant: ${text}`);
  return found;
}

/** A sealed point of `orders` that was due at this time. */
export function point(when: string | Instant, more: Partial<RecoveryPoint> = {}): RecoveryPoint {
  const due = typeof when === 'string' ? at(when) : when;
  const rule = more.rule ?? 'hourly';
  return {
    id: recoveryPointId(more.cluster ?? 'orders', rule, due),
    cluster: 'orders',
    engine: 'objects',
    plan: 'gold',
    rule,
    region: 'eu-central-1',
    state: 'sealed',
    scheduledAt: due,
    openedAt: due,
    takenAt: due,
    sealedAt: due,
    execution: 'test',
    ...more,
  };
}

export const nothingKept: Retention = {
  keepLast: 0,
  hourly: 0,
  daily: 0,
  weekly: 0,
  monthly: 0,
  yearly: 0,
  minimumKeep: 0,
};

export const retain = (rules: Partial<Retention>, timeZone = 'UTC'): Keeping => ({
  plan: { timeZone, retention: { ...nothingKept, ...rules } },
  holds: [],
});

export const hold = (name: string, recoveryPoint?: string): LegalHold => ({
  name,
  cluster: 'orders',
  placedAt: at('2026-01-01T00:00:00Z'),
  why: 'court order',
  ...(recoveryPoint !== undefined && { recoveryPoint }),
});

/** What each point is kept for, as a reviewer reads it: due time → reasons. */
export function keptFor(
  points: readonly RecoveryPoint[],
  keeping: Keeping,
  now: string,
  parentsOf?: ParentsOf,
): Record<string, string[]> {
  const decisions = decide(points, rulesFor(keeping), at(now), parentsOf);
  return Object.fromEntries(
    decisions.map(({ point: { scheduledAt }, keep }) => [
      new Date(scheduledAt).toISOString().slice(0, 16),
      keep.map(printKeepReason),
    ]),
  );
}
