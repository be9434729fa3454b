import type { DescribeAvailabilityZonesRequest, DescribeInstancesRequest } from '@aws-sdk/client-ec2';
import { instanceNotFound, zoneNotFound } from './errors.ts';
import { type Context, filtered, operation, page } from './operation.ts';
import { type Instance, listed, present } from './store.ts';

/** Every region has three. */
export const zonesOf = (region: string): readonly string[] =>
  ['a', 'b', 'c'].map((letter) => region + letter);

export function instanceNamed(id: string | undefined, { call, here }: Context): Instance {
  const found = present(here.instances, call.now).find((instance) => instance.id === id);
  if (!found || found.timeline.status(call.now) === 'terminated')
    throw instanceNotFound(`The instance ID '${id}' does not exist`);
  return found;
}

export const describeInstances = operation<DescribeInstancesRequest>(
  ['InstanceIds', 'Filters', 'MaxResults', 'NextToken'],
  (input, context) => {
    const { call, here } = context;
    const all =
      input.InstanceIds?.map((id) => instanceNamed(id, context)) ?? present(here.instances, call.now);
    const kept = filtered('DescribeInstances', all, input.Filters, {
      'instance-state-name': ({ timeline }) => timeline.status(call.now),
    });
    const { items, ...rest } = page(kept, input);
    // EC2 groups instances by the request that launched them: here each had its own.
    return { Reservations: items.map((instance) => ({ Instances: [describe(instance, context)] })), ...rest };
  },
);

function describe(instance: Instance, { call, here }: Context) {
  return {
    InstanceId: instance.id,
    State: { Name: instance.timeline.status(call.now) },
    Placement: { AvailabilityZone: instance.zone },
    LaunchTime: new Date(instance.launchedAt),
    RootDeviceName: instance.rootDevice,
    RootDeviceType: 'ebs',
    BlockDeviceMappings: [...instance.devices].map(([DeviceName, VolumeId]) => ({
      DeviceName,
      Ebs: {
        VolumeId,
        Status: 'attached',
        AttachTime: new Date(here.volumes.get(VolumeId)?.createdAt ?? instance.launchedAt),
        DeleteOnTermination: DeviceName === instance.rootDevice,
      },
    })),
    Tags: listed(instance.tags),
  };
}

export const describeZones = operation<DescribeAvailabilityZonesRequest>(['ZoneNames'], (input, { here }) => {
  const zones = zonesOf(here.region);
  const unknown = input.ZoneNames?.find((name) => !zones.includes(name));
  if (unknown !== undefined) throw zoneNotFound(`The zone '${unknown}' does not exist.`);
  return {
    AvailabilityZones: (input.ZoneNames ?? zones).map((ZoneName) => ({
      ZoneName,
      RegionName: here.region,
      State: 'available',
    })),
  };
});
