import { type Duration, milliseconds } from '../../core/time/instant.ts';
import type { Timer } from '../clock/event-queue.ts';
import type { World } from '../clock/world.ts';
import { StateFailure } from './failure.ts';

/** Behind everything that is under way at this instant. */
const NEXT = milliseconds(0);

/** Settles when the region is lit; undefined while it is. */
export type Light = () => Promise<void> | undefined;

/**
 * How long a piece of an execution lives: the whole, one branch, one task. When it ends, its timers are gone and its
 * code never wakes again, because nothing that it waits for settles. Children end with their parent.
 *
 * Time runs on in a dark region and nobody looks at the clock there: a wait, a time-out or a heartbeat that elapses in
 * the dark is noticed when the region is back, behind the answers that waited for the same. So work that was struck
 * down with its region fails as what it is, and not as late. What AWS does is not documented; that an execution is
 * not lost with a part of its region is.
 */
export class Life {
  readonly #world: World;
  readonly #parent: Life | undefined;
  readonly #light: Light | undefined;
  readonly #timers = new Set<Timer>();
  readonly #endings = new Set<() => void>();
  ended = false;

  /** @param light of the region that it runs in. @default its parent's, or a region that is never dark */
  constructor(world: World, parent?: Life, light?: Light) {
    this.#world = world;
    this.#parent = parent;
    this.#light = light ?? (parent ? parent.#light : undefined);
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
      const lit = this.#light?.();
      if (lit) lit.then(() => this.ended || this.after(NEXT, work));
      else work();
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
