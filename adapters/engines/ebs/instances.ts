import {
  type EC2Client,
  type Instance,
  paginateDescribeInstances,
  paginateDescribeVolumes,
  type Volume,
} from '@aws-sdk/client-ec2';
import { ResourceMissing } from '../../../core/errors/registry.ts';
import type { VolumeGroup } from '../../../core/plan/volume-group.ts';
import type { Planned, PlannedInstance, PlannedVolume } from './configuration.ts';
import { ec2Fault } from './faults.ts';

/** Those that have volumes to take. A terminated one is shown for an hour, and has none. */
const STATES = ['pending', 'running', 'stopping', 'stopped'];
/** Ids in one call; EC2 advises to stay below a thousand. */
const IDS_PER_CALL = 200;

/**
 * The instances that carry the cluster's tag now, with the volumes that are to be captured.
 * @throws ResourceMissing when no instance carries the tag, or none has a volume to take
 */
export async function planOf(ec2: EC2Client, cluster: VolumeGroup, region: string): Promise<Planned> {
  const { key, value } = cluster.instances;
  const found = await instancesTagged(ec2, key, value);
  const described = await describedVolumes(
    ec2,
    found.flatMap((instance) => attachedTo(instance, cluster).map(({ volumeId }) => volumeId)),
  );
  const instances = found
    .map((instance) => plannedInstance(instance, cluster, described))
    .filter(({ volumes }) => volumes.length > 0)
    .sort((a, b) => (a.instanceId < b.instanceId ? -1 : 1));
  if (instances.length === 0)
    throw new ResourceMissing(
      found.length === 0
        ? `no instance in ${region} carries the tag ${key}=${value}; tag the instances of ${cluster.name}, or change its instances in holdfast.config.ts`
        : `${found.length} instances in ${region} carry the tag ${key}=${value} and have no volumes but those they boot from; write excludeBootVolume: false for ${cluster.name} to take these`,
      { cluster: cluster.name, region },
    );
  return { tag: { key, value }, excludeBootVolume: cluster.excludeBootVolume, instances };
}

async function instancesTagged(ec2: EC2Client, key: string, value: string): Promise<readonly Instance[]> {
  const Filters = [
    { Name: `tag:${key}`, Values: [value] },
    { Name: 'instance-state-name', Values: STATES },
  ];
  const found: Instance[] = [];
  try {
    for await (const { Reservations = [] } of paginateDescribeInstances({ client: ec2 }, { Filters }))
      found.push(...Reservations.flatMap(({ Instances = [] }) => Instances));
  } catch (error) {
    throw ec2Fault(error);
  }
  return found;
}

function attachedTo(
  { BlockDeviceMappings = [], RootDeviceName }: Instance,
  { excludeBootVolume }: VolumeGroup,
): readonly { readonly device: string; readonly volumeId: string }[] {
  return BlockDeviceMappings.flatMap(({ DeviceName: device, Ebs }) =>
    device === undefined || Ebs?.VolumeId === undefined || (excludeBootVolume && device === RootDeviceName)
      ? []
      : [{ device, volumeId: Ebs.VolumeId }],
  );
}

async function describedVolumes(
  ec2: EC2Client,
  ids: readonly string[],
): Promise<ReadonlyMap<string, Volume>> {
  const described = new Map<string, Volume>();
  try {
    for (let at = 0; at < ids.length; at += IDS_PER_CALL) {
      const VolumeIds = ids.slice(at, at + IDS_PER_CALL);
      for await (const { Volumes = [] } of paginateDescribeVolumes({ client: ec2 }, { VolumeIds }))
        for (const volume of Volumes) described.set(volume.VolumeId ?? '', volume);
    }
  } catch (error) {
    throw ec2Fault(error);
  }
  return described;
}

function plannedInstance(
  instance: Instance,
  cluster: VolumeGroup,
  described: ReadonlyMap<string, Volume>,
): PlannedInstance {
  return {
    instanceId: instance.InstanceId ?? '',
    zone: instance.Placement?.AvailabilityZone ?? '',
    volumes: attachedTo(instance, cluster).map(({ device, volumeId }) =>
      plannedVolume(device, volumeId, described.get(volumeId) ?? {}),
    ),
  };
}

const plannedVolume = (device: string, volumeId: string, volume: Volume): PlannedVolume => ({
  volumeId,
  device,
  sizeGib: volume.Size ?? 0,
  type: volume.VolumeType ?? 'gp3',
  ...(volume.Iops === undefined ? {} : { iops: volume.Iops }),
  ...(volume.Throughput === undefined ? {} : { throughput: volume.Throughput }),
  encrypted: volume.Encrypted ?? false,
  ...(volume.KmsKeyId === undefined ? {} : { kmsKey: volume.KmsKeyId }),
  tags: Object.fromEntries((volume.Tags ?? []).map(({ Key = '', Value = '' }) => [Key, Value])),
});
