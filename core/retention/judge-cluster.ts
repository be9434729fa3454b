import type { LegalHold, RecoveryPoint } from '../catalog/recovery-point.ts';
import { clusterOf, type Installation, planOf } from '../plan/installation.ts';
import type { Instant } from '../time/instant.ts';
import { type Decision, decide } from './decide.ts';
import { type ExpirePlan, planExpiry } from './plan-expiry.ts';
import { rulesFor } from './rules.ts';

/** What is decided about the points of one cluster that were given, and what an expiry run would make of it. */
export interface Judgement {
  readonly decisions: readonly Decision[];
  readonly plan: ExpirePlan;
}

/** From the configuration and what the catalog holds to a plan. The expiry run and `expire --plan` both ask here. */
export function judgeCluster(
  name: string,
  installation: Installation,
  { points, holds }: { readonly points: readonly RecoveryPoint[]; readonly holds: readonly LegalHold[] },
  now: Instant,
): Judgement {
  const cluster = clusterOf(installation, name);
  const configured = cluster && planOf(installation, cluster);
  const rules = rulesFor({ plan: configured, holds, lockedFor: installation.vaultLock?.retain });
  const decisions = decide(points, rules, now);
  const limits = {
    plan: configured?.name ?? 'none',
    minimumKeep: configured?.retention.minimumKeep ?? 1,
    maxExpireShare: configured?.maxExpireShare ?? 0,
  };
  return { decisions, plan: planExpiry(name, decisions, limits, now) };
}
