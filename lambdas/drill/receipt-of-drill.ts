import type { DrillRecord } from '../../core/drills/drill.ts';
import { spokenOf } from '../../core/heartbeat/reading.ts';
import type { ReceiptDraft } from '../../core/receipts/receipt.ts';
import { iso } from '../../core/time/instant.ts';

/** What the receipt of a drill says: all that was compared, and that it was removed again. */
export function draftOf(drill: DrillRecord): ReceiptDraft {
  const {
    checks = [],
    endedAt,
    heartbeat,
    instant,
    items,
    bytes,
    reason,
    recoveryPoint,
    root,
    steps,
  } = drill;
  const rto = steps?.find(({ name }) => name === 'restore')?.seconds;
  return {
    kind: 'drill',
    about: drill.id,
    cluster: drill.cluster,
    outcome: drill.state === 'passed' ? 'passed' : 'failed',
    startedAt: iso(drill.startedAt),
    endedAt: iso(endedAt ?? drill.startedAt),
    checks: [
      ...checks.map((check) => ({ ...check })),
      {
        name: 'torn-down',
        outcome: drill.tornDownAt === undefined ? 'failed' : 'passed',
        detail:
          drill.tornDownAt === undefined
            ? 'something of it was still there when it ended'
            : `nothing of it was left at ${iso(drill.tornDownAt)}`,
      },
    ],
    ...(recoveryPoint !== undefined && { recoveryPoint }),
    ...(root !== undefined && { root }),
    ...(instant !== undefined && { restoredTo: iso(instant) }),
    ...(drill.target !== undefined && { target: drill.target }),
    ...(items !== undefined && { items }),
    ...(bytes !== undefined && { bytes }),
    ...(rto !== undefined && { achievedRtoSeconds: rto }),
    ...(heartbeat && { heartbeat: spokenOf(heartbeat) }),
    ...(reason && { reason }),
  };
}
