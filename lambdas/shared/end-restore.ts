import type { RestoreRecord } from '../../core/catalog/recovery-point.ts';
import type { Abandoned, Cursor } from '../../core/engines/driver.ts';
import { EngineBusy, HoldfastError, type Reason, reasonOf } from '../../core/errors/registry.ts';
import { clusterOf } from '../../core/plan/installation.ts';
import type { Head } from '../../core/receipts/receipt.ts';
import { PROTECTED } from '../../core/recovery/target.ts';
import type { Instant } from '../../core/time/instant.ts';
import { leaveTargetAtEnd, leaveTargetSoon } from './claim-target.ts';
import type { TaskPorts } from './ports.ts';
import { receiptOfRestore } from './receipt-of-restore.ts';
import { restoreTurns } from './turns.ts';
import { receiptFacts } from './write-receipt.ts';

type EndPorts = Pick<
  TaskPorts,
  'region' | 'configuration' | 'catalog' | 'drivers' | 'receipts' | 'announcer' | 'telemetry'
>;

/** How far a restore came. */
interface Stood {
  /** False when it ended before it could write anything. @default true */
  readonly wasBegun?: boolean;
  /** What its driver remembered last. */
  readonly cursor?: Cursor;
}

/**
 * Ends a restore that did not come to its record: what still runs for it is stopped, and what it wrote is left, because it
 * may be all that somebody has. Stops before it records: a crash in between leaves the restore open, and the repetition
 * stops again.
 *
 * @param stood where it stood, when that is known
 */
export async function endRestore(
  record: RestoreRecord,
  reason: Reason,
  ports: EndPorts,
  now: Instant,
  { wasBegun = true, cursor }: Stood = {},
): Promise<void> {
  if (record.state === 'restored') {
    await leaveTargetAtEnd(record, ports, now);
    const receipt = await receiptOfRestore(record, ports, now);
    return announce(record, reason, 'the restore itself was recorded as done', receipt, ports);
  }
  const abandoned = await abandon(record, record.reason ?? reason, ports, now, cursor);
  const { target, left, ending }: Abandoned = wasBegun ? abandoned : { target: 'untouched' };
  // Recorded before, this very text was its reason.
  const told =
    record.state === 'failed' && record.reason
      ? record.reason
      : { ...reason, message: left ? `${reason.message}; ${left}` : reason.message };
  const failed: RestoreRecord = { ...record, state: 'failed', endedAt: record.endedAt ?? now, reason: told };
  if (record.state === 'restoring') {
    // Before the record: once that is closed, the place may be another's.
    if (ending) await leaveTargetSoon(record, ports, now);
    else await leaveTargetAtEnd(record, ports, now);
    await ports.catalog.closeRestore(failed);
  }
  const standing =
    target === 'untouched'
      ? `nothing was written into ${record.target}`
      : record.target.endsWith(PROTECTED)
        ? `what it wrote into ${record.target}, is not to be trusted, and the cluster itself is not to be removed`
        : `${record.target} is not to be trusted; remove it, or name another target, and start the restore again`;
  await announce(record, told, standing, await receiptOfRestore(failed, ports, now), ports);
}

/** What cannot be stopped is said in the reason: a restore that stays open for ever tells nobody anything. */
async function abandon(
  record: RestoreRecord,
  reason: Reason,
  ports: EndPorts,
  now: Instant,
  cursor: Cursor | undefined,
): Promise<Abandoned> {
  const { installation } = await ports.configuration.read();
  const cluster = clusterOf(installation, record.cluster);
  if (!cluster)
    return {
      target: 'unfinished',
      left: `${record.cluster} left the configuration, so what may still run for ${record.id} was not stopped`,
    };
  try {
    const turns = restoreTurns(ports.catalog, record, now);
    return await ports.drivers(cluster.engine).abandonRestore({
      ...{ cluster, region: record.region, restore: record, reason, turns },
      ...(cursor && { cursor }),
    });
  } catch (error) {
    // Its record was closed when all of it had stopped: who is busy now is so with another's, which may take hours.
    if (record.state === 'failed' && error instanceof EngineBusy) return { target: 'unfinished' };
    if (error instanceof HoldfastError && error.retryable) throw error;
    const why = reasonOf(error);
    ports.telemetry.error(
      `what runs for ${record.id} could not be stopped`,
      error instanceof Error ? error : new Error(why.message),
      { restore: record.id },
    );
    return {
      target: 'unfinished',
      left: `what may still run for it could not be stopped (${why.name}: ${why.message}); stop it yourself: it is marked as started by ${record.id}`,
    };
  }
}

const announce = (
  record: RestoreRecord,
  reason: Reason,
  standing: string,
  receipt: Head | undefined,
  { announcer }: Pick<TaskPorts, 'announcer'>,
): Promise<void> =>
  announcer.announce({
    name: 'RestoreFailed',
    cluster: record.cluster,
    region: record.region,
    reason,
    sentence: `the restore ${record.id} failed: ${reason.message}; ${standing}`,
    facts: { restore: record.id, target: record.target, ...receiptFacts(receipt) },
    ...(record.recoveryPoint !== undefined && { recoveryPoint: record.recoveryPoint }),
  });
