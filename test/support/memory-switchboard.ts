import type { Switchboard, Turned } from '../../core/ports/switchboard.ts';
import { type Switch, spokenSwitch } from '../../core/switch/switch.ts';

/** What applications of one region read, in memory. */
export class MemorySwitchboard implements Switchboard {
  readonly says = new Map<string, string>();
  readonly endpoints = new Map<string, string>();

  async turn(one: Switch, text: string): Promise<Turned> {
    const before = this.says.get(spokenSwitch(one));
    this.says.set(spokenSwitch(one), text);
    return { changed: before !== text, ...(before !== undefined && { before }) };
  }

  async endpointOf(databaseCluster: string): Promise<string> {
    return this.endpoints.get(databaseCluster) ?? `${databaseCluster}.cluster-abc.rds.amazonaws.com`;
  }
}
