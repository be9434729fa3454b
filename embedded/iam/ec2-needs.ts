import type { Tag, TagSpecification } from '@aws-sdk/client-ec2';
import { type Call, NotModelled } from '../service.ts';
import { type Describe, type Input, need, type Surroundings, text } from './describe.ts';
import type { Need } from './evaluate.ts';

type Kind = 'instance' | 'volume' | 'snapshot';

/** What does not exist yet has no id: a policy has to let in whichever it will be. */
const arnOf = (call: Call, kind: Kind, id = '*'): string =>
  `arn:aws:ec2:${call.region}:${call.account}:${kind}/${id}`;

const keyed = (prefix: string, tags: Iterable<readonly [string, string]>): Need['context'] =>
  Object.fromEntries([...tags].map(([key, value]) => [`${prefix}/${key.toLowerCase()}`, value]));

const resourceTags = (call: Call, id: string, around: Surroundings): Need['context'] =>
  keyed('aws:resourcetag', around.ec2Tags(call.region, id) ?? []);

function requestTags(input: Input): Need['context'] {
  const given = (input['TagSpecifications'] ?? []) as readonly TagSpecification[];
  const tags = given.flatMap(({ Tags = [] }): readonly Tag[] => Tags);
  return keyed(
    'aws:requesttag',
    tags.map(({ Key = '', Value = '' }) => [Key, Value] as const),
  );
}

/** What makes something makes it with its tags, and that is a right of its own. */
function making(call: Call, operation: string, kind: Kind, input: Input): readonly Need[] {
  const tags = requestTags(input);
  const tagged = Object.keys(tags).length > 0;
  return [
    need(call, `ec2:${operation}`, arnOf(call, kind), tags),
    ...(tagged
      ? [need(call, 'ec2:CreateTags', arnOf(call, kind), { ...tags, 'ec2:createaction': operation })]
      : []),
  ];
}

/** EC2's operations on instances, volumes and snapshots, as the service authorization reference lists them. */
export const ec2: Describe = (operation, input, call, around) => {
  const on = (kind: Kind, id: string | undefined) =>
    need(call, `ec2:${operation}`, arnOf(call, kind, id), resourceTags(call, id ?? '', around));
  switch (operation) {
    case 'DescribeInstances':
    case 'DescribeVolumes':
    case 'DescribeSnapshots':
    case 'DescribeAvailabilityZones':
      return [need(call, `ec2:${operation}`, '*')];
    case 'CreateSnapshots': {
      const { InstanceId } = input['InstanceSpecification'] as { InstanceId?: string };
      // Which volumes those are, only the instance knows.
      return [
        on('instance', InstanceId),
        on('volume', undefined),
        ...making(call, operation, 'snapshot', input),
      ];
    }
    case 'CopySnapshot':
      return making(call, operation, 'snapshot', input);
    case 'CreateVolume':
      return making(call, operation, 'volume', input);
    case 'DeleteVolume': {
      const id = text(input['VolumeId']) ?? '';
      return around.ec2Tags(call.region, id) ? [on('volume', id)] : [];
    }
    case 'DeleteSnapshot': {
      const id = text(input['SnapshotId']) ?? '';
      // Of what is not there EC2 says so, whoever asks.
      return around.ec2Tags(call.region, id) ? [on('snapshot', id)] : [];
    }
    default:
      throw new NotModelled('iam', `the permissions of ec2:${operation}`);
  }
};
