import type { CopyRecord, LegalHold, RecoveryPoint } from '../../../core/catalog/recovery-point.ts';
import { invariant } from '../../../core/errors/assert.ts';
import { ConcurrentUpdate, LegalHoldActive, type Reason, reasonOf } from '../../../core/errors/registry.ts';
import { clusterOf, type Installation, type Plan, planOf } from '../../../core/plan/installation.ts';
import type { PlannedExpiry } from '../../../core/retention/plan-expiry.ts';
import { days, type Instant, iso, later } from '../../../core/time/instant.ts';
import type { requestExpiry } from '../../../workflows/contracts/expire.ts';
import type { Input, Output, TaskPorts } from '../../shared/ports.ts';
import { firstLookIntoBin } from '../decide-expiry/settle-bin.ts';
import { readPlan } from '../plan-file.ts';

type RequestPorts = Pick<
  TaskPorts,
  'region' | 'configuration' | 'catalog' | 'vault' | 'announcer' | 'telemetry'
>;

/** What could not be moved now is decided about again tomorrow. */
const AGAIN = days(1);

/**
 * Carries out a written plan. Nothing is removed: points go into the bin, from which `undelete` brings them back until
 * their grace ends. Each is read again first, because a hold may have been placed since the plan was written.
 */
export async function request(
  { expiry }: Input<typeof requestExpiry>,
  ports: RequestPorts,
  now: Instant,
): Promise<Output<typeof requestExpiry>> {
  const { installation } = await ports.configuration.read();
  const file = await readPlan(ports.vault, expiry.plan);
  let moved = 0;
  let refused = 0;
  for (const { cluster, expire } of file.plans) {
    if (expire.length === 0) continue;
    const configured = clusterOf(installation, cluster);
    const plan = configured && planOf(installation, configured);
    const holds = await ports.catalog.holds(cluster);
    let here = 0;
    for (const planned of expire) {
      if (await moveIntoBin(planned, { installation, plan, holds }, ports, now)) here++;
      else refused++;
    }
    moved += here;
    if (here > 0) ports.telemetry.metric('ExpiredPoints', 'Count', here, { cluster, region: ports.region });
  }
  return { moved, refused };
}

interface Surroundings {
  readonly installation: Installation;
  readonly plan: Plan | undefined;
  readonly holds: readonly LegalHold[];
}

async function moveIntoBin(
  { id, reason }: PlannedExpiry,
  surroundings: Surroundings,
  ports: RequestPorts,
  now: Instant,
): Promise<boolean> {
  const { catalog, telemetry } = ports;
  const point = await catalog.point(id);
  if (point?.state !== 'sealed' && point?.state !== 'expiring') return false;
  const copies = await copiesOf(point, surroundings.installation, ports);
  const obstacle = point.state === 'sealed' && whatForbids(point, copies, surroundings);
  if (obstacle) {
    telemetry.info(`not expired: ${obstacle.message}`, { recoveryPoint: id, reason: obstacle.name });
    await catalog.reviewAt(id, later(now, AGAIN));
    return false;
  }
  // A point that is in the bin already was moved by an attempt that died half-way: what is left of it is done now.
  const begun = point.state === 'expiring' ? point.discardAfter : undefined;
  const discardAfter = begun ?? later(now, surroundings.plan?.grace ?? days(7));
  const binned = await catalog.advance(id, 'expiring', { reason, discardAfter });
  for (const copy of copies)
    if (copy.state === 'proven' || copy.state === 'failed')
      await catalog.advanceCopy(id, copy.region, 'expiring', { reason, discardAfter });
  invariant(binned.discardAfter !== undefined, 'a point in the bin has an end of its grace', {
    recoveryPoint: id,
  });
  await catalog.reviewAt(id, firstLookIntoBin(binned.discardAfter));
  await ports.announcer.announce({
    name: 'RecoveryPointExpiring',
    cluster: point.cluster,
    region: point.region,
    recoveryPoint: id,
    reason,
    sentence: `${id} is in the bin until ${iso(binned.discardAfter)}: ${reason.message}; nothing of it is removed before then, and "holdfast undelete ${id}" brings it back`,
  });
  return true;
}

async function copiesOf(
  point: RecoveryPoint,
  { regions }: Installation,
  { catalog }: RequestPorts,
): Promise<CopyRecord[]> {
  const all = [...new Set([point.region, regions.primary, ...regions.recovery])];
  const copies = await Promise.all(all.map((region) => catalog.copy(point.id, region)));
  return copies.filter((copy) => copy !== undefined);
}

function whatForbids(
  point: RecoveryPoint,
  copies: readonly CopyRecord[],
  { plan, holds }: Surroundings,
): Reason | undefined {
  if (!plan)
    return { name: 'UnknownCluster', message: `${point.cluster} left the configuration; all of it is kept` };
  const hold = holds.find(({ recoveryPoint }) => recoveryPoint === undefined || recoveryPoint === point.id);
  if (hold) return reasonOf(new LegalHoldActive(`${point.id} is held by ${hold.name}: ${hold.why}`));
  const underWay = copies.find(({ state }) => state === 'copying' || state === 'copied');
  if (underWay)
    return reasonOf(new ConcurrentUpdate(`${point.id} is still being copied to ${underWay.region}`));
  return undefined;
}
