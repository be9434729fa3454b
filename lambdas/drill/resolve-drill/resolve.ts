import { isWhole } from '../../../core/catalog/rules-lineage.ts';
import type { DrillPick, DrillRecord } from '../../../core/drills/drill.ts';
import { pickPoint } from '../../../core/drills/pick.ts';
import { CAPABILITIES } from '../../../core/engines/capabilities.ts';
import { InvalidInput, NothingToRestore, reasonOf } from '../../../core/errors/registry.ts';
import { drillId, type RecoveryPointId } from '../../../core/ids/names.ts';
import { logWindows, newestWindow } from '../../../core/log/windows.ts';
import type { Cluster } from '../../../core/plan/installation.ts';
import { provenOldestFirst } from '../../../core/recovery/restorable.ts';
import { hours, type Instant, iso, later, wholeSecond } from '../../../core/time/instant.ts';
import type { resolveDrill } from '../../../workflows/contracts/drill.ts';
import { clusterNamed, instantOf, planFor } from '../../shared/lookups.ts';
import type { Input, Output, TaskPorts } from '../../shared/ports.ts';

/** For drills that somebody starts by hand of a plan that has none. */
const DEADLINE = hours(6);

/** Opens the record before anything is begun, so that whatever a crash leaves has a name and a time to be gone by. */
export async function resolve(
  { request, execution, startedAt }: Input<typeof resolveDrill>,
  ports: Pick<TaskPorts, 'region' | 'configuration' | 'catalog' | 'drills'>,
  now: Instant,
): Promise<Output<typeof resolveDrill>> {
  const { region, catalog, drills } = ports;
  const { installation } = await ports.configuration.read();
  const cluster = clusterNamed(installation, request.cluster);
  const rule = planFor(installation, cluster).drills;
  const mode = request.mode ?? rule?.mode ?? 'ordinary';
  if (mode === 'region-lost' && region === installation.regions.primary)
    throw new InvalidInput(
      `this is ${region}, the primary, which cannot be lost to itself; start the drill in ${installation.regions.recovery.join(' or ')}, or leave mode out`,
    );
  const at = wholeSecond(instantOf(startedAt));
  const id = drillId(cluster.name, at, execution);
  const pick = request.pick ?? rule?.pick ?? 'latest';
  const there = await drills.drill(cluster.name, id);
  const chosen = there ? undefined : await choose(cluster, pick, id, ports);
  const point = chosen && (await catalog.point(chosen.id));
  const drill = await drills.openDrill({
    id,
    ...{ cluster: cluster.name, region, mode, pick, state: 'drilling', startedAt: at },
    deadline: later(at, rule?.deadline ?? DEADLINE),
    ...(request.by !== undefined && { by: request.by }),
    ...(chosen && { recoveryPoint: chosen.id, instant: chosen.instant }),
    ...(chosen?.chain !== undefined && { chain: chosen.chain }),
    ...(point?.content && { root: point.content.root }),
  });
  return carried(drill, now);
}

interface Chosen {
  readonly id: RecoveryPointId;
  readonly instant: Instant;
  readonly chain?: string;
}

/** Where a log leads beyond the newest point, the newest is its end: a hole in it would show in no point. */
async function choose(
  cluster: Cluster,
  pick: DrillPick,
  id: string,
  { catalog, region }: Pick<TaskPorts, 'region' | 'catalog'>,
): Promise<Chosen | undefined> {
  const copies = await catalog.copies(cluster.name, region);
  const point = pickPoint(copies, pick, id);
  if (!point) return undefined;
  const newest = { id: point.id, instant: point.takenAt };
  if (pick !== 'latest' || !CAPABILITIES[cluster.engine].logBackup) return newest;
  const chains = await catalog.chains(cluster.name, region);
  if (chains.length === 0) return newest;
  const whole = new Set((await catalog.points(cluster.name)).filter(isWhole).map((one) => one.id));
  const fulls = provenOldestFirst(copies).filter((one) => whole.has(one.id));
  const end = newestWindow(logWindows(chains, fulls));
  if (!end || end.latest <= newest.instant) return newest;
  return { id: end.fulls.at(-1)!.id, instant: end.latest, chain: end.chain.chain };
}

function carried(drill: DrillRecord, now: Instant): Output<typeof resolveDrill> {
  const { id, cluster, region, mode, deadline, recoveryPoint, chain, instant } = drill;
  const carries = { drillId: id, cluster, deadline: iso(deadline) };
  if (recoveryPoint !== undefined)
    return {
      ...carries,
      to: chain !== undefined && instant !== undefined ? iso(instant) : recoveryPoint,
      next: mode === 'region-lost' ? 'prove' : 'restore',
    };
  const nothing = new NothingToRestore(
    `${cluster} has no proven recovery point in ${region} at ${iso(now)}, so there is nothing to drill; start holdfast-backup or holdfast-copy`,
    { cluster, region },
  );
  return { ...carries, next: 'fail', reason: reasonOf(nothing) };
}
