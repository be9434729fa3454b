import type { DrillRecord } from '../../../core/drills/drill.ts';
import { pickPoint } from '../../../core/drills/pick.ts';
import { InvalidInput, NothingToRestore, reasonOf } from '../../../core/errors/registry.ts';
import { drillId } from '../../../core/ids/names.ts';
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
  const chosen = there ? undefined : pickPoint(await catalog.copies(cluster.name, region), pick, id);
  const point = chosen && (await catalog.point(chosen.id));
  const drill = await drills.openDrill({
    id,
    ...{ cluster: cluster.name, region, mode, pick, state: 'drilling', startedAt: at },
    deadline: later(at, rule?.deadline ?? DEADLINE),
    ...(request.by !== undefined && { by: request.by }),
    ...(chosen && { recoveryPoint: chosen.id, instant: chosen.takenAt }),
    ...(point?.content && { root: point.content.root }),
  });
  return carried(drill, now);
}

function carried(drill: DrillRecord, now: Instant): Output<typeof resolveDrill> {
  const { id, cluster, region, mode, deadline, recoveryPoint } = drill;
  const carries = { drillId: id, cluster, deadline: iso(deadline) };
  if (recoveryPoint !== undefined)
    return { ...carries, to: recoveryPoint, next: mode === 'region-lost' ? 'prove' : 'restore' };
  const nothing = new NothingToRestore(
    `${cluster} has no proven recovery point in ${region} at ${iso(now)}, so there is nothing to drill; start holdfast-backup or holdfast-copy`,
    { cluster, region },
  );
  return { ...carries, next: 'fail', reason: reasonOf(nothing) };
}
