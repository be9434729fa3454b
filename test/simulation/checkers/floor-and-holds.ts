import type { Stage } from '../../../cli/stage.ts';
import { planOf } from '../../../core/plan/installation.ts';
import { iso } from '../../../core/time/instant.ts';
import type { Rotted } from '../../../embedded/faults/bit-rot.ts';
import { catalogOf } from '../../support/catalog-of.ts';

/**
 * The floor: of each cluster, in every region, the newest `minimumKeep` points that were ever proven there are still
 * proven. And what is held is neither in the bin nor discarded.
 */
export function floorAndHolds(stage: Stage, region: string, rotted: readonly Rotted[] = []): string[] {
  const { points, copies, holds } = catalogOf(stage, region);
  const violations: string[] = [];
  for (const cluster of stage.installation.clusters) {
    const floor = planOf(stage.installation, cluster)!.retention.minimumKeep;
    const everProven = copies
      .filter(
        (copy) => copy.cluster === cluster.name && copy.region === region && copy.provenAt !== undefined,
      )
      .sort((a, b) => b.takenAt! - a.takenAt!);
    for (const copy of everProven.slice(0, floor))
      if (copy.state !== 'proven' && !(copy.state === 'quarantined' && rotsIn(rotted, region, copy.cluster)))
        violations.push(
          `${iso(stage.now)} ${copy.id} is ${copy.state} in ${region} and belongs to the floor of ${floor}`,
        );
  }
  for (const hold of holds)
    for (const point of points) {
      const held =
        point.cluster === hold.cluster &&
        (hold.recoveryPoint === undefined || hold.recoveryPoint === point.id) &&
        point.openedAt <= stage.now;
      if (
        held &&
        (point.state === 'discarded' || (point.state === 'expiring' && point.discardAfter === undefined))
      )
        violations.push(`${iso(stage.now)} ${point.id} is ${point.state} and held by ${hold.name}`);
    }
  return violations;
}

/** Something of a cluster rotted in a region: a point that it is found in is set aside there, floor or not. */
export const rotsIn = (rotted: readonly Rotted[], region: string, cluster: string): boolean =>
  rotted.some((each) => each.region === region && each.key.startsWith(`${cluster}/`));
