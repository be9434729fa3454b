import type { RecoveryPoint, RestoreRecord } from '../../../core/catalog/recovery-point.ts';
import { RestoreFailed } from '../../../core/errors/registry.ts';
import { type HeartFinding, spokenOf, unread } from '../../../core/heartbeat/reading.ts';
import type { Head } from '../../../core/receipts/receipt.ts';
import { achievedRpo, achievedRto } from '../../../core/recovery/achieved.ts';
import { type Instant, inSeconds, iso, seconds, speak } from '../../../core/time/instant.ts';
import type { recordRestore } from '../../../workflows/contracts/restore.ts';
import { findingFromWire, findingOnWire } from '../../heartbeat/finding-on-wire.ts';
import { leaveTargetAtEnd } from '../../shared/claim-target.ts';
import { instantOf, knownPoint } from '../../shared/lookups.ts';
import type { Input, Output, TaskPorts } from '../../shared/ports.ts';
import { reasonCaught } from '../../shared/reasons.ts';
import { receiptOfRestore } from '../../shared/receipt-of-restore.ts';
import { receiptFacts } from '../../shared/write-receipt.ts';
import { newRestore } from '../restore-spec.ts';

type RecordPorts = Pick<TaskPorts, 'region' | 'catalog' | 'receipts' | 'announcer' | 'telemetry'>;
type Figures = 'items' | 'bytes' | 'achievedRpoSeconds' | 'achievedRtoSeconds';
type Measured = RestoreRecord & Required<Pick<RestoreRecord, Figures>>;
type Recorded = Measured & Required<Pick<RestoreRecord, 'heartbeat'>>;

/** Measures once: a retry finds the record closed, and its times are the ones that count. */
export async function record(
  { restore, work, heartbeat, error }: Input<typeof recordRestore>,
  ports: RecordPorts,
  now: Instant,
): Promise<Output<typeof recordRestore>> {
  const { catalog, telemetry } = ports;
  const point = await knownPoint(catalog, restore.recoveryPointId);
  const found = await catalog.restore(restore.cluster, restore.restoreId);
  if (found?.state === 'failed')
    throw new RestoreFailed(
      `${found.id} was recorded as failed: ${found.reason?.message ?? 'no reason was recorded'}`,
    );
  const begun = found ?? (await catalog.openRestore(newRestore(restore, ports.region)));
  const validatedAt = heartbeat ? instantOf(heartbeat.validatedAt) : now;
  const done: Recorded = {
    ...measured(begun, point, work.cursor, validatedAt, now),
    heartbeat: begun.heartbeat ?? foundIn({ heartbeat, error }),
  };
  if (begun.state === 'restoring') await catalog.closeRestore(done);
  await leaveTargetAtEnd(done, { catalog }, now);
  telemetry.metric('AchievedRto', 'Seconds', done.achievedRtoSeconds, {
    cluster: done.cluster,
    region: done.region,
  });
  const receipt = await receiptOfRestore(done, ports, now);
  await announce(ports, done, receipt, remarkIn(work.cursor));
  await announceHoles(ports, done);
  return {
    restoreId: done.id,
    recoveryPointId: restore.recoveryPointId,
    restoredTo: iso(done.instant),
    target: done.target,
    items: done.items,
    bytes: done.bytes,
    achievedRpoSeconds: done.achievedRpoSeconds,
    achievedRtoSeconds: done.achievedRtoSeconds,
    heartbeat: findingOnWire(done.heartbeat),
  };
}

/** An execution that began before there were heartbeats brings none. */
const foundIn = ({
  heartbeat,
  error,
}: Pick<Input<typeof recordRestore>, 'heartbeat' | 'error'>): HeartFinding => {
  if (heartbeat) return findingFromWire(heartbeat.finding);
  const { name, message } = error
    ? reasonCaught(error, 'HeartbeatUnread')
    : { name: 'HeartbeatUnread', message: 'this execution began before heartbeats were read' };
  return unread(name, message);
};

/** What the engine counted while restoring; where it counts nothing, what the recovery point holds. */
function measured(
  begun: RestoreRecord,
  point: RecoveryPoint,
  cursor: Readonly<Record<string, unknown>>,
  validatedAt: Instant,
  now: Instant,
): Measured {
  const counted = (name: 'items' | 'bytes'): number => {
    const count = begun[name] ?? cursor[name] ?? point.content?.[name];
    return typeof count === 'number' ? count : 0;
  };
  return {
    ...begun,
    state: 'restored',
    endedAt: begun.endedAt ?? now,
    items: counted('items'),
    bytes: counted('bytes'),
    achievedRpoSeconds: begun.achievedRpoSeconds ?? inSeconds(achievedRpo(begun.instant, begun.startedAt)),
    achievedRtoSeconds: begun.achievedRtoSeconds ?? inSeconds(achievedRto(begun.startedAt, validatedAt)),
  };
}

/** What an engine has to say of a restore that ended well: names that stayed otherwise than they were. */
const remarkIn = ({ remark }: Readonly<Record<string, unknown>>): string =>
  typeof remark === 'string' && remark !== '' ? `; ${remark}` : '';

const announce = (
  { announcer }: RecordPorts,
  done: Recorded,
  receipt: Head | undefined,
  remark: string,
): Promise<void> =>
  announcer.announce({
    name: 'RestoreFinished',
    cluster: done.cluster,
    region: done.region,
    sentence: `${done.cluster} is restored to ${iso(done.instant)} in ${done.target}, compared with its manifest, after ${speak(seconds(done.achievedRtoSeconds))}; ${spokenOf(done.heartbeat)}${remark}`,
    facts: {
      restore: done.id,
      items: done.items,
      bytes: done.bytes,
      achievedRpoSeconds: done.achievedRpoSeconds,
      achievedRtoSeconds: done.achievedRtoSeconds,
      ...receiptFacts(receipt),
      ...(done.heartbeat.outcome === 'read' && {
        provenLossSeconds: done.heartbeat.provenLossSeconds,
        missingBeats: done.heartbeat.missing,
        beatsBeyond: done.heartbeat.beyond,
      }),
    },
    ...(done.recoveryPoint !== undefined && { recoveryPoint: done.recoveryPoint }),
  });

/** Whoever is about to work with what was restored has to know that something in the middle of it is not there. */
async function announceHoles({ announcer }: RecordPorts, done: Recorded): Promise<void> {
  const { heartbeat } = done;
  if (heartbeat.outcome !== 'read' || heartbeat.missing === 0) return;
  await announcer.announce({
    name: 'HolesFound',
    cluster: done.cluster,
    region: done.region,
    sentence: `in ${done.target}, restored from ${done.cluster}, ${heartbeat.missing} heartbeats are missing from number ${heartbeat.firstMissing} on: what was written in those minutes may be missing too`,
    facts: {
      restore: done.id,
      missingBeats: heartbeat.missing,
      firstMissing: heartbeat.firstMissing ?? 0,
      newest: heartbeat.newest,
    },
    ...(done.recoveryPoint !== undefined && { recoveryPoint: done.recoveryPoint }),
  });
}
