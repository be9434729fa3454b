import type { FencedOff } from '../../core/errors/registry.ts';
import { type Claim, fencedOff, fenceOf, stands } from '../../core/groups/fence.ts';
import { FIRST_EPOCH } from '../../core/groups/group.ts';
import type { ChainName } from '../../core/log/chain.ts';
import type { FollowPorts } from './follow-ports.ts';

/** Why a chain is followed no more: it began under a number that another side has ended since. */
export async function fencedChain(
  { cluster, chain }: Pick<ChainName, 'cluster' | 'chain'>,
  { configuration, groups, catalog, region, home }: FollowPorts,
): Promise<FencedOff | undefined> {
  const { installation } = await configuration.read();
  const fence = fenceOf(installation, region, cluster);
  const epoch = fence && (await groups.epoch(fence.group));
  if (!fence || !epoch) return undefined;
  const original = await catalog.chain({ cluster, chain, region: home });
  const claim: Claim = { kind: 'log', number: original?.epoch ?? FIRST_EPOCH };
  return stands(claim, epoch, fence) ? undefined : fencedOff(cluster, epoch, fence, claim);
}
