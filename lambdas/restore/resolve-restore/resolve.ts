import type { CopyRecord } from '../../../core/catalog/recovery-point.ts';
import type { DrillRecord } from '../../../core/drills/drill.ts';
import type { RestorableWindow } from '../../../core/engines/driver.ts';
import { HoldfastError, InvalidInput, ResourceMissing } from '../../../core/errors/registry.ts';
import { restoreId } from '../../../core/ids/names.ts';
import { type Cluster, groupOf } from '../../../core/plan/installation.ts';
import { resolveRestore as resolveWish } from '../../../core/recovery/resolve.ts';
import { chooseMode, chooseScope } from '../../../core/recovery/scope.ts';
import { chooseTarget } from '../../../core/recovery/target.ts';
import { type RestoreWish, readWish } from '../../../core/recovery/wish.ts';
import { type Instant, iso, wholeSecond } from '../../../core/time/instant.ts';
import type { resolveRestore } from '../../../workflows/contracts/restore.ts';
import type { ChainPorts } from '../../shared/chain-reach.ts';
import { logsOf } from '../../shared/log-situation.ts';
import { clusterNamed, instantOf } from '../../shared/lookups.ts';
import type { Input, Output, TaskPorts } from '../../shared/ports.ts';
import { type MovePorts, requireMove } from '../wanted-by-move.ts';
import { approvalOf } from './approval.ts';
import { isBehind, requireOwnPlace } from './behind.ts';
import { fromBin, spokenBin } from './from-bin.ts';

type ResolvePorts = Pick<
  TaskPorts,
  'region' | 'configuration' | 'catalog' | 'drivers' | 'groups' | 'landing' | 'drills'
> &
  MovePorts &
  ChainPorts;

/** Reads what the answer depends on; the answer itself is `core/recovery`. A refusal is thrown under its own name. */
export async function resolve(
  { request, execution, startedAt }: Input<typeof resolveRestore>,
  ports: ResolvePorts,
  now: Instant,
): Promise<Output<typeof resolveRestore>> {
  const asked = readWish(request.to);
  if (asked instanceof InvalidInput) throw asked;
  const { installation } = await ports.configuration.read();
  const cluster = clusterNamed(installation, request.cluster);
  const id = restoreId(cluster.name, wholeSecond(instantOf(startedAt)), execution);
  const drill = request.drill && (await drillUnderWay(cluster.name, request.drill.id, ports));
  const behind = await isBehind(cluster.name, request.mode, installation, ports);
  const choice = chooseTarget(cluster, drill ? {} : (request.target ?? {}), {
    ...(drill && { drill: drill.id }),
    behind,
    refill: request.mode === 'refill',
    keptForGroup: groupOf(installation, cluster.name)?.to === ports.region,
    region: ports.region,
    captureRegion: installation.regions.primary,
    restoreId: id,
    landingBucket: ports.landing,
  });
  if (choice.outcome === 'refused') throw choice.refusal;
  const scope = chooseScope(cluster, request.scope);
  if (scope instanceof HoldfastError) throw scope;
  const mode = chooseMode(cluster, request.mode);
  if (mode instanceof HoldfastError) throw mode;
  const home = installation.regions.primary;
  if (mode === 'difference') requireOwnPlace(cluster, choice.target, { home, region: ports.region });
  const bin = await fromBin(
    { cluster, wish: asked, scope, from: request.from, home, restoreId: id, now },
    ports,
  );
  // It is the state at the drop, which nothing followed; any point serves for what else a restore has to know.
  const wish: RestoreWish = bin ? { kind: 'latest' } : asked;
  const logs =
    wish.kind === 'point' ? undefined : await logsOf(cluster, installation.regions.primary, ports, now);
  const answer = resolveWish(wish, {
    cluster: cluster.name,
    region: ports.region,
    ...(logs ?? { copies: await copiesFor(wish, cluster.name, ports) }),
    point: wish.kind === 'point' ? await ports.catalog.point(wish.id) : undefined,
    // The log of a side that fell behind goes on and holds nothing of what was written since.
    window: wish.kind === 'point' || behind ? undefined : await windowOf(cluster, home, ports, now),
    now,
  });
  if (answer.outcome === 'refused') throw answer.refusal;
  const { recoveryPointId, instant, earlierBySeconds, nativePointInTime, log } = answer.resolution;
  if (mode === 'refill') await requireMove({ cluster: cluster.name, restoreId: id, recoveryPointId }, ports);
  const { securityGroups, ...target } = choice.target;
  const restore: Output<typeof resolveRestore> = {
    restoreId: id,
    cluster: cluster.name,
    ...(drill && { drill: { id: drill.id, deadline: iso(drill.deadline) } }),
    recoveryPointId,
    restoresTo: iso(bin ? wholeSecond(now) : instant),
    earlierBySeconds,
    nativePointInTime,
    ...(log && { log }),
    ...(scope && { scope: request.scope }),
    ...(mode && { mode }),
    ...(bin && { bin: bin.map((entry) => ({ ...entry })) }),
    target: {
      ...target,
      // A bucket or a DB cluster is its own name.
      ...(target.bucket === undefined &&
        target.clusterId === undefined && {
          called: bin ? spokenBin(cluster.name, bin) : choice.called,
        }),
      ...(securityGroups && { securityGroups: [...securityGroups] }),
    },
  };
  const approval = approvalOf({ mode, by: request.by, rules: installation.approvals, restore });
  return { ...restore, approval };
}

/** A person's request names no drill that is under way: what nobody would remove again is not begun. */
async function drillUnderWay(
  cluster: string,
  id: string,
  { drills, region }: ResolvePorts,
): Promise<DrillRecord> {
  const drill = await drills.drill(cluster, id);
  if (drill?.state === 'drilling' && drill.region === region) return drill;
  throw new InvalidInput(
    `no drill ${id} of ${cluster} is under way in ${region}, and holdfast-restore takes "drill" from holdfast-drill alone; leave it out, or start holdfast-drill`,
    { cluster, drill: id },
  );
}

/** Of ten thousand copies, the three or four that decide. */
async function copiesFor(
  wish: RestoreWish,
  cluster: string,
  { catalog, region }: ResolvePorts,
): Promise<readonly CopyRecord[]> {
  const asked = await Promise.all([
    catalog.oldestProven(cluster, region),
    catalog.newestProven(cluster, region),
    wish.kind === 'instant' ? catalog.newestProven(cluster, region, wish.at) : undefined,
    wish.kind === 'point' ? catalog.copy(wish.id, region) : undefined,
  ]);
  const found = asked.filter((copy) => copy !== undefined);
  // Nothing proven: the refusal tells whether something is on its way.
  return found.length > 0 ? found : catalog.copies(cluster, region);
}

/** An engine's log ends where the cluster lives, and with it: a cluster that is gone has none. */
async function windowOf(
  cluster: Cluster,
  home: string,
  { drivers, region }: ResolvePorts,
  now: Instant,
): Promise<RestorableWindow | undefined> {
  const driver = drivers(cluster.engine);
  if (region !== home || !driver.can.nativePointInTime) return undefined;
  try {
    return await driver.window(cluster, now);
  } catch (error) {
    if (error instanceof ResourceMissing) return undefined;
    throw error;
  }
}
