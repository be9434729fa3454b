import { invariant } from '../../../core/errors/assert.ts';
import { RestoreFailed } from '../../../core/errors/registry.ts';
import { placeOf, wayOver } from '../../../core/groups/home.ts';
import type { Landing } from '../../../core/groups/landing.ts';
import type { Move, MoveMember } from '../../../core/groups/move.ts';
import { memberRun, restoresOf } from '../../../core/ids/names.ts';
import { type Cluster, homeOf } from '../../../core/plan/installation.ts';
import { reachOf } from '../../../core/standby/record.ts';
import { between, type Instant, minutes } from '../../../core/time/instant.ts';
import type { bringOver } from '../../../workflows/contracts/failback.ts';
import { memberOf, serves } from '../../failover/serves.ts';
import { clusterNamed } from '../../shared/lookups.ts';
import type { Input, Output, TaskPorts } from '../../shared/ports.ts';
import { currentMove } from '../current.ts';
import { freeName } from '../free-name.ts';
import { executionOf, type SideIn } from '../ports.ts';
import { type Protected, protectedBy } from '../protected.ts';
import { waiting } from '../waiting.ts';

type Ports = Pick<TaskPorts, 'configuration' | 'catalog' | 'groups'> & { readonly side: SideIn };

/** A record is there within seconds of its restore's begin, on both sides. */
const UNHEARD = minutes(10);

/** Each call does what is next, and says whether to come again. */
export async function bring(
  { execution, planned, member: { cluster: name, last, called: target }, state }: Input<typeof bringOver>,
  ports: Ports,
  now: Instant,
): Promise<Output<typeof bringOver>> {
  const move = await currentMove(planned, ports);
  const { installation } = await ports.configuration.read();
  const cluster = clusterNamed(installation, name);
  const member = await memberOf(move, name, ports);
  const home = homeOf(installation);
  const place = placeOf(cluster, move.to, home);
  const there = ports.side(move.to);
  const lap = (state.brought?.lap ?? 0) + 1;
  const come = { ...waiting(lap, `${name} on its way into ${move.to}`, planned.members.length), target };
  const taken = await protectedBy(last, name, move, ports);
  invariant(taken, 'what changes sides is proven there', { cluster: name, run: last });
  const run = memberRun(name, execution, move.askedAt);
  const way = wayOver(cluster, move.to, home);
  if (way === 'promote') {
    if (member.run !== run) await ports.groups.recordMember(begun(member, run, taken, now));
    return (await hasAll(name, move, taken, ports)) ? { ...come, outcome: 'there' } : come;
  }
  if (member.run !== run) {
    if (!(await freeName(cluster, place, move, there))) return come;
    await ports.groups.recordMember(begun(member, run, taken, now));
  }
  await there.machines.start('restore', run, requestOf(cluster, place, way, taken));
  const arn = executionOf(there, 'restore', run);
  if (await there.runs.isRunning(arn)) return come;
  const found = (await ports.catalog.restores(name)).find(({ id }) => id.startsWith(restoresOf(name, arn)));
  // Written at home, its record comes here a moment later.
  if (!found && between(member.startedAt ?? now, now) > UNHEARD)
    throw new RestoreFailed(
      `the restore ${arn} ended and wrote no record, so it was refused; its execution says why: mend that, and start the ${move.kind} again`,
      { cluster: name, execution: arn },
    );
  if (!found || found.state === 'restoring') return come;
  if (found.state === 'failed')
    throw new RestoreFailed(
      `${found.id} in ${move.to} failed: ${found.reason?.message ?? 'no reason was recorded'}; ${move.from} is the true side still: mend that, and start the ${move.kind} again`,
      { cluster: name, restore: found.id },
    );
  const moved = await movedBy(name, move, ports);
  const brought = { target, restoreId: found.id, servingAt: found.endedAt ?? now, ...moved };
  await serves(move, name, { ...brought, totalBytes: taken.point.content?.bytes ?? 0 }, ports);
  return { outcome: 'there', pollAfterSeconds: 1, lap, target };
}

/** Whether a standby certainly has what the last backup has, which was taken when nobody wrote any more. */
async function hasAll(cluster: string, { to }: Move, { point }: Protected, ports: Ports): Promise<boolean> {
  const standby = await ports.catalog.standby(cluster, to);
  const reaches = standby && reachOf(standby);
  return reaches !== undefined && point.takenAt !== undefined && reaches >= point.takenAt;
}

/** A member that was brought over by an earlier execution is brought to the newest state by this one. */
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

/** Over what was left there, in its place, or under the name that it left. */
const requestOf = (
  cluster: Cluster,
  { target }: Landing,
  way: ReturnType<typeof wayOver>,
  { point }: Protected,
): Readonly<Record<string, unknown>> => ({
  ...{ cluster: cluster.name, to: point.id, target },
  ...((way === 'difference' || way === 'refill') && { mode: way }),
});

/** Everything that the active side has sent over since it became that. */
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
