import type { RestoreRecord } from '../../core/catalog/recovery-point.ts';
import { spokenOf } from '../../core/heartbeat/reading.ts';
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
  const point = record.recoveryPoint && (await ports.catalog.point(record.recoveryPoint));
  return writeReceipt(draftOf(record, (point || undefined)?.content?.root, now), ports, now);
}

function draftOf(record: RestoreRecord, root: string | undefined, now: Instant): ReceiptDraft {
  const { items, bytes, achievedRpoSeconds, achievedRtoSeconds, heartbeat, reason, recoveryPoint } = record;
  const passed = record.state === 'restored';
  return {
    kind: 'restore',
    about: record.id,
    cluster: record.cluster,
    outcome: passed ? 'passed' : 'failed',
    restoredTo: iso(record.instant),
    startedAt: iso(record.startedAt),
    endedAt: iso(record.endedAt ?? now),
    target: record.target,
    checks: [
      passed
        ? { name: 'validated', outcome: 'passed', detail: 'what was restored was compared with the manifest' }
        : { name: 'validated', outcome: 'failed', detail: reason?.message ?? 'no reason was recorded' },
    ],
    ...(recoveryPoint !== undefined && { recoveryPoint }),
    ...(root !== undefined && { root }),
    ...(items !== undefined && { items }),
    ...(bytes !== undefined && { bytes }),
    ...(achievedRpoSeconds !== undefined && { achievedRpoSeconds }),
    ...(achievedRtoSeconds !== undefined && { achievedRtoSeconds }),
    ...(heartbeat && { heartbeat: spokenOf(heartbeat) }),
    ...(reason && { reason }),
  };
}
