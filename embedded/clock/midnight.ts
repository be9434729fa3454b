import { days, type Instant } from '../../core/time/instant.ts';
import type { World } from './world.ts';

/** Does work at every midnight, UTC, for as long as the world goes on. */
export function everyMidnight(world: World, work: (now: Instant) => void): void {
  const midnight = ((Math.floor(world.now() / days(1)) + 1) * days(1)) as Instant;
  world.at(midnight, () => {
    work(world.now());
    everyMidnight(world, work);
  });
}
