import type { Reason } from '../../../core/errors/registry.ts';
import { restoreId } from '../../../core/ids/names.ts';
import { type Instant, wholeSecond } from '../../../core/time/instant.ts';
import { copyRequest } from '../../../workflows/contracts/copy.ts';
import { restoreRequest } from '../../../workflows/contracts/restore.ts';
import type { closeStoppedExecution } from '../../../workflows/contracts/watch.ts';
import { endCopy } from '../../shared/end-copy.ts';
import { endRestore } from '../../shared/end-restore.ts';
import { EVERY_CLUSTER } from '../../shared/every-cluster.ts';
import type { Input, Output, TaskPorts } from '../../shared/ports.ts';
import { closeBackup } from './close-backup.ts';
import { closeDrill } from './close-drill.ts';
import { closeFailover, closePlanned } from './close-failover.ts';
import { readStopped, reasonOfEnd, type Stopped, sameReason, wasCutOff } from './stopped.ts';

type ClosePorts = Pick<
  TaskPorts,
  | 'region'
  | 'configuration'
  | 'catalog'
  | 'groups'
  | 'drivers'
  | 'driversHere'
  | 'drills'
  | 'receipts'
  | 'announcer'
  | 'telemetry'
>;

/**
 * A machine that runs past its deadline, or is stopped, runs no state any more that could clean up (Step Functions:
 * catchers do not see the execution's own timeout). So its end is an event, and this closes what it left open.
 *
 * A repetition finds the record closed with this very reason and announces again. One that failed and was closed with
 * another reason has announced it itself; one that was cut off may have died between the record and the word of it.
 */
export async function close(
  { detail }: Input<typeof closeStoppedExecution>,
  ports: ClosePorts,
  now: Instant,
): Promise<Output<typeof closeStoppedExecution>> {
  const stopped = readStopped(detail);
  if (!stopped || stopped.status === 'SUCCEEDED') return { closed: 'nothing' };
  const closed = await CLOSERS[stopped.machine](stopped, ports, now);
  ports.telemetry.info(`closed after ${stopped.status}: ${closed}`, { execution: stopped.execution });
  return { closed };
}

type Closer = (stopped: Stopped, ports: ClosePorts, now: Instant) => Promise<string>;

const closeCopy: Closer = async (stopped, ports) => {
  const request = copyRequest.safeParse(stopped.input);
  if (!request.success) return 'nothing';
  const { recoveryPointId: id, region } = request.data;
  const copy = await ports.catalog.copy(id, region);
  const reason = reasonOfEnd(stopped, 'CopyOverdue', 'CopyFailed');
  const open = copy?.state === 'copying' || copy?.state === 'copied';
  if (!wasCutOff(stopped) && !open && !sameReason(copy?.reason, reason)) return 'nothing';
  await endCopy(request.data, reason, ports);
  return `${id} in ${region}: ${open ? 'failed' : (copy?.state ?? 'never begun')}`;
};

const closeRestore: Closer = async (stopped, ports, now) => {
  const request = restoreRequest.safeParse(stopped.input);
  // A request that was refused has opened nothing, and the console shows the refusal to whoever asked.
  if (!request.success) return 'nothing';
  const { cluster } = request.data;
  const id = restoreId(cluster, wholeSecond(stopped.startedAt), stopped.execution);
  const record = await ports.catalog.restore(cluster, id);
  const reason = reasonOfEnd(stopped, 'RestoreOverdue', 'RestoreFailed');
  if (!record) return wasCutOff(stopped) ? tellNeverBegun(cluster, reason, ports) : 'nothing';
  const mine = wasCutOff(stopped) || record.state === 'restoring' || sameReason(record.reason, reason);
  if (!mine) return 'nothing';
  await endRestore(record, reason, ports, now);
  return `${record.id}: failed`;
};

async function tellNeverBegun(cluster: string, reason: Reason, ports: ClosePorts): Promise<string> {
  await ports.announcer.announce({
    name: 'RestoreFailed',
    cluster,
    region: ports.region,
    reason,
    sentence: `no restore of ${cluster} was begun: ${reason.message}; nothing was written, start it again`,
  });
  return 'a restore that was never begun';
}

/** An expiry run leaves nothing open: what it did not reach is due again. */
const closeExpire: Closer = async (stopped, ports) => {
  if (!wasCutOff(stopped)) return 'nothing';
  const reason = reasonOfEnd(stopped, 'InvariantViolation', 'InvariantViolation');
  await ports.announcer.announce({
    name: 'ExpiryFailed',
    cluster: EVERY_CLUSTER,
    region: ports.region,
    reason,
    sentence: `an expiry run in ${ports.region} did not come to its end: ${reason.message}; what it did not reach is due in the next run`,
  });
  return 'nothing';
};

/** So does a reconciliation: its plans are scratch, and the next one looks at everything anew. */
const closeReconcile: Closer = async (stopped, ports) => {
  if (!wasCutOff(stopped)) return 'nothing';
  const reason = reasonOfEnd(stopped, 'InvariantViolation', 'InvariantViolation');
  await ports.announcer.announce({
    name: 'ReconciliationFailed',
    cluster: EVERY_CLUSTER,
    region: ports.region,
    reason,
    sentence: `a reconciliation in ${ports.region} did not come to its end: ${reason.message}; what it did not reach is looked at by the next one`,
  });
  return 'nothing';
};

/** And a supervision: the engine's log runs on without it, and the next one looks at it anew. */
const closeSupervise: Closer = async (stopped, ports) => {
  if (!wasCutOff(stopped)) return 'nothing';
  const reason = reasonOfEnd(stopped, 'InvariantViolation', 'InvariantViolation');
  await ports.announcer.announce({
    name: 'SupervisionFailed',
    cluster: EVERY_CLUSTER,
    region: ports.region,
    reason,
    sentence: `a supervision of the logs in ${ports.region} did not come to its end: ${reason.message}; the next one looks at them anew`,
  });
  return 'nothing';
};

/** And a scrub: where it stood lies in the vault, and the next one goes on from there. */
const closeVerify: Closer = async (stopped, ports) => {
  if (stopped.status === 'FAILED') return 'nothing';
  const reason = reasonOfEnd(stopped, 'InvariantViolation', 'InvariantViolation');
  await ports.announcer.announce({
    name: 'ScrubFailed',
    cluster: EVERY_CLUSTER,
    region: ports.region,
    reason,
    sentence: `a scrub in ${ports.region} did not come to its end: ${reason.message}; the next one goes on from there`,
  });
  return 'nothing';
};

/** An answer leaves nothing open: what waits goes on waiting, and whoever answers sees that it did not arrive. */
const closeAnswer: Closer = async () => 'nothing';

const CLOSERS: Readonly<Record<Stopped['machine'], Closer>> = {
  answer: closeAnswer,
  backup: closeBackup,
  copy: closeCopy,
  drill: closeDrill,
  expire: closeExpire,
  failback: closePlanned,
  switchover: closePlanned,
  failover: closeFailover,
  reconcile: closeReconcile,
  restore: closeRestore,
  supervise: closeSupervise,
  verify: closeVerify,
};
