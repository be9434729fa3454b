import type { RestoreRecord } from '../catalog/recovery-point.ts';
import type { Reason } from '../errors/base.ts';
import type { Cluster } from '../plan/installation.ts';
import type { Cursor } from './driver.ts';
import type { Turns } from './turns.ts';

/** A restore that nobody goes on with. */
export interface AbandonedRestore {
  readonly cluster: Cluster;
  readonly region: string;
  readonly restore: RestoreRecord;
  readonly turns?: Turns;
  /** Why it ended: what an engine refused before it wrote anything has another name than what failed later. */
  readonly reason: Reason;
  /** Where it stood, when that is known: what has just been started may not be found yet. */
  readonly cursor?: Cursor;
}

/** How an abandoned restore leaves its target. */
export interface Abandoned {
  readonly target: 'untouched' | 'unfinished';
  /** Something was asked to end just now, and may write for two more minutes. */
  readonly ending?: true;
  /** What is left that no retry and no removal of the target puts right, and how a person does. */
  readonly left?: string;
}
