/** One run of a vendor's tool in a container. */
export interface ContainerOrder {
  readonly region: string;
  /** The task definition's family: which image, which roles, which secrets. */
  readonly family: string;
  /**
   * The same token finds the run that it started, at most 64 characters: the answer to a start may be lost.
   * (ECS: clientToken.)
   */
  readonly token: string;
  /** Whose run it is, for a person in the console; at most 128 characters. */
  readonly startedBy: string;
  /** Program and arguments. With the environment at most 8,192 characters as JSON (ECS: overrides). */
  readonly command: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly subnets: readonly string[];
  readonly securityGroups: readonly string[];
}

/** Where a run stands. `unknown`: ECS does not show it, just after the start or an hour after the end. */
export type ContainerState =
  | {
      readonly state: 'running';
      /** ECS's word for it in lower case; `stopping` from the moment that it was told to end. */
      readonly doing: string;
    }
  | {
      readonly state: 'ended';
      /** Absent when the program never started. */
      readonly exitCode?: number;
      /** ECS's own words for why it ended: `EssentialContainerExited`, `TaskFailedToStart`, … */
      readonly code: string;
      readonly why: string;
    }
  | { readonly state: 'unknown' };

/** Containers that do engine work too long for a function. Nothing here waits: whoever asks comes again. */
export interface Containers {
  /**
   * Starts a run, or finds the one of the same token.
   * @returns the run's ARN
   * @throws EngineBusy when there is no capacity; Throttled; PermissionMissing
   */
  start(order: ContainerOrder): Promise<string>;
  look(region: string, task: string): Promise<ContainerState>;
  /** What it printed, oldest line first, at most the last `lines`. Empty while the log has not arrived. */
  output(region: string, family: string, task: string, lines: number): Promise<readonly string[]>;
  /** Asks it to end: SIGTERM, then a kill. Succeeds when it has ended. */
  stop(region: string, task: string, why: string): Promise<void>;
  /** ARNs of the runs of `startedBy` that have not ended. One that has just been started may be missing. */
  runningFor(region: string, startedBy: string): Promise<readonly string[]>;
}
