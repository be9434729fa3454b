import type { Duration, Instant } from '../../core/time/instant.ts';
import type { DorisCluster } from './cluster.ts';
import type { Repository } from './repository.ts';
import { Failed, OK_STATUS } from './status.ts';

export interface JobParts {
  readonly cluster: DorisCluster;
  readonly label: string;
  readonly databaseId: number;
  readonly database: string;
  readonly timeout: Duration;
  /** Undefined: the snapshot stays on the backends. */
  readonly repository: Repository | undefined;
}

/** A backup or a restore of one database. The daemon of the master frontend takes it one step further every 3 s. */
export abstract class Job<State extends string = string> {
  abstract readonly kind: 'backup' | 'restore';
  readonly parts: JobParts;
  readonly cluster: DorisCluster;
  readonly createdAt: Instant;
  /** -1 until the first step. */
  id = -1;
  abstract state: State | 'PENDING' | 'FINISHED' | 'CANCELLED';
  status = OK_STATUS;
  snapshotFinishedAt: Instant | undefined;
  finishedAt: Instant | undefined;
  /** Tasks that backends have not done: signature → backend. */
  readonly unfinished = new Map<number, number>();
  readonly progress = new Map<number, { done: number; readonly total: number }>();
  readonly taskErrors = new Map<number, string>();
  /** Grows whenever the tasks under way are given up; what they do afterwards counts for nothing. */
  protected round = 0;
  /** What a task reported that no retry mends. */
  protected fatal: Failed | undefined;

  constructor(parts: JobParts) {
    this.parts = parts;
    this.cluster = parts.cluster;
    this.createdAt = parts.cluster.now;
  }

  get label(): string {
    return this.parts.label;
  }

  get done(): boolean {
    return this.state === 'FINISHED' || this.state === 'CANCELLED';
  }

  protected abstract step(): Promise<void>;
  /** Undoes what lies in the cluster. */
  protected abstract rollback(): void;
  /** Back to the last state that the frontend's log holds. */
  protected abstract back(): void;

  async run(): Promise<void> {
    if (this.done) return;
    const round = this.round;
    try {
      if (this.cluster.now - this.createdAt > this.parts.timeout) throw new Failed('TIMEOUT', '');
      if (this.fatal) throw this.fatal;
      await this.step();
    } catch (error) {
      if (!(error instanceof Failed)) throw error;
      // Cancelled or begun anew meanwhile: what went wrong is of no interest.
      if (round === this.round && !this.done) this.cancel(error);
    }
  }

  /** Ends it as CANCELLED. */
  cancel(why: Failed): void {
    this.giveUpTasks();
    this.rollback();
    this.state = 'CANCELLED';
    this.status = why.status;
    this.finishedAt = this.cluster.now;
  }

  /** After the frontend's restart. */
  resume(): void {
    if (this.done) return;
    this.giveUpTasks();
    this.back();
  }

  protected giveUpTasks(): void {
    this.round++;
    this.unfinished.clear();
    this.progress.clear();
    this.taskErrors.clear();
    this.fatal = undefined;
  }

  /** Backends do something short with these tablets. */
  protected soon(tablets: readonly number[]): void {
    const { round } = this;
    for (const tablet of tablets) this.unfinished.set(tablet, this.cluster.backendOf(tablet));
    this.cluster.world.after(this.cluster.shortTask(), () => {
      if (round === this.round) this.unfinished.clear();
    });
  }
}
