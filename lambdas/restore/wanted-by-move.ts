import { FencedOff, InvalidInput } from '../../core/errors/registry.ts';
import { activeIn, numberOf } from '../../core/groups/fence.ts';
import type { Epoch, Group } from '../../core/groups/group.ts';
import { wayOver } from '../../core/groups/home.ts';
import type { Move, MoveMember } from '../../core/groups/move.ts';
import { restoresOf } from '../../core/ids/names.ts';
import { groupOf, homeOf } from '../../core/plan/installation.ts';
import { executionOf } from '../failback/ports.ts';
import { clusterNamed } from '../shared/lookups.ts';
import type { TaskPorts } from '../shared/ports.ts';
import type { Resolved } from './restore-spec.ts';

export type MovePorts = Pick<TaskPorts, 'region' | 'configuration' | 'movesIn' | 'machineArns'>;
type Refill = Pick<Resolved, 'cluster' | 'restoreId' | 'recoveryPointId'>;
type There = NonNullable<ReturnType<TaskPorts['movesIn']>>;

/**
 * Whether a refill, which drops everything that a cluster holds, is what a planned move of its group is about right now:
 * the newest one, that somebody allowed and that has not ended, of the epoch that the group is in, for this restore and this
 * recovery point. Asked of the region that writes moves and epochs: the replica here may be seconds behind.
 *
 * @throws FencedOff when none wants it; InvalidInput, UnsupportedByEngine when none ever could; ServiceUnavailable while that
 * region does not answer
 */
export async function requireMove(refill: Refill, ports: MovePorts): Promise<void> {
  const { installation } = await ports.configuration.read();
  const cluster = clusterNamed(installation, refill.cluster);
  const group = groupOf(installation, cluster.name);
  const home = homeOf(installation);
  const there = group && ports.movesIn(group.to);
  const way = wayOver(cluster, ports.region, home);
  if (way instanceof Error) throw way;
  if (!group || !there || way !== 'refill')
    throw new InvalidInput(
      `mode is "refill", which empties a cluster of TiDB that a planned move brings home, and ${cluster.name} in ${ports.region} is none; leave mode out`,
      { cluster: cluster.name },
    );
  const epoch = await there.groups.epoch(group.name);
  if (activeIn(epoch, { home }) === home)
    throw none(refill, `${group.name} is active in ${home}, so what ${cluster.name} holds is the true state`);
  const [newest] = await there.groups.moves(group.name);
  const why = newest
    ? await against(newest, refill, { group, epoch, there, ports })
    : 'its group has never moved';
  if (why !== undefined) throw none(refill, why);
}

interface Situation {
  readonly group: Group;
  readonly epoch: Epoch | undefined;
  readonly there: There;
  readonly ports: MovePorts;
}

/** Why a move does not want it; undefined when it does. */
async function against(move: Move, refill: Refill, situation: Situation): Promise<string | undefined> {
  const { epoch, there, ports, group } = situation;
  const { id, state, to, kind } = move;
  if (kind !== 'failback' || to !== ports.region) return `the newest move of ${group.name} is ${id}`;
  if (state !== 'asked' && state !== 'approved') return `${id} is ${state}`;
  if (move.epoch !== numberOf(epoch) + 1)
    return `${group.name} is in epoch ${numberOf(epoch)}, and ${id} was planned in another one`;
  const approval = await there.approvals.approval(id);
  if (approval?.state !== 'approved') return `nobody has allowed ${id}`;
  const member = await there.groups.member(group.name, id, refill.cluster);
  return member && isOf(member, refill, ports) ? undefined : `${id} asked for no such restore`;
}

/** By the execution's name, which a move writes down before it starts it; an id of a restore follows from that. */
function isOf(
  member: MoveMember,
  { cluster, restoreId, recoveryPointId }: Refill,
  ports: MovePorts,
): boolean {
  const { run, state, servingAt, restoreTo } = member;
  if (run === undefined || state !== 'moving' || servingAt !== undefined) return false;
  const execution = executionOf(ports, 'restore', run);
  return restoreId.startsWith(restoresOf(cluster, execution)) && restoreTo === recoveryPointId;
}

const none = ({ cluster, restoreId }: Refill, why: string): FencedOff =>
  new FencedOff(
    `${restoreId} would drop all that ${cluster} holds, and no planned move wants that: ${why}; nothing more is dropped, and holdfast-failback is what brings it home`,
    { cluster, restore: restoreId },
  );
