import { seconds } from '../../core/time/instant.ts';
import type { World } from './world.ts';

/** How often a dark region is looked at again. */
const LOOK_AGAIN = seconds(15);

/**
 * What runs in a region stands still while the region is dark. Everything that the embedded cloud runs by itself
 * (executions, functions, schedules, deliveries) waits here, so that "dark" means the same for all of it: those who
 * waited go on in the order in which they came.
 */
export class Daylight {
  readonly #world: World;
  readonly isDark: (region: string) => boolean;
  readonly #waiting = new Map<string, (() => void)[]>();

  constructor(world: World, isDark: (region: string) => boolean = () => false) {
    this.#world = world;
    this.isDark = isDark;
  }

  /** Settles when the region is lit. Ask `isDark` first where a turn of the event loop counts. */
  of(region: string): Promise<void> {
    if (!this.isDark(region)) return Promise.resolve();
    return new Promise((resolve) => {
      const waiting = this.#waiting.get(region);
      if (waiting) waiting.push(resolve);
      else {
        this.#waiting.set(region, [resolve]);
        this.#lookAgain(region);
      }
    });
  }

  #lookAgain(region: string): void {
    this.#world.after(LOOK_AGAIN, () => {
      if (this.isDark(region)) return this.#lookAgain(region);
      const waiting = this.#waiting.get(region) ?? [];
      this.#waiting.delete(region);
      for (const goOn of waiting) goOn();
    });
  }
}
