import { EngineBusy } from '../../../core/errors/registry.ts';
import { wayOver } from '../../../core/groups/home.ts';
import { landingOf } from '../../../core/groups/landing.ts';
import type { Move, MoveMember } from '../../../core/groups/move.ts';
import { memberRun, restoresOf } from '../../../core/ids/names.ts';
import { type Cluster, groupOf, homeOf, type Installation } from '../../../core/plan/installation.ts';
import type { OldSides } from '../../../core/ports/old-sides.ts';
import type { Instant } from '../../../core/time/instant.ts';
import type { nextLayer } from '../../../workflows/contracts/failover.ts';
import { freeName } from '../../failback/free-name.ts';
import { clusterNamed } from '../../shared/lookups.ts';
import type { Input, Output } from '../../shared/ports.ts';
import { knownMove, runOf } from '../moves.ts';
import type { FailoverPorts } from '../ports.ts';

type Ports = Pick<
  FailoverPorts,
  'region' | 'configuration' | 'catalog' | 'groups' | 'machineArns' | 'runs'
> & { readonly oldSides: OldSides };
type Handed = Output<typeof nextLayer>['members'][number];

/**
 * A layer is handed out once by an execution: one that comes around unfinished has a member that failed, and what
 * needs it does not begin. Another execution hands out anew what does not serve.
 */
export async function next(
  { execution, state: { failover, layer: last } }: Input<typeof nextLayer>,
  ports: Ports,
  now: Instant,
): Promise<Output<typeof nextLayer>> {
  const move = await knownMove(failover, ports);
  const { installation } = await ports.configuration.read();
  const members = await ports.groups.members(move.group, move.id);
  const lap = (last?.lap ?? 0) + 1;
  const open = members.filter(({ state }) => state !== 'switched');
  const layer = Math.min(...open.map((member) => member.layer));
  if (open.length === 0) return { outcome: 'done', members: [], layer: (last?.layer ?? 0) + 1, lap };
  if (last?.layer === layer) return { outcome: 'incomplete', members: [], layer, lap };
  const here = open.filter((member) => member.layer === layer);
  const handed: Handed[] = [];
  for (const member of here)
    handed.push(await handOut({ move, member, execution }, installation, ports, now));
  // One whose restore is under way already has its name from that.
  const anew = handed.filter(
    ({ cluster, how, run }) => how === 'restore' && run === memberRun(cluster, execution, move.askedAt),
  );
  await requireNames(anew, installation, ports, now);
  return { outcome: 'members', members: handed, layer, lap };
}

interface One {
  readonly move: Move;
  readonly member: MoveMember;
  readonly execution: string;
}

async function handOut(one: One, installation: Installation, ports: Ports, now: Instant): Promise<Handed> {
  const { member, move, execution } = one;
  const run = memberRun(member.cluster, execution, move.askedAt);
  const how = await howOf(member, run, ports);
  const chosen = how === 'look' || how === 'attach' ? (member.run ?? run) : run;
  const { reason: _, ...rest } = member;
  if (member.state !== 'serving')
    await ports.groups.recordMember({
      ...rest,
      state: 'moving',
      startedAt: member.startedAt ?? now,
      ...(member.way === 'restore' && { run: chosen }),
    });
  const cluster = clusterNamed(installation, member.cluster);
  const { target } = landingOf(cluster, ports.region);
  const { bucket, prefix, clusterId } = target;
  return {
    cluster: member.cluster,
    how: how === 'restore' || how === 'attach' ? await restoring(cluster, installation, ports) : how,
    run: chosen,
    to: member.restoreTo ?? '',
    target: {
      ...(bucket !== undefined && { bucket }),
      ...(prefix !== undefined && { prefix }),
      ...(clusterId !== undefined && { clusterId }),
    },
  };
}

/**
 * A way home that was cut short may have left a database cluster under the name that its restore is to get.
 *
 * @throws EngineBusy until their names are free
 */
async function requireNames(
  anew: readonly Handed[],
  installation: Installation,
  { groups, region, oldSides }: Ports,
  now: Instant,
): Promise<void> {
  const taken: string[] = [];
  for (const { cluster: name } of anew) {
    if (!(await wasHere(name, installation, { groups, region }))) continue;
    const cluster = clusterNamed(installation, name);
    const landing = landingOf(cluster, region);
    if (!(await freeName(cluster, landing, { askedAt: now }, { oldSides }))) taken.push(name);
  }
  if (taken.length > 0)
    throw new EngineBusy(
      `what an earlier stay of the group left of ${taken.join(', ')} in ${region} is being given another name; the machine asks again`,
      { region },
    );
}

/** Where its group was active before, what it left is its own and no state of today. */
async function restoring(
  cluster: Cluster,
  installation: Installation,
  ports: Ports,
): Promise<'restore' | 'over'> {
  const isOver = wayOver(cluster, ports.region, homeOf(installation)) === 'difference';
  return isOver && (await wasHere(cluster.name, installation, ports)) ? 'over' : 'restore';
}

async function wasHere(
  cluster: string,
  installation: Installation,
  { groups, region }: Pick<Ports, 'groups' | 'region'>,
): Promise<boolean> {
  const group = groupOf(installation, cluster);
  const { before = [] } = (group && (await groups.epoch(group.name))) ?? {};
  return before.some(({ active }) => active === region);
}

/** `attach`: a restore that another execution of this move began runs still, and starting it again finds it. */
async function howOf(member: MoveMember, mine: string, ports: Ports): Promise<Handed['how'] | 'attach'> {
  if (member.state === 'serving') return 'look';
  if (member.way !== 'restore') return 'promote';
  if (member.run === undefined || member.run === mine) return 'restore';
  const execution = runOf('restore', member.run, ports);
  if (await ports.runs.isRunning(execution)) return 'attach';
  const begun = restoresOf(member.cluster, execution);
  const restores = await ports.catalog.restores(member.cluster);
  return restores.some(({ id, state }) => id.startsWith(begun) && state === 'restored') ? 'look' : 'restore';
}
