import type { Duration } from '../../core/time/instant.ts';
import type { Timer } from '../clock/event-queue.ts';
import type { World } from '../clock/world.ts';
import { StateFailure } from './failure.ts';

/**
 * How long a piece of an execution lives: the whole, one branch, one task. When it ends, its timers are gone and its
 * code never wakes again, because nothing that it waits for settles. Children end with their parent.
 */
export class Life {
  readonly #world: World;
  readonly #parent: Life | undefined;
  readonly #timers = new Set<Timer>();
  readonly #endings = new Set<() => void>();
  ended = false;

  constructor(world: World, parent?: Life) {
    this.#world = world;
    this.#parent = parent;
    parent?.onEnd(this.end);
  }

  sleep(delay: Duration): Promise<void> {
    return new Promise((resolve) => {
      this.after(delay, resolve);
    });
  }

  after(delay: Duration, work: () => void): Timer {
    const timer = this.#world.after(delay, () => {
      this.#timers.delete(timer);
      work();
    });
    this.#timers.add(timer);
    return timer;
  }

  /** Work that goes on outside; its outcome is heard only while this life lasts. */
  hold<T>(work: Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      work.then(
        (value) => {
          if (!this.ended) resolve(value);
        },
        (error) => {
          // A defect of the embedded cloud is heard always.
          if (!this.ended || !(error instanceof StateFailure)) reject(error);
        },
      );
    });
  }

  onEnd(work: () => void): void {
    this.#endings.add(work);
  }

  forget(work: () => void): void {
    this.#endings.delete(work);
  }

  readonly end = (): void => {
    if (this.ended) return;
    this.ended = true;
    this.#parent?.forget(this.end);
    for (const timer of this.#timers) timer.cancel();
    this.#timers.clear();
    for (const ending of [...this.#endings]) ending();
    this.#endings.clear();
  };
}
