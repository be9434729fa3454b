import {
  AlreadyActive,
  type HoldfastError,
  InvalidInput,
  MoveUnderWay,
} from '../../../core/errors/registry.ts';
import { activeIn, numberOf } from '../../../core/groups/fence.ts';
import type { Group } from '../../../core/groups/group.ts';
import { placeOf, wayOver } from '../../../core/groups/home.ts';
import type { MemberWay, Move } from '../../../core/groups/move.ts';
import { emptiedFirst } from '../../../core/groups/words.ts';
import { memberRun, moveId } from '../../../core/ids/names.ts';
import { type Cluster, homeOf, type Installation } from '../../../core/plan/installation.ts';
import type { Runs } from '../../../core/ports/runs.ts';
import { type Instant, inSeconds, wholeSecond } from '../../../core/time/instant.ts';
import type { PlannedKind, resolveFailback } from '../../../workflows/contracts/failback.ts';
import { groupNamed } from '../../failover/moves.ts';
import { clusterNamed, instantOf, planFor } from '../../shared/lookups.ts';
import type { Input, Output, TaskPorts } from '../../shared/ports.ts';
import type { Home } from '../ports.ts';
import { requireEmpty } from './require-empty.ts';
import { requireHome } from './require-home.ts';

export type Ports = Pick<TaskPorts, 'region' | 'configuration' | 'catalog' | 'groups'> & {
  readonly runs: Runs;
  readonly home: Home;
  /** Databases in the cluster of TiDB that restores of this region fill, by the name of the one that is protected. */
  readonly heldBy: (cluster: string) => Promise<readonly string[]>;
};

/** Looks at home before anything is done here, and writes the move down. */
export async function resolve(
  { kind, request, execution, startedAt }: Input<typeof resolveFailback>,
  ports: Ports,
  _now: Instant,
): Promise<Output<typeof resolveFailback>> {
  const { installation } = await ports.configuration.read();
  const group = groupNamed(installation, request.group);
  const home = homeOf(installation);
  if (group.to !== ports.region)
    throw new InvalidInput(
      `${group.name} goes to ${group.to} and back, and this is ${ports.region}; start holdfast-${kind} in ${group.to}`,
      { group: group.name, region: ports.region },
    );
  const askedAt = wholeSecond(instantOf(startedAt));
  const id = moveId(kind, group.name, askedAt, execution);
  const epoch = await ports.groups.epoch(group.name);
  const all = await ports.groups.moves(group.name);
  const moves = all.filter((move) => move.kind === kind);
  const own = moves.find((move) => move.id === id);
  const settled = { group, installation, execution, byHand: request.byHand ?? [] };
  if (own) return asked(settled, own, 'new');
  // Any of them: two that were asked for in the same moment did not see each other.
  for (const move of all) if (await isCarriedOut(move, ports)) throw underWay(move);
  const raised = moves.find((move) => move.id === epoch?.move);
  if (raised && raised.state !== 'moved') return asked(settled, raised, 'again');
  const active = activeIn(epoch, { home });
  const [from, to] = kind === 'failback' ? [group.to, home] : [home, group.to];
  if (active !== from) throw elsewhere(kind, group, active);
  const clusters = group.layers.flatMap((layer, n) =>
    layer.map((name) => ({ cluster: clusterNamed(installation, name), layer: n })),
  );
  const byHand = request.byHand ?? [];
  requireMembers(byHand, group);
  for (const { cluster } of clusters) {
    const way = byHand.includes(cluster.name) || wayOver(cluster, to, home);
    if (way instanceof Error) throw way;
    if (way === 'fill') await requireEmpty(cluster, to, ports);
  }
  await requireHome(group, epoch, ports);
  const move: Move = {
    ...{ id, kind, group: group.name, from, to, state: 'asked', askedAt },
    ...(request.by !== undefined && { askedBy: request.by }),
    ...{ epoch: numberOf(epoch) + 1, execution },
  };
  const wayOf = (cluster: Cluster): MemberWay =>
    wayOver(cluster, to, home) === 'promote' ? 'promote' : 'restore';
  const opened = await ports.groups.openMove(
    move,
    clusters.map(({ cluster, layer }) => {
      const { objectives } = planFor(installation, cluster);
      return {
        ...{
          move: id,
          group: group.name,
          cluster: cluster.name,
          layer,
          way: wayOf(cluster),
          state: 'planned',
        },
        // What changes sides is what was written last: nothing is given up.
        ...{ instant: askedAt, lossSeconds: 0, forecastSeconds: 0 },
        ...{ rpoSeconds: inSeconds(objectives.rpo), rtoSeconds: inSeconds(objectives.rto) },
      };
    }),
  );
  return asked(settled, opened, 'new');
}

async function isCarriedOut({ state, execution }: Move, { runs }: Ports): Promise<boolean> {
  const isOpen = state === 'asked' || state === 'approved' || state === 'moving';
  return isOpen && execution !== undefined && (await runs.isRunning(execution));
}

const underWay = ({ id, kind, group, state, execution = '' }: Move): MoveUnderWay =>
  new MoveUnderWay(
    `a ${kind} of ${group} is under way already: ${id} is ${state}, by the execution ${execution}; look at it, answer its question, or stop it first`,
    { group, move: id },
  );

/** @throws InvalidInput for a name that is none of the group's */
function requireMembers(byHand: readonly string[], { name, layers }: Group): void {
  const all = layers.flat();
  const strangers = byHand.filter((one) => !all.includes(one));
  if (strangers.length > 0)
    throw new InvalidInput(
      `byHand names ${strangers.join(', ')}, and the members of ${name} are ${all.join(', ')}`,
      { group: name },
    );
}

const elsewhere = (kind: PlannedKind, { name, to }: Group, active: string): HoldfastError =>
  kind === 'failback'
    ? new InvalidInput(`${name} is active in ${active}, so there is nothing to bring home`, { group: name })
    : new AlreadyActive(
        `${name} is active in ${active} already; holdfast-failback, started in ${to}, brings it home`,
        { group: name, region: active },
      );

interface Settled {
  readonly group: Group;
  readonly installation: Installation;
  readonly execution: string;
  readonly byHand: readonly string[];
}

function asked(
  { group, installation, execution, byHand }: Settled,
  move: Move,
  outcome: 'new' | 'again',
): Output<typeof resolveFailback> {
  const names = group.layers.flat();
  const emptied = names.filter(
    (name) => !byHand.includes(name) && wayThere(name, move, installation) === 'refill',
  );
  const said =
    emptiedFirst(emptied, move.to) +
    (byHand.length === 0 ? '' : `; ${byHand.join(', ')}: brought over by hand`);
  const members = names.map((cluster) => {
    const run = memberRun(cluster, execution, move.askedAt);
    const called = calledThere(cluster, move, installation);
    const backups = { first: `${run}-1`, last: `${run}-2` };
    const how =
      wayThere(cluster, move, installation) === 'promote' ? ('promote' as const) : ('look' as const);
    return { cluster, how, run, to: '', target: {}, ...backups, called };
  });
  const what = move.kind === 'failback' ? 'go home' : 'change sides, as planned,';
  return {
    ...{ move: move.id, group: move.group, from: move.from, to: move.to, outcome },
    epoch: move.epoch ?? 0,
    sentence: `${group.name} is about to ${what} from ${move.from} to ${move.to}: say yes once nobody writes to ${names.join(', ')} in ${move.from} any more; what is written after that is lost${said}`,
    facts: {
      ...{ group: group.name, from: move.from, to: move.to, members: names.length },
      ...(emptied.length > 0 && { emptied: emptied.join(', ') }),
    },
    askedBy: move.askedBy ?? '',
    withinSeconds: inSeconds(group.approvalWithin),
    members: members.filter(({ cluster }) => !byHand.includes(cluster)),
    switched: members,
  };
}

const wayThere = (cluster: string, { to }: Move, installation: Installation) =>
  wayOver(clusterNamed(installation, cluster), to, homeOf(installation));

const calledThere = (cluster: string, { to }: Move, installation: Installation): string =>
  placeOf(clusterNamed(installation, cluster), to, homeOf(installation)).called ?? cluster;
