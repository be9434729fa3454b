import type { CopyRecord, RecoveryPoint } from '../../../core/catalog/recovery-point.ts';
import { CopyFailed, CopyNotSupported, InvalidInput } from '../../../core/errors/registry.ts';
import type { Instant } from '../../../core/time/instant.ts';
import type { beginCopy } from '../../../workflows/contracts/copy.ts';
import { listed } from '../../shared/lookups.ts';
import type { Input, Output, TaskPorts } from '../../shared/ports.ts';
import { alreadyTaken } from '../../shared/progress.ts';
import { copySpec, recordCopyStep } from '../copy-spec.ts';

type BeginPorts = Pick<TaskPorts, 'configuration' | 'catalog' | 'drivers'>;

/** Only what is sealed is copied: a copy of something unproven would look like protection. */
export async function begin(
  request: Input<typeof beginCopy>,
  ports: BeginPorts,
  now: Instant,
): Promise<Output<typeof beginCopy>> {
  await knownRegion(request.region, ports);
  const { spec, driver } = await copySpec(request, ports, now);
  const { point } = spec;
  if (point.region === request.region)
    throw new InvalidInput(`${point.id} was captured in ${point.region}; name another region to copy it to`);
  if (!driver.can.crossRegionCopy)
    throw new CopyNotSupported(`${driver.engine} has no copy to another region; ${point.id} stays at home`);
  const copy = await openOrResume(ports, point, request.region, now);
  if (copy.state === 'proven') return alreadyTaken;
  return recordCopyStep(ports.catalog, copy, await driver.beginCopy(spec));
}

async function knownRegion(region: string, { configuration }: BeginPorts): Promise<void> {
  const { regions } = (await configuration.read()).installation;
  const known = [regions.primary, ...regions.recovery];
  if (!known.includes(region))
    throw new InvalidInput(`${region} is no region of this installation; its regions: ${listed(known)}`);
}

async function openOrResume(
  { catalog }: BeginPorts,
  point: RecoveryPoint,
  region: string,
  now: Instant,
): Promise<CopyRecord> {
  const found = await catalog.copy(point.id, region);
  if (found?.state === 'proven') return found;
  if (point.state !== 'sealed') throw notCopied(point, `is ${point.state}; only sealed points are copied`);
  const { id, cluster, takenAt } = point;
  const { copy } = await catalog.openCopy({
    id,
    cluster,
    region,
    state: 'copying',
    startedAt: now,
    ...(takenAt !== undefined && { takenAt }),
    ...(point.forkedFrom !== undefined && { forkedFrom: point.forkedFrom }),
  });
  // A copy that failed may be tried again, and one that was set aside made anew; it has its whole time again.
  if (copy.state === 'failed' || copy.state === 'quarantined')
    return catalog.advanceCopy(id, region, 'copying', { startedAt: now });
  if (copy.state === 'copying' || copy.state === 'copied' || copy.state === 'proven') return copy;
  throw notCopied(point, `is ${copy.state} in ${region} and is not copied there again`);
}

const notCopied = (point: RecoveryPoint, why: string): CopyFailed =>
  new CopyFailed(`${point.id} ${why}`, { recoveryPoint: point.id });
