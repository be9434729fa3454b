/** What may go wrong with a Milvus and its tool, asked whenever it could. */
export interface MilvusFaults {
  /** Does nobody answer at the cluster's own port? */
  readonly down?: (cluster: string) => boolean;
  /** Does nobody answer at its management endpoint? */
  readonly gcUnreachable?: (cluster: string) => boolean;
  /** At which share of its work, in [0, 1), is this run killed? Asked once per run. */
  readonly deathOf?: (command: string) => number | undefined;
  /** What does this run say before it ends with 1, in the middle of its work? Asked once per run. */
  readonly failureOf?: (command: string) => string | undefined;
  /** Does an import get nowhere now? `begins`: asked of it for the first time; later only whether that goes on. */
  readonly importStalls?: (cluster: string, begins: boolean) => boolean;
}
