/** What may go wrong inside a cluster, asked whenever it could. Whoever injects faults by chance implements this. */
export interface DorisFaults {
  /** Do the backends get nowhere with uploads and downloads now (apache/doris#66300)? */
  readonly transferStuck?: (cluster: string) => boolean;
  /** Does the frontend wait for snapshots that no backend reports (apache/doris#3058)? Asked at every tick. */
  readonly snapshotHangs?: (cluster: string) => boolean;
  /** Does the frontend wait for commits that no backend reports (apache/doris#29760)? Asked at every tick. */
  readonly commitHangs?: (cluster: string) => boolean;
  /** Has a compaction merged the versions that this backup's snapshot wants (apache/doris#3057)? Asked once per backup. */
  readonly versionsMerged?: (cluster: string) => boolean;
  /** Does S3 refuse this call of a backend? The frontend's own calls are not asked about. */
  readonly denied?: (cluster: string, backend: number, operation: string) => boolean;
  /** Is another job being submitted for longer than a submission waits? Asked once per submission. */
  readonly beingSubmitted?: (cluster: string) => boolean;
  /** Does an upload of the job's info leave a second object of the same name with another checksum? Asked once per job. */
  readonly duplicates?: (cluster: string) => boolean;
}

/** Switches that a test or a story turns by hand, together with the faults of chance. */
export class DorisSwitches implements Required<DorisFaults> {
  readonly #chance: DorisFaults;
  sticksTransfers = false;
  hangsCommits = false;
  hangsSnapshots = false;
  mergesVersions = false;
  /** S3 refuses all backends, while the frontend's own calls pass. */
  deniesBackends = false;
  submitsAnother = false;
  duplicatesInfo = false;
  /** Columns that answers to SHOW leave out: an older release. */
  readonly columnsMissing = new Set<string>();
  /** Columns that they have besides, in front: a newer release. */
  readonly columnsMore = new Set<string>();

  constructor(chance: DorisFaults = {}) {
    this.#chance = chance;
  }

  readonly transferStuck = (cluster: string): boolean =>
    this.sticksTransfers || (this.#chance.transferStuck?.(cluster) ?? false);

  readonly snapshotHangs = (cluster: string): boolean =>
    this.hangsSnapshots || (this.#chance.snapshotHangs?.(cluster) ?? false);

  readonly commitHangs = (cluster: string): boolean =>
    this.hangsCommits || (this.#chance.commitHangs?.(cluster) ?? false);

  readonly versionsMerged = (cluster: string): boolean =>
    this.mergesVersions || (this.#chance.versionsMerged?.(cluster) ?? false);

  readonly denied = (cluster: string, backend: number, operation: string): boolean =>
    this.deniesBackends || (this.#chance.denied?.(cluster, backend, operation) ?? false);

  readonly beingSubmitted = (cluster: string): boolean =>
    this.submitsAnother || (this.#chance.beingSubmitted?.(cluster) ?? false);

  readonly duplicates = (cluster: string): boolean =>
    this.duplicatesInfo || (this.#chance.duplicates?.(cluster) ?? false);
}
