/** An error as Step Functions carries it: a name, and a cause that is Lambda's error as JSON text. */
export interface CaughtError {
  readonly Error: string;
  readonly Cause?: string | undefined;
}

/** Looks into executions of state machines. */
export interface Executions {
  /** What a child failed of that a Map of this execution started; undefined when none failed. */
  failedChild(execution: string): Promise<CaughtError | undefined>;
}
