import { type FencedOff, reasonOf } from '../../core/errors/registry.ts';
import { activeIn, type Fence, fencedOff, fenceOf, numberOf, stands } from '../../core/groups/fence.ts';
import { type Epoch, FIRST_EPOCH, type Group, membersOf } from '../../core/groups/group.ts';
import { groupOf, type Installation } from '../../core/plan/installation.ts';
import { onTheirWay } from './on-their-way.ts';
import type { TaskPorts } from './ports.ts';

export type SidesPorts = Pick<TaskPorts, 'region' | 'groups' | 'groupsIn' | 'telemetry'>;

/** Which sides are the true ones, as far as this region can know. */
export interface Sides {
  /** Why this region leaves a cluster alone; undefined where it is active and serves, or where the cluster has no sides. */
  offHere(cluster: string): FencedOff | undefined;
  /** Why what began under a number ends now: another side was active since. Absent, the number is the first. */
  late(cluster: string, number?: number): FencedOff | undefined;
  /** Why nothing of a cluster expires or is discarded: its active side is not at home. */
  keepsAll(cluster: string): FencedOff | undefined;
}

/**
 * Asked by the first step of every scheduled job. A region that has just come back has a replica that is behind, so the
 * other region's is asked too, where it answers, and the higher number is believed. Where it does not answer the own one
 * decides: a region protects itself while the other is dark.
 */
export async function sidesOf(installation: Installation, ports: SidesPorts): Promise<Sides> {
  const epochs = new Map<string, Epoch | undefined>();
  const coming = new Map<string, FencedOff>();
  for (const group of installation.groups) {
    const epoch = await believed(group, installation, ports);
    epochs.set(group.name, epoch);
    for (const [cluster, reason] of await onTheirWay(group, epoch, ports)) coming.set(cluster, reason);
  }
  const of = (cluster: string): readonly [Fence, Epoch | undefined] | undefined => {
    const fence = fenceOf(installation, ports.region, cluster);
    return fence && [fence, epochs.get(fence.group)];
  };
  return {
    offHere: (cluster) => {
      const [fence, epoch] = of(cluster) ?? [];
      if (fence && activeIn(epoch, fence) !== fence.region) return fencedOff(cluster, epoch, fence);
      return coming.get(cluster);
    },
    late: (cluster, number = FIRST_EPOCH) => {
      const [fence, epoch] = of(cluster) ?? [];
      const claim = { kind: 'log', number } as const;
      return fence && !stands(claim, epoch, fence) ? fencedOff(cluster, epoch, fence, claim) : undefined;
    },
    keepsAll: (cluster) => {
      const [fence, epoch] = of(cluster) ?? [];
      return fence && activeIn(epoch, fence) !== fence.home ? fencedOff(cluster, epoch, fence) : undefined;
    },
  };
}

async function believed(
  group: Group,
  installation: Installation,
  { region, groups, groupsIn, telemetry }: SidesPorts,
): Promise<Epoch | undefined> {
  const own = await groups.epoch(group.name);
  const [first] = membersOf(group);
  const fence = fenceOf(installation, region, first ?? '');
  // Only where work begins it matters whether somebody else has taken over: what is known to be elsewhere stays alone.
  const begins = region === installation.regions.primary;
  if (!fence || !begins || activeIn(own, fence) !== region) return own;
  try {
    const other = await groupsIn(group.to)?.epoch(group.name);
    return other && numberOf(other) > numberOf(own) ? other : own;
  } catch (error) {
    telemetry.info(
      `${group.to} does not say which side of ${group.name} is active: ${reasonOf(error).message}`,
      {
        group: group.name,
      },
    );
    return own;
  }
}

/** Those that are not left alone here. The others are said in one line per group and counted: nothing is wrong with them. */
export function activeHere<Of extends { readonly name: string }>(
  clusters: readonly Of[],
  sides: Sides,
  installation: Installation,
  { telemetry, region }: Pick<SidesPorts, 'telemetry' | 'region'>,
): readonly Of[] {
  const off = clusters.flatMap((cluster) => {
    const reason = sides.offHere(cluster.name);
    return reason ? [{ cluster, reason }] : [];
  });
  for (const [group, all] of Map.groupBy(
    off,
    ({ cluster }) => groupOf(installation, cluster.name)?.name ?? '',
  )) {
    const { reason } = all[0]!;
    telemetry.info(`${all.length} clusters of ${group} are left out: ${reason.message}`, {
      reason: reason.name,
    });
    telemetry.metric('FencedClusters', 'Count', all.length, { group, region });
  }
  const left = new Set(off.map(({ cluster }) => cluster));
  return clusters.filter((cluster) => !left.has(cluster));
}
