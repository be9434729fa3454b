import type { DrillRecord } from '../../core/drills/drill.ts';
import { ConcurrentUpdate } from '../../core/errors/registry.ts';
import type { Drills } from '../../core/ports/drills.ts';

/** Drills without a table. */
export class MemoryDrills implements Drills {
  readonly #all = new Map<string, DrillRecord>();

  async openDrill(drill: DrillRecord): Promise<DrillRecord> {
    const key = `${drill.cluster}/${drill.id}`;
    const there = this.#all.get(key);
    if (!there) this.#all.set(key, drill);
    return there ?? drill;
  }

  async drill(cluster: string, id: string): Promise<DrillRecord | undefined> {
    return this.#all.get(`${cluster}/${id}`);
  }

  async drills(cluster: string): Promise<readonly DrillRecord[]> {
    return [...this.#all.values()]
      .filter((drill) => drill.cluster === cluster)
      .sort((a, b) => b.startedAt - a.startedAt || (a.id < b.id ? -1 : 1));
  }

  async recordDrill(drill: DrillRecord): Promise<void> {
    const key = `${drill.cluster}/${drill.id}`;
    const there = this.#all.get(key);
    if (there?.state !== 'drilling' && there?.state !== drill.state)
      throw new ConcurrentUpdate(
        `the drill ${drill.id} is ${there?.state ?? 'not in the catalog'} and cannot become ${drill.state}; read it again`,
        { drill: drill.id },
      );
    this.#all.set(key, drill);
  }
}
