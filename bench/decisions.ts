import type { RecoveryPoint } from '../core/catalog/recovery-point.ts';
import { recoveryPointId } from '../core/ids/names.ts';
import type { Plan } from '../core/plan/installation.ts';
import { decide } from '../core/retention/decide.ts';
import { planExpiry } from '../core/retention/plan-expiry.ts';
import { type RetentionRule, rulesFor } from '../core/retention/rules.ts';
import { days, earlier, hours, type Instant, instant } from '../core/time/instant.ts';
import { type Benchmark, count, perSecond, secondsFor } from './figure.ts';

const POINTS = 10_000;
const ROUNDS = 10;

/** The clocks of Berlin change twice in the 417 days before. */
const NOW = instant(Date.UTC(2026, 10, 21, 3, 20, 0));

const plan: Pick<Plan, 'timeZone' | 'retention'> = {
  timeZone: 'Europe/Berlin',
  retention: {
    keepLast: 12,
    keepWithin: days(2),
    hourly: 48,
    daily: 35,
    weekly: 12,
    monthly: 12,
    yearly: 7,
    minimumKeep: 3,
  },
};

function hourlyPoint(n: number): RecoveryPoint {
  const at = earlier(NOW, hours(n + 1));
  const scheduledAt: Instant = instant(Math.floor(at / hours(1)) * hours(1));
  return {
    id: recoveryPointId('orders', n % 500 === 499 ? 'manual' : 'hourly', scheduledAt),
    cluster: 'orders',
    engine: 'objects',
    plan: 'gold',
    rule: 'hourly',
    region: 'eu-west-1',
    state: 'sealed',
    scheduledAt,
    openedAt: scheduledAt,
    takenAt: scheduledAt,
    sealedAt: scheduledAt,
    execution: 'arn',
    ...(n % 500 === 499 && { manual: { note: 'before a release', keepUntil: earlier(NOW, days(-1)) } }),
  };
}

function everyRule(points: readonly RecoveryPoint[]): RetentionRule[] {
  const held = { name: 'audit-2026', cluster: 'orders', placedAt: NOW, why: 'audit' };
  return rulesFor({ plan, holds: [{ ...held, recoveryPoint: points[77]!.id }], lockedFor: days(30) });
}

async function run() {
  const points = Array.from({ length: POINTS }, (_, n) => hourlyPoint(n));
  const rules = everyRule(points);
  const kept = decide(points, rules, NOW).filter(({ keep }) => keep.length > 0).length;
  const deciding = await secondsFor(() => {
    for (let round = 0; round < ROUNDS; round++) decide(points, rules, NOW);
  });
  const decisions = decide(points, rules, NOW);
  const limits = { plan: 'gold', minimumKeep: 3, maxExpireShare: 1 };
  const planning = await secondsFor(() => {
    for (let round = 0; round < ROUNDS; round++) planExpiry('orders', decisions, limits, NOW);
  });
  return [
    {
      what: `retention decisions on ${count(POINTS)} hourly points of one cluster: ${rules.length} rules, Europe/Berlin, a hold and a vault lock`,
      value: perSecond((POINTS * ROUNDS) / deciding),
    },
    {
      what: `points turned into an expiry plan (${count(kept)} kept, the rest leaves)`,
      value: perSecond((POINTS * ROUNDS) / planning),
    },
  ];
}

export const decisions: Benchmark = {
  name: 'decisions',
  title: 'how fast retention decides',
  run,
};
