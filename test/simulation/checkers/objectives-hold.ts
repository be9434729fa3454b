import type { Stage } from '../../../cli/stage.ts';
import { planOf } from '../../../core/plan/installation.ts';
import { iso } from '../../../core/time/instant.ts';
import { catalogOf } from '../../support/catalog-of.ts';
import { isGone } from './in-force.ts';
import { claimedWindows } from './log-claims.ts';

/** Each cluster's newest proven point, or the end of its log, is young enough in every region of its plan, as that region itself sees it. A cluster that is gone has none. */
export function objectivesHold(stage: Stage): string[] {
  const violations: string[] = [];
  const { primary, recovery } = stage.installation.regions;
  for (const cluster of stage.installation.clusters) {
    if (isGone(stage, cluster.name)) continue;
    const { rpo } = planOf(stage.installation, cluster)!.objectives;
    for (const region of [primary, ...recovery]) {
      const taken = catalogOf(stage, region)
        .copies.filter(
          (copy) => copy.cluster === cluster.name && copy.region === region && copy.state === 'proven',
        )
        .map(({ takenAt }) => takenAt!);
      const newest = Math.max(
        ...taken,
        ...claimedWindows(stage, region, cluster.name).map(({ latest }) => latest),
      );
      if (stage.now - newest > rpo)
        violations.push(
          `${cluster.name} in ${region}: what restores there is as new as ${taken.length > 0 ? iso(newest as typeof stage.now) : 'never'}, and the RPO is ${rpo / 3_600_000} h`,
        );
    }
  }
  return violations;
}
