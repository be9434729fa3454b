import { SwitchNotUsable } from '../../../core/errors/registry.ts';
import { activeIn, fencedOff, fenceOf } from '../../../core/groups/fence.ts';
import type { Installation } from '../../../core/plan/installation.ts';
import type { Switchboard, Turned } from '../../../core/ports/switchboard.ts';
import { type Address, addressOf, textFor } from '../../../core/switch/address.ts';
import { spokenSwitch } from '../../../core/switch/switch.ts';
import type { switchCluster } from '../../../workflows/contracts/switch.ts';
import { clusterNamed } from '../../shared/lookups.ts';
import type { Input, Output, TaskPorts } from '../../shared/ports.ts';

type SwitchPorts = Pick<TaskPorts, 'configuration' | 'groups' | 'home' | 'switchboards' | 'landings'>;

/**
 * Works through the switches one by one, in the order of the configuration, in the region that takes over and nowhere
 * else. One that cannot be switched ends it there under its own name; a repetition finds those before it as they should be.
 */
export async function turn(
  { cluster: name, region, target }: Input<typeof switchCluster>,
  { configuration, groups, home, switchboards, landings }: SwitchPorts,
): Promise<Output<typeof switchCluster>> {
  const { installation } = await configuration.read();
  const cluster = clusterNamed(installation, name);
  const board = switchboards(region);
  const side = { region, home, landing: landings(region), ...(target !== undefined && { target }) };
  const switched: string[] = [];
  let address: string | undefined;
  for (const one of cluster.switch ?? []) {
    // Asked for only where the configuration does not say it: a cluster that is just being made may not have one yet.
    if (one.values?.[region] === undefined) address ??= await textOf(addressOf(cluster, side), board);
    const text = textFor(one, region, address);
    if (text === undefined)
      throw new SwitchNotUsable(
        `nothing says where ${name} is in ${region}; say it under "values" of ${spokenSwitch(one)}, or as the target`,
        { cluster: name, region },
      );
    const told = 'secret' in one ? undefined : text;
    await requireTrueSide(name, region, installation, { groups });
    switched.push(sentence(`${spokenSwitch(one)} in ${region}`, told, await board.turn(one, text)));
  }
  return { switched };
}

/**
 * A move that was overtaken by another one, and wakes up when the region that it switched in does, would point
 * applications at the wrong side.
 *
 * @throws FencedOff when the group of the cluster is active elsewhere by now
 */
async function requireTrueSide(
  cluster: string,
  region: string,
  installation: Installation,
  { groups }: Pick<SwitchPorts, 'groups'>,
): Promise<void> {
  const fence = fenceOf(installation, region, cluster);
  const epoch = fence && (await groups.epoch(fence.group));
  if (fence && activeIn(epoch, fence) !== region) throw fencedOff(cluster, epoch, fence);
}

const textOf = async (address: Address | undefined, board: Switchboard): Promise<string | undefined> =>
  address && ('text' in address ? address.text : board.endpointOf(address.databaseCluster));

function sentence(what: string, text: string | undefined, { changed, before }: Turned): string {
  const says = text === undefined ? 'names what took over' : `says ${text}`;
  if (!changed) return `${what} ${says}, and did before`;
  return `${what} ${says}; before: ${before ?? 'nothing'}`;
}
