import { FencedOff } from '../../core/errors/registry.ts';
import { type Epoch, type Group, membersOf } from '../../core/groups/group.ts';
import type { MoveMember } from '../../core/groups/move.ts';
import { groupOf } from '../../core/plan/installation.ts';
import type { TaskPorts } from './ports.ts';

type Ports = Pick<TaskPorts, 'region' | 'groups'>;

/**
 * Clusters that a failover is bringing to this region and that do not serve yet, each with why it is left alone. The epoch
 * is raised before anything is restored, so until then half of it may lie there: a recovery point of that is a state that
 * nobody ever wrote, and would be the latest one. Who was left behind is brought by hand, and is not among them.
 */
export async function onTheirWay(
  group: Group,
  epoch: Epoch | undefined,
  { groups, region }: Ports,
): Promise<ReadonlyMap<string, FencedOff>> {
  if (epoch?.move === undefined || epoch.active !== region) return new Map();
  const move = await groups.move(group.name, epoch.move);
  // A planned move raises it when all is there.
  if (move?.kind !== 'failover' || move.state === 'moved') return new Map();
  const found = await Promise.all(
    membersOf(group).map((cluster) => groups.member(group.name, move.id, cluster)),
  );
  const coming = found.filter((member) => member !== undefined && member.servingAt === undefined);
  return new Map(coming.map((member) => [member!.cluster, comes(member!, region)]));
}

/** @throws FencedOff while a failover is bringing the cluster here */
export async function requireArrived(
  cluster: string,
  installation: Parameters<typeof groupOf>[0],
  ports: Ports,
): Promise<void> {
  const group = groupOf(installation, cluster);
  if (!group) return;
  const coming = await onTheirWay(group, await ports.groups.epoch(group.name), ports);
  const reason = coming.get(cluster);
  if (reason) throw reason;
}

const comes = ({ cluster, group, move, state }: MoveMember, region: string): FencedOff =>
  new FencedOff(
    `${move} is bringing ${cluster} to ${region}, where it is ${state} and does not serve yet: half of it may lie there, so it is not captured; once it serves it is${state === 'failed' ? `, and holdfast-failover of ${group}, started again, goes on with it` : ''}`,
    { cluster, group, region },
  );
