import type { CopyRecord, LegalHold, RecoveryPoint } from '../catalog/recovery-point.ts';
import { parentsOf } from '../catalog/rules-lineage.ts';
import { clusterOf, type Installation, planOf } from '../plan/installation.ts';
import type { Instant } from '../time/instant.ts';
import { type Decision, decide } from './decide.ts';
import { type ExpirePlan, planExpiry } from './plan-expiry.ts';
import { type ProvenIn, rulesFor } from './rules.ts';

/** What is decided about the points of one cluster that were given, and what an expiry run would make of it. */
export interface Judgement {
  readonly decisions: readonly Decision[];
  readonly plan: ExpirePlan;
}

/** What the catalog holds of a cluster, from some time on. */
export interface Holdings {
  readonly points: readonly RecoveryPoint[];
  readonly holds: readonly LegalHold[];
  /** Absent at a first look: most looks keep everything for other reasons, and then nobody reads the copies. */
  readonly proven?: ProvenIn;
}

/** Whether copies have to be read and the cluster judged again with them: something would lose its last reason. */
export const wantsCopies = ({ decisions }: Judgement): boolean =>
  decisions.some(({ keep }) => keep.length === 0);

export const provenIn = (copies: ReadonlyMap<string, readonly CopyRecord[]>): ProvenIn =>
  new Map(
    [...copies].map(([region, here]) => [
      region,
      new Set(here.filter(({ state }) => state === 'proven').map(({ id }) => id)),
    ]),
  );

/** From the configuration and what the catalog holds to a plan. The expiry run and `expire --plan` both ask here. */
export function judgeCluster(
  name: string,
  installation: Installation,
  { points, holds, proven }: Holdings,
  now: Instant,
): Judgement {
  const cluster = clusterOf(installation, name);
  const configured = cluster && planOf(installation, cluster);
  const rules = rulesFor({ plan: configured, holds, lockedFor: installation.vaultLock?.retain, proven });
  const decisions = decide(points, rules, now, parentsOf);
  const limits = {
    plan: configured?.name ?? 'none',
    minimumKeep: configured?.retention.minimumKeep ?? 1,
    maxExpireShare: configured?.maxExpireShare ?? 0,
  };
  return { decisions, plan: planExpiry(name, decisions, limits, now, parentsOf) };
}
