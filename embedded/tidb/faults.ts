/** What may go wrong inside a cluster, asked whenever it could. Whoever injects faults by chance implements this. */
export interface TidbFaults {
  /** Does this store keep from flushing its log now, while the task stays NORMAL? */
  readonly stuck?: (cluster: string, storeId: number) => boolean;
  /** Does S3 refuse this call of a store's own role? BR's role is not asked about. */
  readonly denied?: (cluster: string, storeId: number, operation: string) => boolean;
  readonly pdUnreachable?: (cluster: string) => boolean;
  /**
   * At which share of its work, in [0, 1), the kernel kills this run of BR for its memory (exit code 137).
   * `log truncate` is at 0 before it deletes. Asked once per run.
   */
  readonly outOfMemoryAt?: (command: string) => number | undefined;
}

/** Switches that a test or a story turns by hand, together with the faults of chance. */
export class TidbSwitches implements Required<Omit<TidbFaults, 'outOfMemoryAt'>> {
  readonly #stuck = new Set<number>();
  readonly #chance: TidbFaults;
  /** S3 refuses all stores of the cluster, while BR's own calls pass. */
  deniesStores = false;
  hidesPd = false;

  constructor(chance: TidbFaults = {}) {
    this.#chance = chance;
  }

  stopFlushing(storeId: number): void {
    this.#stuck.add(storeId);
  }

  flushAgain(storeId: number): void {
    this.#stuck.delete(storeId);
  }

  readonly stuck = (cluster: string, storeId: number): boolean =>
    this.#stuck.has(storeId) || (this.#chance.stuck?.(cluster, storeId) ?? false);

  readonly denied = (cluster: string, storeId: number, operation: string): boolean =>
    this.deniesStores || (this.#chance.denied?.(cluster, storeId, operation) ?? false);

  readonly pdUnreachable = (cluster: string): boolean =>
    this.hidesPd || (this.#chance.pdUnreachable?.(cluster) ?? false);
}
