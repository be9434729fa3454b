import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { epochs } from '../../../adapters/aws/dynamo-group-items.ts';
import type { Stage } from '../../../cli/stage.ts';
import type { Epoch } from '../../../core/groups/group.ts';
import { activeAt } from '../../../core/groups/stray.ts';
import { groupOf } from '../../../core/plan/installation.ts';
import type { Instant } from '../../../core/time/instant.ts';
import { CATALOG_TABLE } from '../../../lib/names.ts';
import { membersIn, movesIn } from './moves-in.ts';

/** Which side of a group is the true one as a region knows it, read behind the back of the clock. */
export function epochIn({ cloud, now }: Stage, region: string, group: string): Epoch | undefined {
  const Key = marshall({ pk: `group#${group}`, sk: 'epoch' });
  const call = { region, account: cloud.account, now, principal: 'the checker' };
  const { Item } = cloud.dynamodb.call(
    'GetItem',
    { TableName: CATALOG_TABLE, Key, ConsistentRead: true },
    call,
  ) as { readonly Item?: Parameters<typeof unmarshall>[0] };
  return Item && epochs.decode(unmarshall(Item) as Parameters<typeof epochs.decode>[0]);
}

/** The regions in which a cluster was active at some moment between two instants. One that has no sides is always at home. */
export function activeBetween(
  stage: Stage,
  cluster: string,
  from: Instant,
  to: Instant,
): ReadonlySet<string> {
  const home = stage.installation.regions.primary;
  const group = groupOf(stage.installation, cluster);
  if (!group) return new Set([home]);
  // The region that the group goes to writes the epoch, and nobody else does.
  const epoch = epochIn(stage, group.to, group.name);
  const changes = epoch ? [...(epoch.before ?? []), epoch].map(({ since }) => since) : [];
  const moments = [from, ...changes.filter((at) => at > from && at <= to)];
  return new Set(moments.map((at) => activeAt(epoch, home, at)));
}

/** Whether a cluster was active in one region from the one instant to the other. */
export function isActiveThroughout(
  stage: Stage,
  cluster: string,
  region: string,
  from: Instant,
  to: Instant,
): boolean {
  const sides = activeBetween(stage, cluster, from, to);
  return sides.size === 1 && sides.has(region);
}

/**
 * Whether all between two instants is outside of the time in which a failover was bringing a cluster to a region: until it
 * serves there it is not captured. From when somebody asked until it serves, or until the group moves again.
 */
export function isSettledThroughout(
  stage: Stage,
  cluster: string,
  region: string,
  from: Instant,
  to: Instant,
): boolean {
  const group = groupOf(stage.installation, cluster);
  if (!group || group.to !== region) return true;
  const moves = movesIn(stage, group);
  return moves.every(({ id, kind, state, askedAt }, n) => {
    if (kind !== 'failover' || state === 'refused') return true;
    const member = membersIn(stage, group, id).find((one) => one.cluster === cluster);
    const until = member && (member.servingAt ?? moves[n + 1]?.askedAt ?? stage.now);
    return until === undefined || to < askedAt || from > until;
  });
}
