import {
  AlreadyActive,
  type HoldfastError,
  InvalidInput,
  MoveUnderWay,
} from '../../../core/errors/registry.ts';
import { FIRST_EPOCH, type Group, membersOf } from '../../../core/groups/group.ts';
import { wayOver } from '../../../core/groups/home.ts';
import type { Move, MoveMember } from '../../../core/groups/move.ts';
import { type FailoverWish, type PlannedMember, planFailover } from '../../../core/groups/plan.ts';
import { factsOf, questionOf } from '../../../core/groups/words.ts';
import { moveId } from '../../../core/ids/names.ts';
import { type Cluster, homeOf } from '../../../core/plan/installation.ts';
import { type Instant, inSeconds, iso, wholeSecond } from '../../../core/time/instant.ts';
import type { resolveFailover } from '../../../workflows/contracts/failover.ts';
import { clusterNamed, instantOf } from '../../shared/lookups.ts';
import type { Input, Output } from '../../shared/ports.ts';
import { groupNamed } from '../moves.ts';
import type { FailoverPorts } from '../ports.ts';
import { lastHeard } from './heard.ts';
import { replanFailed } from './replan.ts';
import { situationOf } from './situation.ts';

type Ports = Pick<FailoverPorts, 'region' | 'configuration' | 'catalog' | 'groups' | 'runs'>;
type Asked = Input<typeof resolveFailover>;

/**
 * Finds the move that was begun before, or plans one and writes it down. The plan is of this region's catalog and
 * configuration: nothing is asked of the region that is lost.
 */
export async function resolve(
  { request, execution, startedAt }: Asked,
  ports: Ports,
  now: Instant,
): Promise<Output<typeof resolveFailover>> {
  const { installation } = await ports.configuration.read();
  const group = groupNamed(installation, request.group);
  if (group.to !== ports.region)
    throw new InvalidInput(
      `${group.name} fails over to ${group.to}, and this is ${ports.region}; start holdfast-failover in ${group.to}`,
      { group: group.name, region: ports.region },
    );
  const askedAt = wholeSecond(instantOf(startedAt));
  const id = moveId('failover', group.name, askedAt, execution);
  const epoch = await ports.groups.epoch(group.name);
  const all = await ports.groups.moves(group.name);
  const moves = all.filter(({ kind, to }) => kind === 'failover' && to === ports.region);
  const own = moves.find((move) => move.id === id);
  if (own) return asked(group, own, {}, 'new', ports);
  // Any of them: two that were asked for in the same moment did not see each other, and a planned move that goes on
  // would bring its own over what is restored here.
  for (const move of all) if (await isCarriedOut(move, ports)) throw underWay(move);
  const raised = moves.find((move) => move.id === epoch?.move);
  if (raised && raised.state !== 'moved') {
    await replanFailed({ move: raised, group, installation, epoch, request }, ports, now);
    return asked(group, raised, {}, 'again', ports);
  }
  if (epoch?.active === ports.region) throw alreadyActive(group, iso(epoch.since));
  const wish: FailoverWish =
    request.to === 'latest' || request.to === 'together'
      ? { kind: request.to }
      : { kind: 'instant', at: instantOf(request.to) };
  const members = await Promise.all(
    chosenOf(group, request.without).map((name) =>
      situationOf(clusterNamed(installation, name), installation, wish, epoch, ports, now),
    ),
  );
  const plan = planFailover(group, members, wish, now);
  if (plan instanceof Error) throw plan;
  const move: Move = {
    id,
    kind: 'failover',
    group: group.name,
    from: epoch?.active ?? homeOf(installation),
    to: ports.region,
    state: 'asked',
    askedAt,
    ...(request.by !== undefined && { askedBy: request.by }),
    epoch: (epoch?.number ?? FIRST_EPOCH) + 1,
    execution,
  };
  const opened = await ports.groups.openMove(
    move,
    plan.members.map((member) => memberOf(move, member)),
  );
  const notes = Object.fromEntries(
    plan.members.flatMap(({ cluster, note }) => {
      const all = [note, wayBack(clusterNamed(installation, cluster), move.from)].filter(Boolean);
      return all.length === 0 ? [] : [[cluster, all.join('; ')]];
    }),
  );
  return asked(group, opened, notes, 'new', ports);
}

/** Whoever allows a failover knows before it what its way home asks of them. */
const wayBack = (cluster: Cluster, home: string): string | undefined =>
  wayOver(cluster, home, home) instanceof Error
    ? 'it comes home by hand (docs/runbooks/failback.md)'
    : undefined;

/** Those of the group that are not left behind, by their names. */
function chosenOf(group: Group, without: readonly string[]): readonly string[] {
  const all = membersOf(group);
  const strangers = without.filter((name) => !all.includes(name));
  const left = all.filter((name) => !without.includes(name));
  if (strangers.length > 0 || left.length === 0)
    throw new InvalidInput(
      strangers.length > 0
        ? `without names ${strangers.join(', ')}, and the members of ${group.name} are ${all.join(', ')}`
        : `without names every member of ${group.name}, so nothing is left to bring back`,
      { group: group.name },
    );
  return left;
}

const memberOf = (move: Move, planned: PlannedMember): MoveMember => {
  const { to, note: _, ...member } = planned;
  return {
    ...member,
    move: move.id,
    group: move.group,
    state: 'planned',
    ...(to !== undefined && { restoreTo: to }),
  };
};

async function isCarriedOut({ state, execution }: Move, { runs }: Ports): Promise<boolean> {
  const isOpen = state === 'asked' || state === 'approved' || state === 'moving';
  return isOpen && execution !== undefined && (await runs.isRunning(execution));
}

const underWay = ({ id, kind, group, state, execution = '' }: Move): HoldfastError =>
  new MoveUnderWay(
    `a ${kind} of ${group} is under way already: ${id} is ${state}, by the execution ${execution}; look at it, answer its question, or stop it first`,
    { group, move: id },
  );

const alreadyActive = (group: Group, since: string): HoldfastError =>
  new AlreadyActive(
    `${group.name} is active in ${group.to} since ${since}, so there is nothing to fail over; a member that is missing is brought back by holdfast-restore`,
    { group: group.name, region: group.to },
  );

async function asked(
  group: Group,
  move: Move,
  notes: Readonly<Record<string, string>>,
  outcome: 'new' | 'again',
  ports: Ports,
): Promise<Output<typeof resolveFailover>> {
  const members = await ports.groups.members(move.group, move.id);
  const heard = await lastHeard(move, members, ports);
  const left = membersOf(group).filter((name) => !members.some(({ cluster }) => cluster === name));
  const facts = factsOf(move, members, notes);
  return {
    move: move.id,
    group: move.group,
    from: move.from,
    to: move.to,
    outcome,
    epoch: move.epoch ?? FIRST_EPOCH + 1,
    sentence: questionOf(move, members, heard) + leftBehind(left),
    facts: left.length === 0 ? { ...facts } : { ...facts, leftBehind: left.join(', ') },
    askedBy: move.askedBy ?? '',
    withinSeconds: inSeconds(group.approvalWithin),
  };
}

/** Whoever allows it allows that too: the whole group changes sides, and what is not brought along is on the wrong one. */
const leftBehind = (names: readonly string[]): string =>
  names.length === 0
    ? ''
    : `; left behind: ${names.join(', ')}, protected on neither side until restored by hand`;
