import { invariant } from '../../../core/errors/assert.ts';
import { RestoreFailed } from '../../../core/errors/registry.ts';
import type { Move, MoveMember } from '../../../core/groups/move.ts';
import { memberRun, restoresOf, stamp } from '../../../core/ids/names.ts';
import { type Cluster, isRds } from '../../../core/plan/installation.ts';
import type { Instant } from '../../../core/time/instant.ts';
import type { bringHome } from '../../../workflows/contracts/failback.ts';
import { knownMove } from '../../failover/moves.ts';
import { memberOf, serves } from '../../failover/serves.ts';
import { clusterNamed } from '../../shared/lookups.ts';
import type { Input, Output, TaskPorts } from '../../shared/ports.ts';
import type { Home } from '../ports.ts';
import { type Protected, protectedBy } from '../protected.ts';
import { waiting } from '../waiting.ts';

type Ports = Pick<TaskPorts, 'configuration' | 'catalog' | 'groups' | 'machineArns'> & {
  readonly home: Home;
};

/** Each call does what is next, and says whether to come again. */
export async function bring(
  { execution, failback, member: { cluster: name, last }, state }: Input<typeof bringHome>,
  ports: Ports,
  now: Instant,
): Promise<Output<typeof bringHome>> {
  const move = await knownMove(failback, ports);
  const { installation } = await ports.configuration.read();
  const cluster = clusterNamed(installation, name);
  const member = await memberOf(move, name, ports);
  const target = calledAtHome(cluster);
  const lap = (state.brought?.lap ?? 0) + 1;
  const come = { ...waiting(lap, `the restore of ${name} in ${move.to}`), target };
  const taken = await protectedBy(last, name, move, ports);
  invariant(taken, 'what goes home is proven there', { cluster: name, run: last });
  const run = memberRun(name, execution, move.askedAt);
  if (member.run !== run) {
    if (!(await freeAtHome(cluster, execution, move, ports))) return come;
    await ports.groups.recordMember(begun(member, run, taken, now));
  }
  await ports.home.machines.start('restore', run, requestOf(cluster, taken));
  const arn = `${(ports.home.machineArns['restore'] ?? '').replace(':stateMachine:', ':execution:')}:${run}`;
  if (await ports.home.runs.isRunning(arn)) return come;
  const found = (await ports.catalog.restores(name)).find(({ id }) => id.startsWith(restoresOf(name, arn)));
  // Its record is written at home, and comes here a moment later.
  if (!found || found.state === 'restoring') return come;
  if (found.state === 'failed')
    throw new RestoreFailed(
      `${found.id} in ${move.to} failed: ${found.reason?.message ?? 'no reason was recorded'}; ${move.from} is the true side still: mend that, and start the failback again`,
      { cluster: name, restore: found.id },
    );
  const moved = await movedBy(name, move, ports);
  const brought = { target, restoreId: found.id, servingAt: found.endedAt ?? now, ...moved };
  await serves(move, name, { ...brought, totalBytes: taken.point.content?.bytes ?? 0 }, ports);
  return { outcome: 'home', pollAfterSeconds: 1, lap, target };
}

/** A member that was brought home by an earlier execution is brought to the newest state by this one. */
function begun(member: MoveMember, run: string, { point }: Protected, now: Instant): MoveMember {
  const { reason: _why, servingAt: _then, restoreId: _before, ...rest } = member;
  return {
    ...rest,
    state: 'moving',
    run,
    startedAt: now,
    recoveryPoint: point.id,
    instant: point.takenAt ?? member.instant,
    restoreTo: point.id,
  };
}

const calledAtHome = (cluster: Cluster): string =>
  isRds(cluster) ? cluster.clusterId : cluster.engine === 'objects' ? cluster.bucket : cluster.name;

/** Objects come home by difference, into the bucket that they left; a database cluster under the name that it left. */
const requestOf = (cluster: Cluster, { point }: Protected): Readonly<Record<string, unknown>> =>
  isRds(cluster)
    ? { cluster: cluster.name, to: point.id, target: { clusterId: cluster.clusterId } }
    : {
        cluster: cluster.name,
        to: point.id,
        mode: 'difference',
        ...(cluster.engine === 'objects' && { target: { bucket: cluster.bucket, prefix: '' } }),
      };

const RDS_ID_MAX = 63;

/** What was left behind of a database cluster is kept, under another name. */
async function freeAtHome(
  cluster: Cluster,
  execution: string,
  move: Move,
  { home }: Ports,
): Promise<boolean> {
  if (!isRds(cluster)) return true;
  const end = `-left-${stamp(move.askedAt)}`;
  invariant(execution, 'a failback is an execution');
  return home.oldSides.moveAway(
    cluster.clusterId,
    `${cluster.clusterId.slice(0, RDS_ID_MAX - end.length)}${end}`,
  );
}

/** Everything that this side has sent home since it took over. */
async function movedBy(
  cluster: string,
  move: Move,
  { catalog, groups }: Ports,
): Promise<{ readonly movedBytes: number }> {
  const since = (await groups.epoch(move.group))?.since ?? move.askedAt;
  const points = new Set(
    (await catalog.points(cluster, since)).filter(({ region }) => region === move.from).map(({ id }) => id),
  );
  const copies = (await catalog.copies(cluster, move.to, since)).filter(({ id }) => points.has(id));
  return { movedBytes: copies.reduce((bytes, { newBytes = 0 }) => bytes + newBytes, 0) };
}
