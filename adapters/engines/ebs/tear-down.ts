import {
  DeleteVolumeCommand,
  type EC2Client,
  paginateDescribeVolumes,
  type Volume,
} from '@aws-sdk/client-ec2';
import { DRILL_TAG, drillOf } from '../../../core/drills/isolation.ts';
import type { TearDownSpec, TornDown } from '../../../core/engines/driver.ts';
import { ec2Fault, isNotFound, isVolumeInUse } from './faults.ts';
import type { EbsPorts } from './ports.ts';
import { RESTORE_TAG } from './volumes.ts';

/** Every volume that carries the drill's tag and that of its restore. One that somebody attached is waited for. */
export async function tearDown(
  ports: Pick<EbsPorts, 'ec2'>,
  { region, restore }: TearDownSpec,
): Promise<TornDown> {
  const { id } = drillOf(restore);
  const ec2 = ports.ec2(region);
  const there = await volumesOf(ec2, id, restore.id);
  for (const { VolumeId, State } of there) if (State !== 'deleting') await deleteVolume(ec2, VolumeId!);
  return there.length === 0 ? { gone: true } : { gone: false, doing: spoken(there) };
}

const spoken = (there: readonly Volume[]): string => {
  const used = there.filter(({ State }) => State === 'in-use').map(({ VolumeId }) => VolumeId);
  return used.length > 0
    ? `${used.join(', ')} of a drill are attached to an instance: detach them, and they are removed`
    : `${there.length} volumes are being deleted`;
};

async function volumesOf(ec2: EC2Client, drill: string, restore: string): Promise<readonly Volume[]> {
  const found: Volume[] = [];
  const Filters = [
    { Name: `tag:${DRILL_TAG}`, Values: [drill] },
    { Name: `tag:${RESTORE_TAG}`, Values: [restore] },
  ];
  try {
    for await (const { Volumes = [] } of paginateDescribeVolumes({ client: ec2, pageSize: 500 }, { Filters }))
      found.push(...Volumes);
  } catch (error) {
    throw ec2Fault(error);
  }
  return found;
}

async function deleteVolume(ec2: EC2Client, VolumeId: string): Promise<void> {
  try {
    await ec2.send(new DeleteVolumeCommand({ VolumeId }));
  } catch (error) {
    if (isNotFound(error) || isVolumeInUse(error)) return;
    throw ec2Fault(error);
  }
}
