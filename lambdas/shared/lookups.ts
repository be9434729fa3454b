import type { RecoveryPoint } from '../../core/catalog/recovery-point.ts';
import { invariant } from '../../core/errors/assert.ts';
import { InvalidInput, UnknownCluster, UnknownRecoveryPoint } from '../../core/errors/registry.ts';
import type { RecoveryPointId } from '../../core/ids/names.ts';
import {
  type Cluster,
  clusterOf,
  type Installation,
  type Plan,
  planOf,
  type Rule,
} from '../../core/plan/installation.ts';
import type { Catalog } from '../../core/ports/catalog.ts';
import { type Instant, parseInstant } from '../../core/time/instant.ts';

/** At most this many names in a message: it is read in a console. */
const NAMES_SHOWN = 20;

export function listed(names: readonly string[]): string {
  const shown = names.slice(0, NAMES_SHOWN).join(', ');
  const more = names.length - NAMES_SHOWN;
  return more > 0 ? `${shown} and ${more} more` : shown || 'none';
}

/** @throws UnknownCluster, which names those that are known. */
export function clusterNamed(installation: Installation, name: string): Cluster {
  const cluster = clusterOf(installation, name);
  if (cluster) return cluster;
  throw new UnknownCluster(
    `no cluster is called ${name}; known clusters: ${listed(installation.clusters.map((c) => c.name))}`,
    { cluster: name },
  );
}

export function planFor(installation: Installation, cluster: Cluster): Plan {
  const plan = planOf(installation, cluster);
  invariant(plan, 'the plan of every configured cluster is configured', { plan: cluster.plan });
  return plan;
}

/** @throws InvalidInput, which names the plan's rules. */
export function ruleNamed(plan: Plan, name: string): Rule {
  const rule = plan.rules.find((candidate) => candidate.name === name);
  if (rule) return rule;
  throw new InvalidInput(
    `plan ${plan.name} has no rule called ${name}; its rules: ${listed(plan.rules.map((r) => r.name))}; leave rule out for a manual backup`,
    { plan: plan.name, rule: name },
  );
}

/** @throws UnknownRecoveryPoint */
export async function knownPoint(
  catalog: Pick<Catalog, 'point'>,
  id: RecoveryPointId,
): Promise<RecoveryPoint> {
  const point = await catalog.point(id);
  if (point) return point;
  throw new UnknownRecoveryPoint(`the catalog of this region has no recovery point ${id}`, {
    recoveryPoint: id,
  });
}

/** An instant that a contract has checked already. */
export function instantOf(text: string): Instant {
  const at = parseInstant(text);
  if (at === undefined)
    throw new InvalidInput(`not an ISO 8601 instant with its zone, such as 2026-11-21T03:00:00Z: ${text}`);
  return at;
}
