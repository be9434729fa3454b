import type { RecoveryPoint, RestoreRecord } from '../../../core/catalog/recovery-point.ts';
import { RestoreFailed } from '../../../core/errors/registry.ts';
import { achievedRpo, achievedRto } from '../../../core/recovery/achieved.ts';
import { type Instant, inSeconds, iso, seconds, speak } from '../../../core/time/instant.ts';
import type { recordRestore } from '../../../workflows/contracts/restore.ts';
import { leaveTarget } from '../../shared/claim-target.ts';
import { knownPoint } from '../../shared/lookups.ts';
import type { Input, Output, TaskPorts } from '../../shared/ports.ts';
import { newRestore } from '../restore-spec.ts';

type RecordPorts = Pick<TaskPorts, 'region' | 'catalog' | 'announcer' | 'telemetry'>;
type Measured = RestoreRecord &
  Required<Pick<RestoreRecord, 'items' | 'bytes' | 'achievedRpoSeconds' | 'achievedRtoSeconds'>>;

/** Measures once: a retry finds the record closed, and its times are the ones that count. */
export async function record(
  { restore, work }: Input<typeof recordRestore>,
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
  const done = measured(begun, point, work.cursor, now);
  if (begun.state === 'restoring') await catalog.closeRestore(done);
  await leaveTarget(done, { catalog }, now);
  telemetry.metric('AchievedRto', 'Seconds', done.achievedRtoSeconds, {
    cluster: done.cluster,
    region: done.region,
  });
  await announce(ports, done);
  return {
    restoreId: done.id,
    recoveryPointId: restore.recoveryPointId,
    restoredTo: iso(done.instant),
    target: done.target,
    items: done.items,
    bytes: done.bytes,
    achievedRpoSeconds: done.achievedRpoSeconds,
    achievedRtoSeconds: done.achievedRtoSeconds,
  };
}

/** What the engine counted while restoring; where it counts nothing, what the recovery point holds. */
function measured(
  begun: RestoreRecord,
  point: RecoveryPoint,
  cursor: Readonly<Record<string, unknown>>,
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
    achievedRtoSeconds: begun.achievedRtoSeconds ?? inSeconds(achievedRto(begun.startedAt, now)),
  };
}

const announce = ({ announcer }: RecordPorts, done: Measured): Promise<void> =>
  announcer.announce({
    name: 'RestoreFinished',
    cluster: done.cluster,
    region: done.region,
    sentence: `${done.cluster} is restored to ${iso(done.instant)} in ${done.target}, compared with its manifest, after ${speak(seconds(done.achievedRtoSeconds))}`,
    facts: {
      restore: done.id,
      items: done.items,
      bytes: done.bytes,
      achievedRpoSeconds: done.achievedRpoSeconds,
      achievedRtoSeconds: done.achievedRtoSeconds,
    },
    ...(done.recoveryPoint !== undefined && { recoveryPoint: done.recoveryPoint }),
  });
