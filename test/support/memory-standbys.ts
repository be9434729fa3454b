import { ConcurrentUpdate } from '../../core/errors/registry.ts';
import type { Catalog } from '../../core/ports/catalog.ts';
import type { StandbyRecord } from '../../core/standby/record.ts';

/** The records of standbys in memory, under the table's condition. */
export class MemoryStandbys implements Pick<Catalog, 'standby' | 'recordStandby'> {
  protected readonly standbys = new Map<string, StandbyRecord>();

  async standby(cluster: string, region: string): Promise<StandbyRecord | undefined> {
    return this.standbys.get(`${cluster}/${region}`);
  }

  async recordStandby(standby: StandbyRecord, before: StandbyRecord | undefined): Promise<void> {
    const { cluster, region } = standby;
    const found = this.standbys.get(`${cluster}/${region}`);
    const placeOf = (one: StandbyRecord | undefined) => one && `${one.mode} ${one.modeSince} ${one.seenAt}`;
    if (placeOf(found) !== placeOf(before))
      throw new ConcurrentUpdate(`${cluster} was written by somebody else`);
    this.standbys.set(`${cluster}/${region}`, standby);
  }
}
