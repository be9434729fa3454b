import type { Instant } from '../../core/time/instant.ts';

/** What AWS no longer lists. */
export const GONE = 'gone';

/**
 * The statuses that a resource passes through, each from its instant on. They are laid down when an operation is
 * accepted, and which one holds follows from the clock alone: nothing completes by being looked at.
 */
export class Timeline {
  #phases: { readonly from: Instant; readonly status: string }[];

  constructor(status: string, from: Instant) {
    this.#phases = [{ status, from }];
  }

  status(now: Instant): string {
    return (this.#phases.findLast((phase) => phase.from <= now) ?? this.#phases[0]!).status;
  }

  /** Lays down what follows. */
  next(status: string, from: Instant): this {
    this.#phases.push({ status, from });
    this.#phases.sort((a, b) => a.from - b.from);
    return this;
  }

  /** Forgets what was to come after `now`: something else happens instead. */
  interrupt(now: Instant): this {
    const [first, ...rest] = this.#phases;
    this.#phases = [first!, ...rest.filter((phase) => phase.from <= now)];
    return this;
  }

  /** Is another status on its way? */
  goesOn(now: Instant): boolean {
    return this.#phases.some((phase) => phase.from > now);
  }

  /** When a status first comes or came; undefined when it is not on the way. */
  when(status: string): Instant | undefined {
    return this.#phases.find((phase) => phase.status === status)?.from;
  }
}
