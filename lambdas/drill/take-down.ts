import type { RestoreRecord } from '../../core/catalog/recovery-point.ts';
import type { DrillRecord } from '../../core/drills/drill.ts';
import type { TornDown } from '../../core/engines/driver.ts';
import { DrillOverdue, reasonOf, UnknownCluster } from '../../core/errors/registry.ts';
import { clusterOf } from '../../core/plan/installation.ts';
import { type Duration, type Instant, iso, later, minutes } from '../../core/time/instant.ts';
import { CLAIMED_FOR_RESTORE, claimTarget, leaveTarget } from '../shared/claim-target.ts';
import { endRestore } from '../shared/end-restore.ts';
import type { TaskPorts } from '../shared/ports.ts';

export type TakeDownPorts = Pick<
  TaskPorts,
  'region' | 'configuration' | 'catalog' | 'drivers' | 'receipts' | 'announcer' | 'telemetry'
>;

/** A function that was at work when its restore failed may write for as long as Lambda lets it run, a quarter of an hour. */
const LINGERS: Duration = minutes(16);

/**
 * Removes what every restore of a drill made: there is more than one only where its machine was started again. A restore
 * that nobody goes on with is ended first. Called again until it is gone.
 */
export async function takeDown(drill: DrillRecord, ports: TakeDownPorts, now: Instant): Promise<TornDown> {
  const all = await ports.catalog.restores(drill.cluster);
  const ours = all.filter((restore) => restore.drill?.id === drill.id && restore.region === ports.region);
  const left: string[] = [];
  for (const restore of ours) {
    const torn = await takeOneDown(drill, restore, ports, now);
    if (!torn.gone) left.push(torn.doing);
  }
  return left.length === 0 ? { gone: true } : { gone: false, doing: left.join('; ') };
}

async function takeOneDown(
  drill: DrillRecord,
  restore: RestoreRecord,
  ports: TakeDownPorts,
  now: Instant,
): Promise<TornDown> {
  if (restore.state === 'restoring') {
    const late = new DrillOverdue(
      `its drill ${drill.id} has ended, of which nothing may be left at ${iso(drill.deadline)}`,
    );
    await endRestore(restore, reasonOf(late), ports, now);
    return { gone: false, doing: `${restore.id} is ended` };
  }
  const { installation } = await ports.configuration.read();
  const cluster = clusterOf(installation, drill.cluster);
  if (!cluster)
    throw new UnknownCluster(
      `${drill.cluster} left the configuration while ${drill.id} was there; put it back until the drill is torn down, or remove what is called or tagged ${drill.id} by hand`,
      { cluster: drill.cluster, drill: drill.id },
    );
  // Another restore has the place by now, and found it empty: nothing there is the drill's.
  if (await claimTarget(restore, ports, CLAIMED_FOR_RESTORE, now)) return { gone: true };
  const torn = await ports.drivers(cluster.engine).tearDown({ cluster, region: ports.region, restore, now });
  if (!torn.gone) return torn;
  if (restore.state !== 'restored' && now < later(restore.endedAt ?? now, LINGERS))
    return { gone: false, doing: `what was at work for ${restore.id} may still write` };
  await leaveTarget(restore, ports, now);
  return torn;
}
