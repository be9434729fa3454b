import type { Groups } from '../../core/ports/groups.ts';
import type { Machines } from '../../core/ports/machines.ts';
import type { ObjectStore } from '../../core/ports/object-store.ts';
import type { OldSides } from '../../core/ports/old-sides.ts';
import type { Runs } from '../../core/ports/runs.ts';

/** One of the two regions that a group changes between, as a planned move works in it. */
export interface Side {
  /** Machine → ARN of the machine there. */
  readonly machineArns: Readonly<Record<string, string>>;
  readonly machines: Machines;
  readonly runs: Runs;
  readonly oldSides: OldSides;
}

/** Of this region, or of home. */
export type SideIn = (region: string) => Side;

/** The region that a group is at home in, as it is looked at before anything is done. */
export interface Home {
  readonly region: string;
  readonly vault: { readonly store: Pick<ObjectStore, 'get'>; readonly bucket: string };
  /** As its replica of the catalog has them. */
  readonly groups: Pick<Groups, 'epoch'>;
}

/** The execution of a machine of a side by its name. */
export const executionOf = (
  { machineArns }: Pick<Side, 'machineArns'>,
  machine: 'backup' | 'restore',
  name: string,
): string => `${(machineArns[machine] ?? '').replace(':stateMachine:', ':execution:')}:${name}`;
