import { IN_FLIGHT } from '../../core/catalog/life-cycle.ts';
import type { RecoveryPoint } from '../../core/catalog/recovery-point.ts';
import { HoldfastError, type Reason, reasonOf } from '../../core/errors/registry.ts';
import { clusterOf } from '../../core/plan/installation.ts';
import type { Instant } from '../../core/time/instant.ts';
import type { TaskPorts } from './ports.ts';
import { captureTurns } from './turns.ts';

type SetAsidePorts = Pick<TaskPorts, 'catalog' | 'announcer'>;
type EndPorts = SetAsidePorts & Pick<TaskPorts, 'configuration' | 'drivers' | 'telemetry'>;

/** How a capture that will not be sealed ends. */
export type Ending = 'failed' | 'quarantined' | 'kept';

/**
 * Ends a capture that did not come to a seal: an unfinished one is removed and failed, a finished one is set aside.
 * Repeated, it finds the end and announces it again.
 */
export async function endCapture(
  point: RecoveryPoint,
  reason: Reason,
  ports: EndPorts,
  now: Instant,
): Promise<Ending> {
  if (point.state === 'capturing') return giveUp(point, reason, ports, now);
  if (point.state === 'failed') {
    await announceFailure(ports, point, point.reason ?? reason);
    return 'failed';
  }
  return setAside(point, reason, ports);
}

/**
 * Removes before it records: a crash in between leaves the point capturing, and the repetition removes again. What
 * cannot be removed is said in the reason, because a point that stays capturing for ever tells nobody anything.
 */
async function giveUp(point: RecoveryPoint, reason: Reason, ports: EndPorts, now: Instant): Promise<Ending> {
  const left = await abandon(point, ports, now);
  const told = left ? { ...reason, message: `${reason.message}; ${left}` } : reason;
  await ports.catalog.advance(point.id, 'failed', { reason: told });
  await announceFailure(ports, point, told);
  return 'failed';
}

async function abandon(point: RecoveryPoint, ports: EndPorts, now: Instant): Promise<string | undefined> {
  const { installation } = await ports.configuration.read();
  const cluster = clusterOf(installation, point.cluster);
  if (!cluster) return `${point.cluster} left the configuration, so what was captured was not removed`;
  try {
    await ports.drivers(cluster.engine).abandon({
      ...{ cluster, point, now },
      turns: captureTurns(ports.catalog, point, now),
    });
    return undefined;
  } catch (error) {
    if (error instanceof HoldfastError && error.retryable) throw error;
    const why = reasonOf(error);
    ports.telemetry.error(
      `what ${point.id} left could not be removed`,
      error instanceof Error ? error : new Error(why.message),
      { recoveryPoint: point.id },
    );
    return `what was captured could not be removed (${why.name}: ${why.message})`;
  }
}

/**
 * Sets a point aside that exists but is not proven; deletes nothing. A sealed point stays sealed: it was verified, and
 * what failed came after.
 */
export async function setAside(point: RecoveryPoint, reason: Reason, ports: SetAsidePorts): Promise<Ending> {
  if (!IN_FLIGHT.has(point.state) && point.state !== 'quarantined') {
    await ports.announcer.announce({
      name: 'BackupFailed',
      cluster: point.cluster,
      region: point.region,
      recoveryPoint: point.id,
      reason,
      sentence: `${point.id} is ${point.state} and can be restored, but the backup did not end well after that: ${reason.message}`,
    });
    return 'kept';
  }
  const home = await ports.catalog.copy(point.id, point.region);
  // The copy first: a point must not look restorable in a region while it is set aside.
  if (home && (home.state === 'copying' || home.state === 'copied' || home.state === 'proven'))
    await ports.catalog.advanceCopy(point.id, point.region, 'quarantined', { reason });
  await ports.catalog.advance(point.id, 'quarantined', { reason });
  await ports.announcer.announce({
    name: 'RecoveryPointQuarantined',
    cluster: point.cluster,
    region: point.region,
    recoveryPoint: point.id,
    reason,
    sentence: `${point.id} is quarantined and protects nothing: ${reason.message}; nothing of it was deleted, look at it, and start another backup with {"cluster":"${point.cluster}"}`,
  });
  return 'quarantined';
}

async function announceFailure(ports: SetAsidePorts, point: RecoveryPoint, reason: Reason): Promise<void> {
  await ports.announcer.announce({
    name: 'BackupFailed',
    cluster: point.cluster,
    region: point.region,
    recoveryPoint: point.id,
    reason,
    sentence: `no recovery point ${point.id}: ${reason.message}; the next run of the plan tries anew, and {"cluster":"${point.cluster}"} on holdfast-backup does so at once`,
  });
}
