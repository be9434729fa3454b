import type { DrillRecord } from '../../core/drills/drill.ts';
import { spokenOf } from '../../core/heartbeat/reading.ts';
import { originOf } from '../../core/receipts/origin.ts';
import type { ReceiptDraft } from '../../core/receipts/receipt.ts';
import { iso } from '../../core/time/instant.ts';
import type { TaskPorts } from '../shared/ports.ts';

/** What the receipt of a drill says: all that was compared and measured, and that it was removed again. */
export async function draftOf(
  drill: DrillRecord,
  { catalog }: Pick<TaskPorts, 'catalog'>,
): Promise<ReceiptDraft> {
  const { checks = [], endedAt, heartbeat, items, bytes, reason, recoveryPoint, steps, tornDownAt } = drill;
  const rto = steps?.find(({ name }) => name === 'restore')?.seconds;
  // The record has the root; only where a log began is asked of the point.
  const asked = drill.chain === undefined ? undefined : recoveryPoint;
  return {
    kind: 'drill',
    about: drill.id,
    cluster: drill.cluster,
    outcome: drill.state === 'passed' ? 'passed' : 'failed',
    mode: drill.mode,
    startedAt: iso(drill.startedAt),
    endedAt: iso(endedAt ?? drill.startedAt),
    checks: [
      ...checks.map((check) => ({ ...check })),
      {
        name: 'torn-down',
        outcome: tornDownAt === undefined ? 'failed' : 'passed',
        detail:
          tornDownAt === undefined
            ? 'something of it was still there when it ended'
            : `nothing of it was left at ${iso(tornDownAt)}`,
      },
    ],
    ...originOf(drill, asked === undefined ? undefined : await catalog.point(asked)),
    ...(steps && { steps: steps.map((step) => ({ ...step })) }),
    ...(drill.target !== undefined && { target: drill.target }),
    ...(items !== undefined && { items }),
    ...(bytes !== undefined && { bytes }),
    ...(rto !== undefined && { achievedRtoSeconds: rto }),
    ...(heartbeat && { heartbeat: spokenOf(heartbeat) }),
    ...(reason && { reason }),
  };
}
