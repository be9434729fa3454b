/** What may go wrong with a syncer, asked whenever it could. */
export interface CcrFaults {
  /** Does it consume no binlogs, while it reports its jobs as running (selectdb/ccr-syncer#28)? */
  readonly stalled?: (syncer: string) => boolean;
  /** Does the source say that it has no such binlogs? */
  readonly lagUnknown?: (syncer: string) => boolean;
  /** Does nothing listen there now? */
  readonly down?: (syncer: string) => boolean;
}

/** Switches that a test or a story turns by hand, together with the faults of chance. */
export class CcrSwitches implements Required<CcrFaults> {
  readonly #chance: CcrFaults;
  stalls = false;
  hidesLag = false;
  /** Nothing listens: the process is gone. Its jobs stand still with it. */
  isDown = false;
  /** Answers as newer versions do: progress and detail as objects, not JSON in a string, and a lag with its commits. */
  isNewer = false;

  constructor(chance: CcrFaults = {}) {
    this.#chance = chance;
  }

  readonly down = (syncer: string): boolean => this.isDown || (this.#chance.down?.(syncer) ?? false);

  readonly stalled = (syncer: string): boolean =>
    this.stalls || this.down(syncer) || (this.#chance.stalled?.(syncer) ?? false);

  readonly lagUnknown = (syncer: string): boolean =>
    this.hidesLag || (this.#chance.lagUnknown?.(syncer) ?? false);
}
