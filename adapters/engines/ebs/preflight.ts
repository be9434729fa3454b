import { DescribeAvailabilityZonesCommand } from '@aws-sdk/client-ec2';
import type { RestoreSpec } from '../../../core/engines/driver.ts';
import {
  HoldfastError,
  type Reason,
  RecoveryPointNotRestorable,
  reasonOf,
  TargetNotUsable,
  UnsupportedByEngine,
} from '../../../core/errors/registry.ts';
import { volumesOf } from './configuration.ts';
import { ec2Fault, isNotFound } from './faults.ts';
import type { EbsPorts } from './ports.ts';
import { type Source, snapshotFor, sourceOf } from './restore.ts';
import { zoneFor } from './volumes.ts';

/** Everything that would stop the restore later, all at once. Looks only. */
export async function preflightRestore(ports: EbsPorts, spec: RestoreSpec): Promise<readonly Reason[]> {
  let source: Source;
  try {
    source = await sourceOf(ports, spec);
  } catch (error) {
    if (error instanceof HoldfastError && !error.retryable) return [reasonOf(error)];
    throw error;
  }
  const found = [
    ...notOffered(spec),
    ...(await zonesAreThere(ports, spec, source)),
    ...allComplete(spec, source),
  ];
  return found.map(reasonOf);
}

function notOffered({ nativePointInTime, scope, cluster }: RestoreSpec): readonly HoldfastError[] {
  return [
    ...(nativePointInTime
      ? [
          new UnsupportedByEngine(
            `volumes have no log, so ${cluster.name} restores to recovery points only; name one, or "latest"`,
          ),
        ]
      : []),
    ...(scope
      ? [
          new UnsupportedByEngine(
            `what databases lie on the volumes of ${cluster.name} nobody but its own engine knows; restore all of it, and take from it what is wanted`,
          ),
        ]
      : []),
  ];
}

async function zonesAreThere(
  ports: EbsPorts,
  spec: RestoreSpec,
  { captured }: Source,
): Promise<readonly HoldfastError[]> {
  const wrong: HoldfastError[] = [];
  for (const zone of new Set(captured.instances.map((instance) => zoneFor(spec, instance)))) {
    if (zone.startsWith(spec.region) && (await zoneExists(ports, spec.region, zone))) continue;
    wrong.push(
      new TargetNotUsable(
        `there is no zone ${zone} in ${spec.region} for restored volumes; name one as target.availabilityZone or in the cluster's restoreInto`,
      ),
    );
  }
  return wrong;
}

async function zoneExists(ports: EbsPorts, region: string, zone: string): Promise<boolean> {
  try {
    const { AvailabilityZones = [] } = await ports
      .ec2(region)
      .send(new DescribeAvailabilityZonesCommand({ ZoneNames: [zone] }));
    return AvailabilityZones.some(({ State }) => State === 'available');
  } catch (error) {
    if (isNotFound(error)) return false;
    throw ec2Fault(error);
  }
}

function allComplete(spec: RestoreSpec, { captured, snapshots }: Source): readonly HoldfastError[] {
  const all = volumesOf(captured);
  const lacking = all.filter(({ volume }) => !snapshotFor(volume, snapshots));
  if (lacking.length === 0) return [];
  const names = lacking.map(({ instance, volume }) => `${instance.instanceId} ${volume.device}`).join(', ');
  return [
    new RecoveryPointNotRestorable(
      `of ${all.length} snapshots of ${spec.point.id}, ${lacking.length} are not complete in ${spec.region} (${names}); restore another recovery point, or this one in another region`,
    ),
  ];
}
