import type { Duration } from '../../core/time/instant.ts';
import type { World } from '../clock/world.ts';

/** A call to which no answer came: the connection is given up, its effect unknown. */
export class GaveUp extends Error {
  override readonly name = 'TimeoutError';
}

/** Waits for an answer, and gives up after so long. */
export function within<T>(world: World, limit: Duration, work: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = world.after(limit, () => reject(new GaveUp(`no answer within ${limit / 1_000} s`)));
    work.then(resolve, reject).finally(() => timer.cancel());
  });
}
