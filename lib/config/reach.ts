import { type Ends, endsOf } from '../../core/plan/ends.ts';
import type { SelfRunReach } from '../../core/plan/self-run.ts';
import type { Place } from '../../core/ports/reach.ts';
import { isPrimary, type Site } from './settings.ts';

/** A place of one region with something in it that Holdfast's own functions reach. */
export interface ReachedHere {
  readonly cluster: string;
  readonly end: Place['end'];
  readonly subnets: readonly string[];
  readonly securityGroups: readonly string[];
  readonly ends: Ends;
}

/** Protected clusters are in the primary; those that restores fill are where the configuration says. */
export const reachedAt = (site: Site): readonly ReachedHere[] =>
  site.installation.clusters.flatMap((cluster) => {
    const places: readonly (readonly [Place['end'], SelfRunReach | undefined])[] = [
      ['source', isPrimary(site) && 'reach' in cluster ? cluster.reach : undefined],
      ['target', cluster.restoreInto[site.region]?.reach],
    ];
    return places.flatMap(([end, reach]) => {
      const ends = reach && endsOf(cluster, reach);
      if (!ends) return [];
      const { subnets, securityGroups } = reach;
      return [{ cluster: cluster.name, end, subnets, securityGroups, ends }];
    });
  });

/** Every secret that the ends name, once. */
export const secretsOf = ({ sql, services }: Ends): readonly string[] => [
  ...new Set(
    [sql?.secret, ...Object.values(services).map(({ secret }) => secret)].filter((arn) => arn !== undefined),
  ),
];
