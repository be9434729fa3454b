import type { Duration } from '../time/instant.ts';

interface SwitchBase {
  /** Region → what it says while the side there is the true one. Left out, the address of what took over. */
  readonly values?: Readonly<Record<string, string>>;
}

/** A String parameter of SSM, of the region whose side is the true one. */
export interface ParameterSwitch extends SwitchBase {
  readonly parameter: string;
}

/** A secret by its name, the same in both regions: one field of its JSON, or all of it. */
export interface SecretSwitch extends SwitchBase {
  readonly secret: string;
  readonly field?: string;
}

/** A CNAME. */
export interface RecordSwitch extends SwitchBase {
  readonly record: string;
  readonly hostedZone: string;
  readonly ttl: Duration;
}

/** What applications read to know where a cluster is. */
export type Switch = ParameterSwitch | SecretSwitch | RecordSwitch;

/** As a person reads it. */
export function spokenSwitch(one: Switch): string {
  if ('parameter' in one) return `parameter ${one.parameter}`;
  if ('record' in one) return `record ${one.record}`;
  return one.field === undefined ? `secret ${one.secret}` : `field ${one.field} of secret ${one.secret}`;
}
