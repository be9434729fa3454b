import { type Clock, type Duration, type Instant, iso, later } from '../../core/time/instant.ts';
import { type RandomStream, Streams } from '../random/streams.ts';
import { EventQueue, type Timer } from './event-queue.ts';

/**
 * Virtual time. Nothing happens by itself: work is queued for an instant, and `runUntil` takes it in order of
 * (instant, order of queueing), one at a time. Code that awaits `sleep` stops until its instant comes, so at any
 * moment at most one piece of code runs and a seed fixes everything.
 *
 * Does not model: real parallelism (two Lambdas never run in the same microsecond) and CPU time (code is instant;
 * only calls and waits take time).
 */
export class World implements Clock {
  readonly #queue = new EventQueue();
  readonly #streams: Streams;
  /** What is awaited outside of this world, until it is there. */
  readonly #outside = new Set<Promise<unknown>>();
  readonly #lines: string[] = [];
  #now: Instant;
  #failure: { readonly error: unknown } | undefined;
  /** How many queued events have been taken: the measure of work done. */
  events = 0;

  constructor(start: Instant, seed: number) {
    this.#now = start;
    this.#streams = new Streams(seed);
  }

  now(): Instant {
    return this.#now;
  }

  random(stream: string): RandomStream {
    return this.#streams.stream(stream);
  }

  /** The run's log: the same seed gives the same lines. */
  log(line: string): void {
    this.#lines.push(`${iso(this.#now)} ${line}`);
  }

  get lines(): readonly string[] {
    return this.#lines;
  }

  /** Runs `work` at an instant (now, when that has passed). An error in it ends the run. */
  at(when: Instant, work: () => void | Promise<void>): Timer {
    return this.#queue.push(when < this.#now ? this.#now : when, () => {
      try {
        const result = work();
        if (result) result.catch((error) => this.#fail(error));
      } catch (error) {
        this.#fail(error);
      }
    });
  }

  after(delay: Duration, work: () => void | Promise<void>): Timer {
    return this.at(later(this.#now, delay), work);
  }

  /**
   * Waits for something real (loading a module, a file of the host). Virtual time stands still meanwhile. Everything
   * else that code in this world awaits must come from this world, or the order of things would depend on the host.
   */
  async external<T>(work: Promise<T>): Promise<T> {
    this.#outside.add(work);
    try {
      return await work;
    } finally {
      this.#outside.delete(work);
    }
  }

  /** Waits in virtual time. */
  sleep(delay: Duration): Promise<void> {
    return new Promise((resolve) => {
      this.#queue.push(later(this.#now, delay), () => resolve());
    });
  }

  /** Takes events until `until`, or until none is left before it. */
  async runUntil(until: Instant): Promise<void> {
    await this.settle();
    for (;;) {
      const next = this.#queue.peek();
      if (next === undefined || next > until) break;
      await this.step();
    }
    if (until > this.#now) this.#now = until;
  }

  /** Takes events while `going` says so. False when the queue ran dry first. */
  async runWhile(going: () => boolean): Promise<boolean> {
    await this.settle();
    while (going()) {
      if (this.#queue.peek() === undefined) return false;
      await this.step();
    }
    return true;
  }

  async step(): Promise<void> {
    const event = this.#queue.pop();
    if (!event) return;
    this.#now = event.at;
    this.events++;
    event.work();
    await this.settle();
  }

  /** Lets the code that is running come to its next sleep or its end. */
  async settle(): Promise<void> {
    for (;;) {
      await turn();
      if (this.#outside.size === 0) break;
      // Waited for, not looked for again and again: what is outside wants the processor for itself.
      await Promise.race(this.#outside).catch(() => {});
    }
    if (this.#failure) throw this.#failure.error;
  }

  #fail(error: unknown): void {
    this.#failure ??= { error };
  }
}

/** One turn of Node's loop: every promise that can settle without the outside world has settled after it. */
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
