import { InvalidInput, MoveUnderWay } from '../../../core/errors/registry.ts';
import { activeIn, numberOf } from '../../../core/groups/fence.ts';
import type { Epoch, Group } from '../../../core/groups/group.ts';
import { wayHome } from '../../../core/groups/home.ts';
import type { Move } from '../../../core/groups/move.ts';
import { memberRun, moveId } from '../../../core/ids/names.ts';
import { homeOf } from '../../../core/plan/installation.ts';
import type { Runs } from '../../../core/ports/runs.ts';
import { type Instant, inSeconds, wholeSecond } from '../../../core/time/instant.ts';
import type { resolveFailback } from '../../../workflows/contracts/failback.ts';
import { groupNamed } from '../../failover/moves.ts';
import { clusterNamed, instantOf, planFor } from '../../shared/lookups.ts';
import type { Input, Output, TaskPorts } from '../../shared/ports.ts';
import type { Home } from '../ports.ts';
import { requireHome } from './require-home.ts';

export type Ports = Pick<TaskPorts, 'region' | 'configuration' | 'catalog' | 'groups'> & {
  readonly runs: Runs;
  readonly home: Home;
};

/** Looks at home before anything is done here, and writes the move down. */
export async function resolve(
  { request, execution, startedAt }: Input<typeof resolveFailback>,
  ports: Ports,
  _now: Instant,
): Promise<Output<typeof resolveFailback>> {
  const { installation } = await ports.configuration.read();
  const group = groupNamed(installation, request.group);
  const home = homeOf(installation);
  if (group.to !== ports.region)
    throw new InvalidInput(
      `${group.name} goes home from ${group.to}, and this is ${ports.region}; start holdfast-failback in ${group.to}`,
      { group: group.name, region: ports.region },
    );
  const askedAt = wholeSecond(instantOf(startedAt));
  const id = moveId('failback', group.name, askedAt, execution);
  const epoch = await ports.groups.epoch(group.name);
  const moves = (await ports.groups.moves(group.name)).filter(({ kind }) => kind === 'failback');
  const own = moves.find((move) => move.id === id);
  if (own) return asked(group, own, execution, 'new');
  const [before] = moves;
  if (before && (await isCarriedOut(before, ports))) throw underWay(before);
  if (before && epoch?.move === before.id && before.state !== 'moved')
    return asked(group, before, execution, 'again');
  if (activeIn(epoch, { home }) !== ports.region) throw notHere(group, epoch, home);
  const clusters = group.layers.flatMap((layer, n) =>
    layer.map((name) => ({ cluster: clusterNamed(installation, name), layer: n })),
  );
  for (const { cluster } of clusters) {
    const way = wayHome(cluster, home);
    if (way instanceof Error) throw way;
  }
  await requireHome(group, epoch, ports);
  const move: Move = {
    ...{ id, kind: 'failback', group: group.name, from: ports.region, to: home, state: 'asked', askedAt },
    ...(request.by !== undefined && { askedBy: request.by }),
    ...{ epoch: numberOf(epoch) + 1, execution },
  };
  const opened = await ports.groups.openMove(
    move,
    clusters.map(({ cluster, layer }) => {
      const { objectives } = planFor(installation, cluster);
      return {
        ...{ move: id, group: group.name, cluster: cluster.name, layer, way: 'restore', state: 'planned' },
        // What goes home is what was written last: nothing is given up.
        ...{ instant: askedAt, lossSeconds: 0, forecastSeconds: 0 },
        ...{ rpoSeconds: inSeconds(objectives.rpo), rtoSeconds: inSeconds(objectives.rto) },
      };
    }),
  );
  return asked(group, opened, execution, 'new');
}

async function isCarriedOut({ state, execution }: Move, { runs }: Ports): Promise<boolean> {
  const isOpen = state === 'asked' || state === 'approved' || state === 'moving';
  return isOpen && execution !== undefined && (await runs.isRunning(execution));
}

const underWay = ({ id, group, state, execution = '' }: Move): MoveUnderWay =>
  new MoveUnderWay(
    `${group} is on its way home already: ${id} is ${state}, by the execution ${execution}; look at it, answer its question, or stop it first`,
    { group, move: id },
  );

const notHere = (group: Group, epoch: Epoch | undefined, home: string): InvalidInput =>
  new InvalidInput(
    `${group.name} is active in ${activeIn(epoch, { home })}, so there is nothing to bring home`,
    { group: group.name },
  );

function asked(
  group: Group,
  move: Move,
  execution: string,
  outcome: 'new' | 'again',
): Output<typeof resolveFailback> {
  const members = group.layers.flat();
  return {
    ...{ move: move.id, group: move.group, from: move.from, to: move.to, outcome },
    epoch: move.epoch ?? 0,
    sentence: `${group.name} is about to go home from ${move.from} to ${move.to}: say yes once nobody writes to ${members.join(', ')} in ${move.from} any more; what is written after that is lost`,
    facts: { group: group.name, from: move.from, to: move.to, members: members.length },
    askedBy: move.askedBy ?? '',
    withinSeconds: inSeconds(group.approvalWithin),
    members: members.map((cluster) => {
      const run = memberRun(cluster, execution, move.askedAt);
      return { cluster, how: 'look', run, to: '', target: {}, first: `${run}-1`, last: `${run}-2` };
    }),
  };
}
