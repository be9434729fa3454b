import type { RestoreRecord } from '../../core/catalog/recovery-point.ts';
import { spokenOf } from '../../core/heartbeat/reading.ts';
import { originOf } from '../../core/receipts/origin.ts';
import type { Head, ReceiptDraft } from '../../core/receipts/receipt.ts';
import { type Instant, iso } from '../../core/time/instant.ts';
import type { TaskPorts } from './ports.ts';
import { writeReceipt } from './write-receipt.ts';

type RestorePorts = Pick<TaskPorts, 'region' | 'catalog' | 'receipts' | 'announcer' | 'telemetry'>;

/**
 * Writes the receipt of a restore whose record is closed. A drill's restore has none of its own: the drill's receipt says
 * more about it, and what was torn down.
 */
export async function receiptOfRestore(
  record: RestoreRecord,
  ports: RestorePorts,
  now: Instant,
): Promise<Head | undefined> {
  if (record.drill) return undefined;
  return writeReceipt(await draftOfRestore(record, ports, now), ports, now);
}

/** What the receipt of a restore says. But for what its point is asked for, all of it stands in the record. */
export async function draftOfRestore(
  record: RestoreRecord,
  { catalog }: Pick<TaskPorts, 'catalog'>,
  now: Instant,
): Promise<ReceiptDraft> {
  const { items, bytes, achievedRpoSeconds, achievedRtoSeconds, heartbeat, reason, recoveryPoint } = record;
  const point = recoveryPoint === undefined ? undefined : await catalog.point(recoveryPoint);
  const passed = record.state === 'restored';
  return {
    kind: 'restore',
    about: record.id,
    cluster: record.cluster,
    outcome: passed ? 'passed' : 'failed',
    startedAt: iso(record.startedAt),
    endedAt: iso(record.endedAt ?? now),
    target: record.target,
    checks: [
      passed
        ? { name: 'validated', outcome: 'passed', detail: 'what was restored was compared with the manifest' }
        : { name: 'validated', outcome: 'failed', detail: reason?.message ?? 'no reason was recorded' },
    ],
    ...originOf(record, point),
    ...(record.part && { part: record.part }),
    ...(record.asked && { asked: record.asked }),
    ...(items !== undefined && { items }),
    ...(bytes !== undefined && { bytes }),
    ...(achievedRpoSeconds !== undefined && { achievedRpoSeconds }),
    ...(achievedRtoSeconds !== undefined && { achievedRtoSeconds }),
    ...(heartbeat && { heartbeat: spokenOf(heartbeat) }),
    ...(reason && { reason }),
  };
}
