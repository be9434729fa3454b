import type { DrillRecord } from '../../../core/drills/drill.ts';
import { type Instant, iso, seconds, speak } from '../../../core/time/instant.ts';
import type { recordDrill } from '../../../workflows/contracts/drill.ts';
import type { Input, Output, TaskPorts } from '../../shared/ports.ts';
import { receiptFacts, writeReceipt } from '../../shared/write-receipt.ts';
import { draftOf } from '../receipt-of-drill.ts';
import { type DrillState, ended } from './ended.ts';

type RecordPorts = Pick<TaskPorts, 'region' | 'catalog' | 'drills' | 'receipts' | 'announcer' | 'telemetry'>;

/** A drill that the sweep has ended stays as it ended; that all of it is gone by now is added. */
export async function record(
  { state }: Input<typeof recordDrill>,
  ports: RecordPorts,
  now: Instant,
): Promise<Output<typeof recordDrill>> {
  const { cluster, drillId } = state.drill;
  const drill = await ports.drills.openDrill(openedLate(state, ports.region, now));
  const restores = await ports.catalog.restores(cluster);
  const done = ended(
    drill,
    state,
    restores.find((restore) => restore.drill?.id === drillId),
    now,
  );
  const head = await writeReceipt(await draftOf(done, ports), ports, now);
  const recorded: DrillRecord = { ...done, ...(head && { receipt: head.number }) };
  await ports.drills.recordDrill(recorded);
  await announce(recorded, receiptFacts(head), ports);
  return {
    outcome: recorded.state === 'passed' ? 'passed' : 'failed',
    drillId,
    ...(recorded.reason && { reason: { ...recorded.reason } }),
  };
}

/** Resolve opens the record; what stands here is never written unless somebody removed it. */
const openedLate = ({ drill }: DrillState, region: string, now: Instant): DrillRecord => ({
  ...{ id: drill.drillId, cluster: drill.cluster, region, mode: 'ordinary', pick: 'latest' },
  ...{ state: 'drilling', startedAt: now, deadline: now },
});

const announce = (
  drill: DrillRecord,
  receipt: Readonly<Record<string, string | number>>,
  { announcer }: RecordPorts,
): Promise<void> =>
  announcer.announce({
    name: drill.state === 'passed' ? 'DrillPassed' : 'DrillFailed',
    cluster: drill.cluster,
    region: drill.region,
    sentence: sentenceOf(drill),
    facts: {
      drill: drill.id,
      mode: drill.mode,
      ...(drill.by !== undefined && { by: drill.by }),
      ...Object.fromEntries((drill.steps ?? []).map((step) => [step.name, step.seconds])),
      ...receipt,
    },
    ...(drill.reason && { reason: drill.reason }),
    ...(drill.recoveryPoint !== undefined && { recoveryPoint: drill.recoveryPoint }),
  });

function sentenceOf(drill: DrillRecord): string {
  const what = `the drill ${drill.id} of ${drill.recoveryPoint ?? drill.cluster} in ${drill.region}`;
  const gone = drill.tornDownAt === undefined ? '; something of it is still there, and is swept' : '';
  if (drill.state !== 'passed') return `${what} failed: ${drill.reason?.message ?? 'no reason'}${gone}`;
  const restored = drill.steps?.find(({ name }) => name === 'restore');
  const lost = drill.mode === 'region-lost' ? ', without the primary region' : '';
  const at = drill.instant === undefined ? '' : ` to ${iso(drill.instant)}`;
  return `${what} passed${lost}: restored${at} within ${speak(seconds(restored?.seconds ?? 0))}, compared, and removed again`;
}
