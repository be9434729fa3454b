import type { RecoveryPoint } from '../catalog/recovery-point.ts';
import { FIRST_EPOCH } from '../groups/group.ts';
import { type Cluster, groupOf, homeOf, type Installation, type Plan } from '../plan/installation.ts';
import type { Catalog } from '../ports/catalog.ts';
import type { Drills } from '../ports/drills.ts';
import type { Groups } from '../ports/groups.ts';
import { days, earlier, type Instant, instant } from '../time/instant.ts';
import type { ScrubFinding, Side, Situation } from './situation.ts';

/** Where a situation is read from: one region's replica of the catalog, and what is known of scrubs there. */
export interface Sources {
  readonly catalog: Pick<Catalog, 'points' | 'copies' | 'chains' | 'restores'>;
  readonly drills: Pick<Drills, 'drills'>;
  readonly groups: Pick<Groups, 'epoch'>;
  /** Undefined where nobody scrubbed yet, or where it cannot be asked. */
  readonly scrub: (cluster: string, region: string) => Promise<ScrubFinding | undefined>;
}

export interface Asked {
  readonly installation: Installation;
  readonly cluster: Cluster;
  readonly plan: Plan;
  /** The earliest that is known; what the records know is put before it. */
  readonly since: Instant;
}

/** What growth is read from, and a little. Of a year of hourly points the rest would cost a thousand read units an hour. */
const LOOK_BACK = days(92);

/** Reads all that a protection label says, in one region, without a call into another one. */
export async function gather(
  { installation, cluster, plan, since }: Asked,
  { catalog, drills, groups, scrub }: Sources,
  now: Instant,
): Promise<Situation> {
  const from = earlier(now, LOOK_BACK);
  const { regions, vaultLock } = installation;
  const [points, restores, rehearsed, side] = await Promise.all([
    catalog.points(cluster.name, from),
    catalog.restores(cluster.name),
    drills.drills(cluster.name),
    sideOf(installation, cluster, groups),
  ]);
  const holdings = [...new Set([regions.primary, ...plan.copyTo])].map(async (region) => {
    const [copies, chains, scrubbed] = await Promise.all([
      catalog.copies(cluster.name, region, from),
      catalog.chains(cluster.name, region),
      scrub(cluster.name, region),
    ]);
    return { region, copies, chains, ...(scrubbed && { scrub: scrubbed }) };
  });
  return {
    ...{ cluster, plan, vaultLock, points, restores, drills: rehearsed },
    active: side?.active ?? homeOf(installation),
    regions: await Promise.all(holdings),
    ...(side && { side }),
    since: earliest(since, points),
  };
}

async function sideOf(
  installation: Installation,
  { name }: Cluster,
  groups: Sources['groups'],
): Promise<Side | undefined> {
  const group = groupOf(installation, name);
  if (!group) return undefined;
  const epoch = await groups.epoch(group.name);
  return {
    group: group.name,
    epoch: epoch?.number ?? FIRST_EPOCH,
    active: epoch?.active ?? homeOf(installation),
  };
}

const earliest = (since: Instant, points: readonly RecoveryPoint[]): Instant =>
  instant(Math.min(since, ...points.map(({ openedAt }) => openedAt)));
