import type { RecoveryPointId } from '../../core/ids/names.ts';
import { type Instant, iso } from '../../core/time/instant.ts';
import { capture } from '../../lambdas/backup/capture-recovery-point/capture.ts';
import { captureOne } from '../../lambdas/backup/capture-shard/capture.ts';
import { poll } from '../../lambdas/backup/poll-capture/poll.ts';
import { seal } from '../../lambdas/backup/seal-recovery-point/seal.ts';
import { verify } from '../../lambdas/backup/verify-recovery-point/verify.ts';
import { begin } from '../../lambdas/copy/begin-copy/begin.ts';
import { copyOne } from '../../lambdas/copy/copy-shard/copy.ts';
import { poll as pollCopy } from '../../lambdas/copy/poll-copy/poll.ts';
import { prove } from '../../lambdas/copy/prove-copy/prove.ts';
import { type Progress, progress } from '../../workflows/contracts/shared.ts';
import { RECOVERY, type TaskWorld } from './task-world.ts';

export const executionOf = (name: string): string =>
  `arn:aws:states:eu-west-1:111122223333:execution:holdfast-backup:${name}`;

export const carried = <Out extends object>(output: Out): Out & Progress => ({
  ...output,
  ...progress.parse(output),
});

/** The tasks of `holdfast-backup` in the order of its states, up to the capture's end. */
export async function captured(world: TaskWorld, clusterName: string, rule: string, at: Instant) {
  const ports = world.ports();
  const request = { cluster: clusterName, rule, scheduledAt: iso(at) };
  const input = { request, execution: executionOf(`${clusterName}-${rule}-${at}`), startedAt: iso(at) };
  let state = carried(await capture(input, ports, at));
  while (state.outcome === 'shards') {
    const { cluster, recoveryPointId } = state;
    for (const shard of state.shards) await captureOne({ cluster, recoveryPointId, shard }, ports, at);
    state = carried(await poll({ capture: state }, ports, at));
  }
  return state;
}

export async function sealed(
  world: TaskWorld,
  clusterName: string,
  rule: string,
  at: Instant,
): Promise<RecoveryPointId> {
  const state = await captured(world, clusterName, rule, at);
  await verify({ capture: state }, world.ports(), at);
  await seal({ capture: state }, world.ports(), at);
  return state.recoveryPointId;
}

/** The tasks of `holdfast-copy` in the order of its states. */
export async function copied(
  world: TaskWorld,
  cluster: string,
  recoveryPointId: RecoveryPointId,
  at: Instant,
): Promise<void> {
  const ports = world.ports();
  const request = { cluster, recoveryPointId, region: RECOVERY };
  let copy = carried(await begin(request, ports, at));
  while (copy.outcome === 'shards') {
    for (const shard of copy.shards) await copyOne({ ...request, shard }, ports, at);
    copy = carried(await pollCopy({ ...request, copy }, ports, at));
  }
  await prove({ ...request, copy }, ports, at);
}

/** Runs a task and then the same task again, as a retry would whose first answer was lost. */
export async function twice<T>(
  world: TaskWorld,
  task: () => Promise<T>,
): Promise<{ first: T; second: T; same: boolean }> {
  const first = await task();
  const after = world.catalog.dump();
  const second = await task();
  return { first, second, same: world.catalog.dump() === after };
}
