/** Looks whether executions of state machines go on. */
export interface Runs {
  /** False of one that has ended, and of one that there never was. */
  isRunning(execution: string): Promise<boolean>;
}
