import type { CopyRecord, RecoveryPoint } from '../../../core/catalog/recovery-point.ts';
import { HoldfastError, type Reason, reasonOf } from '../../../core/errors/registry.ts';
import { clusterOf, type Installation, planOf } from '../../../core/plan/installation.ts';
import type { DueEntry } from '../../../core/ports/catalog.ts';
import type { Instant } from '../../../core/time/instant.ts';
import type { discardExpired } from '../../../workflows/contracts/expire.ts';
import { knownPoint } from '../../shared/lookups.ts';
import type { Input, Output, TaskPorts } from '../../shared/ports.ts';
import { type Sides, type SidesPorts, sidesOf } from '../../shared/sides.ts';
import { leaveTurn, takeTurn } from '../turn.ts';
import { leftTheConfiguration, obstacleTo } from './obstacle.ts';
import { around, neighboursOf, reachesTo, type Surroundings, withoutCopy } from './surroundings.ts';

type DiscardPorts = Pick<
  TaskPorts,
  'region' | 'configuration' | 'catalog' | 'drivers' | 'announcer' | 'telemetry'
> &
  SidesPorts;

/** Copies per lap; whatever is due beyond them is left to the next. */
export const PER_LAP = 20;
/**
 * Items per lap: no other copy is begun once so many were looked at. Comparing ten million with their neighbours takes
 * some three minutes, and a lap has fifteen.
 */
export const ITEMS_PER_LAP = 20_000_000;
/** A bound on the machine's loop; what is left is due in the next run. */
export const LAPS = 200;

/**
 * Empties this region's bin, oldest first, because a point is compared with the older one beside it. What is refused
 * stays due and is passed over in the laps that follow.
 */
export async function discard(
  {
    expiry,
    discard: before = { handled: 0, refused: 0, lap: 0, outcome: 'more' },
  }: Input<typeof discardExpired>,
  ports: DiscardPorts,
  now: Instant,
): Promise<Output<typeof discardExpired>> {
  const holder = expiry?.holder;
  if (!(await takeTurn(ports, holder, now))) {
    ports.telemetry.info(`another expiry run is at work in ${ports.region}; this one discards nothing`);
    return { ...before, outcome: 'done' };
  }
  const { installation } = await ports.configuration.read();
  const limit = PER_LAP + before.refused;
  const due = await ports.catalog.due('discard', ports.region, now, limit);
  const sides = await sidesOf(installation, ports);
  const run: Run = { installation, sides, ports, now, clusters: new Map(), items: 0 };
  let { handled, refused } = before;
  for (const entry of due.slice(before.refused)) {
    if (run.items >= ITEMS_PER_LAP) break;
    if (await discardOne(entry, run)) handled++;
    else refused++;
  }
  const lap = before.lap + 1;
  const more = (due.length === limit || run.items >= ITEMS_PER_LAP) && lap < LAPS;
  if (!more) await leaveTurn(ports, holder, now);
  return { outcome: more ? 'more' : 'done', handled, refused, lap };
}

interface Run {
  readonly sides: Sides;
  readonly installation: Installation;
  readonly ports: DiscardPorts;
  readonly now: Instant;
  /** What lies around, read anew for a copy that is older than the ones before it, and kept up to date while copies go. */
  readonly clusters: Map<string, Surroundings>;
  /** Of the copies that were discarded. */
  items: number;
}

/** True when nothing is left to do about this entry. The index may lag, so both records are read again. */
async function discardOne({ id, cluster }: DueEntry, run: Run): Promise<boolean> {
  const { ports, installation, now } = run;
  const copy = await ports.catalog.copy(id, ports.region);
  if (copy?.state !== 'expiring' || (copy.discardAfter ?? now) > now) return true;
  const point = await knownPoint(ports.catalog, id);
  if (point.state === 'sealed') {
    // Taken out of the bin: whoever did it may have died before it came to this copy. One that was never proven had
    // failed before, and is again what it was.
    await ports.catalog.advanceCopy(id, ports.region, copy.provenAt === undefined ? 'failed' : 'proven');
    return true;
  }
  const kept = run.sides.keepsAll(cluster);
  if (kept) {
    ports.telemetry.info(`not discarded: ${kept.message}`, { recoveryPoint: id, reason: kept.name });
    return false;
  }
  const read = run.clusters.get(cluster);
  const surroundings = read && reachesTo(read, copy) ? read : await around(ports.catalog, copy);
  run.clusters.set(cluster, surroundings);
  const configured = clusterOf(installation, cluster);
  const plan = configured && planOf(installation, configured);
  const holds = await ports.catalog.holds(cluster);
  const obstacle = plan
    ? obstacleTo(point, copy, holds, plan.retention.minimumKeep, surroundings)
    : leftTheConfiguration(cluster);
  if (obstacle) {
    ports.telemetry.info(`not discarded: ${obstacle.reason.message}`, { recoveryPoint: id });
    if (obstacle.alert) await announce(ports, 'ExpiryRefused', point, obstacle.reason);
    return false;
  }
  try {
    await remove(point, copy, surroundings, run);
  } catch (error) {
    // What passes is thrown: the machine repeats the lap, and order matters, so nothing newer is tried before it.
    if (!(error instanceof HoldfastError) || error.retryable) throw error;
    ports.telemetry.error(`${id} could not be discarded`, error, { recoveryPoint: id });
    await announce(ports, 'ExpiryFailed', point, reasonOf(error));
    return false;
  }
  run.clusters.set(cluster, withoutCopy(surroundings, id));
  return true;
}

/**
 * Announced when it is true, before the catalog stops calling it due: a crash in between says it twice, the other order
 * might never say it.
 */
async function remove(
  point: RecoveryPoint,
  copy: CopyRecord,
  surroundings: Surroundings,
  run: Run,
): Promise<void> {
  const { ports } = run;
  const { id, cluster, engine } = point;
  run.items += point.content?.items ?? 0;
  const { region } = copy;
  const neighbours = await Promise.all(
    neighboursOf(id, surroundings).map((neighbour) => knownPoint(ports.catalog, neighbour.id)),
  );
  const { removedItems } = await ports.drivers(engine).discard({ cluster, point, region, neighbours });
  ports.telemetry.info(`discarded ${id} in ${region}`, { recoveryPoint: id, cluster, region, removedItems });
  ports.telemetry.metric('DiscardedPoints', 'Count', 1, { cluster, region });
  await ports.announcer.announce({
    name: 'RecoveryPointDiscarded',
    cluster,
    region,
    recoveryPoint: id,
    sentence: `${id} is discarded in ${region}: ${removedItems} items that no other recovery point names were removed`,
    facts: { removedItems },
    ...(point.reason && { reason: point.reason }),
  });
  await ports.catalog.advanceCopy(id, region, 'discarded');
}

const announce = (
  { announcer, region }: DiscardPorts,
  name: 'ExpiryRefused' | 'ExpiryFailed',
  point: RecoveryPoint,
  reason: Reason,
): Promise<void> =>
  announcer.announce({
    name,
    cluster: point.cluster,
    region,
    recoveryPoint: point.id,
    reason,
    sentence: `${point.id} stays in the bin of ${region}: ${reason.message}`,
  });
