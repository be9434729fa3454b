import type { DrillRecord } from '../drills/drill.ts';

export interface Drills {
  /** Creates it unless it is there. */
  openDrill(drill: DrillRecord): Promise<DrillRecord>;
  drill(cluster: string, id: string): Promise<DrillRecord | undefined>;
  /** Newest first. */
  drills(cluster: string): Promise<readonly DrillRecord[]>;
  /**
   * Its region alone writes it. What has ended stays ended as it did: only what is found out afterwards, such as that all
   * of it is gone, is added.
   * @throws ConcurrentUpdate when it is not there, or has ended otherwise
   */
  recordDrill(drill: DrillRecord): Promise<void>;
}
