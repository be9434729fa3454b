import { hours, type Instant, later } from '../../core/time/instant.ts';
import { decide } from '../../lambdas/expire/decide-expiry/decide.ts';
import { discard } from '../../lambdas/expire/discard-expired/discard.ts';
import { request } from '../../lambdas/expire/request-expiry/request.ts';
import { copied, sealed } from './task-runs.ts';
import { TaskWorld, time } from './task-world.ts';

export const START = time('2026-11-02T00:00:00Z');
export const EXECUTION = 'arn:aws:states:eu-west-1:111122223333:execution:holdfast-expire:nightly-1';

/** `count` hourly points of a cluster, sealed and copied. The plan keeps the newest two. */
export async function withPoints(count: number, clusterName = 'orders', world = new TaskWorld()) {
  const ids: string[] = [];
  for (let n = 0; n < count; n++) {
    const at = later(START, hours(n));
    const id = await sealed(world, clusterName, 'hourly', at);
    await copied(world, clusterName, id, at);
    ids.push(id);
  }
  world.events.length = 0;
  return { world, ids };
}

/** What a state machine does between Decide and Discard. */
export async function expired(world: TaskWorld, now: Instant) {
  for (let expiry: Awaited<ReturnType<typeof decide>> | undefined; ; ) {
    expiry = await decide({ execution: EXECUTION, state: expiry ? { expiry } : {} }, world.ports(), now);
    if (expiry.outcome === 'nothing') return expiry;
    await request({ expiry }, world.ports(), now);
  }
}

export async function emptied(world: TaskWorld, region: string, now: Instant) {
  for (let lap: Awaited<ReturnType<typeof discard>> | undefined; ; ) {
    lap = await discard(
      {
        expiry: { outcome: 'nothing', plan: '', handled: 0, refused: 0, lap: 1, holder: EXECUTION },
        discard: lap,
      },
      world.ports(region),
      now,
    );
    if (lap.outcome === 'done') return lap;
  }
}
