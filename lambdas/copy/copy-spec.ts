import type { CopyRecord, RecoveryPoint } from '../../core/catalog/recovery-point.ts';
import type { CopySpec, EngineDriver, Step } from '../../core/engines/driver.ts';
import { InvalidInput } from '../../core/errors/registry.ts';
import type { RecoveryPointId } from '../../core/ids/names.ts';
import type { Catalog } from '../../core/ports/catalog.ts';
import type { Instant } from '../../core/time/instant.ts';
import { clusterNamed, knownPoint } from '../shared/lookups.ts';
import type { TaskPorts } from '../shared/ports.ts';
import { type ProgressOut, progressOf } from '../shared/progress.ts';

export interface CopyOf {
  readonly cluster: string;
  readonly recoveryPointId: RecoveryPointId;
  readonly region: string;
}

/** What every copy task needs, read anew each time: an execution may run for two days. */
export async function copySpec(
  { cluster: name, recoveryPointId, region }: CopyOf,
  ports: Pick<TaskPorts, 'configuration' | 'catalog' | 'drivers'>,
  now: Instant,
): Promise<{ readonly spec: CopySpec; readonly driver: EngineDriver }> {
  const { installation } = await ports.configuration.read();
  const cluster = clusterNamed(installation, name);
  const point = await knownPoint(ports.catalog, recoveryPointId);
  if (point.cluster !== name)
    throw new InvalidInput(`${recoveryPointId} is a recovery point of ${point.cluster}, not of ${name}`);
  const base = await baseIn(ports.catalog, point, region);
  return { spec: { cluster, point, region, base, now }, driver: ports.drivers(cluster.engine) };
}

/**
 * The newest point before this one that is proven there. Never a newer one: what a newer point names may have been
 * stored after this one was taken. While a copy runs a later base can only be proven, so what is taken for present is.
 */
async function baseIn(
  catalog: Catalog,
  point: RecoveryPoint,
  region: string,
): Promise<RecoveryPoint | undefined> {
  // What a side begins with is nearest to what it forked off from, not to what the other side did meanwhile.
  const fork = point.base !== undefined && point.base === point.forkedFrom ? point.base : undefined;
  if (fork && (await catalog.copy(fork, region))?.state === 'proven') return catalog.point(fork);
  const proven = await catalog.newestProven(point.cluster, region, point.takenAt);
  return proven && proven.id !== point.id ? catalog.point(proven.id) : undefined;
}

/** Moves a copy to `copied` once its engine is ready; then says where it stands. */
export async function recordCopyStep(
  catalog: Pick<Catalog, 'advanceCopy'>,
  copy: CopyRecord,
  step: Step,
): Promise<ProgressOut> {
  if (step.outcome === 'ready' && copy.state === 'copying')
    await catalog.advanceCopy(copy.id, copy.region, 'copied');
  return progressOf(step);
}
