import { type Ends, endsOf, standbyEnds } from '../../core/plan/ends.ts';
import { type Cluster, standbyOf } from '../../core/plan/installation.ts';
import type { SelfRunReach } from '../../core/plan/self-run.ts';
import type { Place } from '../../core/ports/reach.ts';
import { protectedAt, type Site } from './settings.ts';

/** A place of one region with something in it that Holdfast's own functions reach. */
export interface ReachedHere {
  readonly cluster: string;
  readonly end: Place['end'];
  readonly subnets: readonly string[];
  readonly securityGroups: readonly string[];
  readonly ends: Ends;
}

/** Protected clusters are in the primary, or where a group takes them; standbys, and those that restores fill, are where the configuration says. */
export const reachedAt = (site: Site): readonly ReachedHere[] =>
  site.installation.clusters.flatMap((cluster) => {
    const source = protectedAt(site).find(({ name }) => name === cluster.name);
    const places: readonly (readonly [Place['end'], SelfRunReach | undefined])[] = [
      ['source', source && 'reach' in source ? source.reach : undefined],
      ['target', cluster.restoreInto[site.region]?.reach],
    ];
    const reached = places.flatMap(([end, reach]) => {
      const ends = reach && endsOf(cluster, reach);
      if (!ends) return [];
      const { subnets, securityGroups } = reach;
      return [{ cluster: cluster.name, end, subnets, securityGroups, ends }];
    });
    const standby = standbyOf(cluster);
    if (standby?.region !== site.region) return reached;
    const { subnets, securityGroups } = standby.reach;
    const ends = standbyEnds(standby);
    return [...reached, { cluster: cluster.name, end: 'standby' as const, subnets, securityGroups, ends }];
  });

/** Clusters whose standby is in this region. */
export const standbysAt = ({ installation, region }: Site): readonly Cluster[] =>
  installation.clusters.filter((cluster) => standbyOf(cluster)?.region === region);

/** Every secret that the ends name, once. */
export const secretsOf = ({ sql, services }: Ends): readonly string[] => [
  ...new Set(
    [
      sql?.secret,
      ...Object.values(services).flatMap(({ secret, logins = {} }) => [secret, ...Object.values(logins)]),
    ].filter((arn) => arn !== undefined),
  ),
];
