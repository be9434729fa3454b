import type { Stage } from '../../../cli/stage.ts';
import type { CopyRecord, RecoveryPoint } from '../../../core/catalog/recovery-point.ts';
import { planOf } from '../../../core/plan/installation.ts';
import { decide } from '../../../core/retention/decide.ts';
import { printKeepReason } from '../../../core/retention/keep-reason.ts';
import { type ProvenIn, rulesFor } from '../../../core/retention/rules.ts';
import { earlier, hours, type Instant } from '../../../core/time/instant.ts';
import { catalogOf } from '../../support/catalog-of.ts';

/** Expiry runs once an hour, and a point is looked at an hour after its last reason may have gone at the earliest. */
const LATE = hours(3);

/**
 * What is kept is what the rules keep, decided over every point that was ever sealed, so that nothing which was
 * expired too much could hide itself. A point without a reason may stay for as long as an expiry run takes to come.
 */
export function keptAsDecided(stage: Stage): string[] {
  const { points, holds, copies } = catalogOf(stage, stage.installation.regions.primary);
  const violations: string[] = [];
  for (const cluster of stage.installation.clusters) {
    const plan = planOf(stage.installation, cluster);
    const held = holds.filter((hold) => hold.cluster === cluster.name);
    const rulesAt = (at: Instant) => rulesFor({ plan, holds: held, proven: provenBy(copies, at) });
    const decided = (at: Instant) =>
      new Map(
        decide(everSealed(points, cluster.name, at), rulesAt(at), at).map(
          ({ point, keep }) => [point.id, keep] as const,
        ),
      );
    const now = decided(stage.now);
    const before = decided(earlier(stage.now, LATE));
    for (const point of points) {
      if (point.cluster !== cluster.name || point.sealedAt === undefined) continue;
      const kept = point.state === 'sealed';
      const reasons = now.get(point.id) ?? [];
      if (!kept && reasons.length > 0)
        violations.push(
          `${point.id} is ${point.state} and kept for ${reasons.map(printKeepReason).join(', ')}`,
        );
      if (kept && reasons.length === 0 && before.get(point.id)?.length === 0)
        violations.push(`${point.id} is kept for nothing, for hours`);
    }
  }
  return violations;
}

const provenBy = (copies: readonly CopyRecord[], by: Instant): ProvenIn =>
  new Map(
    [...Map.groupBy(copies, ({ region }) => region)].map(([region, here]) => [
      region,
      new Set(here.filter((c) => c.state === 'proven' && c.provenAt! <= by).map(({ id }) => id)),
    ]),
  );

const everSealed = (points: readonly RecoveryPoint[], cluster: string, by: Instant): RecoveryPoint[] =>
  points
    .filter((point) => point.cluster === cluster && point.sealedAt !== undefined && point.sealedAt <= by)
    .map((point) => ({ ...point, state: 'sealed' }));
