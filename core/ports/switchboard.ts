import type { Switch } from '../switch/switch.ts';

export interface Turned {
  /** False when it said so already. */
  readonly changed: boolean;
  /** What was there before, as a person reads it: a text, or of a secret the version that holds it. Absent where nothing was. */
  readonly before?: string;
}

/** What applications read in one region, to know where a cluster is. */
export interface Switchboard {
  /**
   * Makes it say this. Looks first, so that a repetition changes nothing.
   * @throws SwitchNotUsable when what is named cannot be switched: it is not there, or is of another kind
   */
  turn(one: Switch, text: string): Promise<Turned>;
  /** The endpoint that writers use of a DB cluster. @throws ResourceMissing */
  endpointOf(databaseCluster: string): Promise<string>;
}
