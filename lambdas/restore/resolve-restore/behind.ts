import type { RestoreMode, RestoreTarget } from '../../../core/engines/driver.ts';
import { InvalidInput } from '../../../core/errors/registry.ts';
import type { Epoch } from '../../../core/groups/group.ts';
import { type Cluster, groupOf, homeOf, type Installation } from '../../../core/plan/installation.ts';
import type { TaskPorts } from '../../shared/ports.ts';

/** Its group is on its way here, and itself does not serve yet: nothing was pointed to what is there. */
async function isComing(
  cluster: string,
  epoch: Epoch | undefined,
  groups: TaskPorts['groups'],
): Promise<boolean> {
  if (epoch?.move === undefined) return false;
  const move = await groups.move(epoch.group, epoch.move);
  const member = await groups.member(epoch.group, epoch.move, cluster);
  return move?.state === 'moving' && member?.state === 'moving' && member.servingAt === undefined;
}

/**
 * Whether the side of a cluster in this region is one that fell behind: its group is active elsewhere, or has only just
 * become active here. What is there is true no longer, so it may be brought to the state that is.
 *
 * @throws InvalidInput when only such a side may be written over or emptied, and this one is the true one
 */
export async function isBehind(
  cluster: string,
  mode: RestoreMode | undefined,
  installation: Installation,
  { groups, region }: Pick<TaskPorts, 'groups' | 'region'>,
): Promise<boolean> {
  const group = groupOf(installation, cluster);
  const epoch = group && (await groups.epoch(group.name));
  const active = group && (epoch?.active ?? homeOf(installation));
  const elsewhere = active !== undefined && active !== region;
  const behind = elsewhere || (mode === 'difference' && (await isComing(cluster, epoch, groups)));
  if ((mode !== 'difference' && mode !== 'refill') || behind) return behind;
  throw new InvalidInput(
    group
      ? `mode is "${mode}", which writes over a side that fell behind, and ${group.name} is active in ${region}: what ${cluster} holds here is the true state; leave mode out, and it lands beside`
      : `mode is "${mode}", which is how a group changes sides, and ${cluster} is in no group; leave mode out, and it lands beside`,
    { cluster },
  );
}

/**
 * By difference only a cluster's own place is written over: at home its bucket, elsewhere the one that `restoreInto` names.
 * Any other may hold what is true, and nobody is asked.
 *
 * @throws InvalidInput which names that place
 */
export function requireOwnPlace(
  cluster: Cluster,
  { bucket, prefix }: RestoreTarget,
  { home, region }: { readonly home: string; readonly region: string },
): void {
  if (cluster.engine !== 'objects') return;
  const own = region === home ? cluster.bucket : cluster.restoreInto[region]?.bucket;
  if (own !== undefined && bucket === own && prefix === '') return;
  throw new InvalidInput(
    `mode is "difference", which writes over what is there, and the target is s3://${bucket}/${prefix ?? ''}; ` +
      (own === undefined
        ? `name the place of ${cluster.name} in ${region} under restoreInto first`
        : `in ${region} it brings s3://${own}/ up to date and nothing else: "target": { "bucket": "${own}", "prefix": "" }`),
    { cluster: cluster.name },
  );
}
