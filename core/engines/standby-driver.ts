import type { Cluster } from '../plan/installation.ts';
import type { Seen } from '../standby/judge.ts';

export interface StandbySpec {
  readonly cluster: Cluster;
  /** One of the cluster's databases: each follows by a job of its own. */
  readonly database: string;
}

/**
 * A second cluster that an engine's own replication keeps in step. All of it is done in the standby's region and asks the
 * protected cluster for nothing, so that it can be done when that one is gone. Every method may be called again, whatever
 * became of the call before. Throws faults that a repetition may mend.
 */
export interface StandbyDriver {
  /** What can be learned at this moment. That nobody answers is an answer. */
  look(spec: StandbySpec): Promise<Seen>;
  /**
   * Has the standby follow from here on: first all of it is brought over. One that follows already is left alone.
   * @param over whether what the standby still holds may be written over @default 'nothing'
   * @throws TargetNotEmpty when the standby holds something and it may not: it may be the only copy
   * @throws StandbyRefused when the engine does not begin
   */
  start(spec: StandbySpec, over?: 'nothing' | 'what is there'): Promise<void>;
  resume(spec: StandbySpec): Promise<void>;
  /** Paused and resumed, for one that stands still. */
  restart(spec: StandbySpec): Promise<void>;
  /**
   * Cuts the standby loose, for good: it takes writes afterwards. One that has been cut loose is left alone.
   * @returns whether there was still something to cut
   */
  promote(spec: StandbySpec): Promise<boolean>;
  /**
   * Has the protected cluster follow what was its standby: first all of it is brought over.
   *
   * @param over whether what the protected cluster still holds may be written over
   * @throws TargetNotEmpty when it holds something and may not be
   * @throws StandbyRefused when the engine does not begin
   */
  reverse(spec: StandbySpec, over: 'nothing' | 'what is there'): Promise<void>;
}
