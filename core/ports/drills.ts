import type { DrillRecord } from '../drills/drill.ts';

export interface Drills {
  /** Creates it unless it is there. */
  openDrill(drill: DrillRecord): Promise<DrillRecord>;
  drill(cluster: string, id: string): Promise<DrillRecord | undefined>;
  /** Newest first. */
  drills(cluster: string): Promise<readonly DrillRecord[]>;
  /** Its region alone writes it. */
  recordDrill(drill: DrillRecord): Promise<void>;
}
