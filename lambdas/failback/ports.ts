import type { Groups } from '../../core/ports/groups.ts';
import type { Machines } from '../../core/ports/machines.ts';
import type { ObjectStore } from '../../core/ports/object-store.ts';
import type { OldSides } from '../../core/ports/old-sides.ts';
import type { Runs } from '../../core/ports/runs.ts';

/** The region that a group goes home to. */
export interface Home {
  readonly region: string;
  /** Machine → ARN of the machine there. */
  readonly machineArns: Readonly<Record<string, string>>;
  readonly machines: Machines;
  readonly runs: Runs;
  readonly vault: { readonly store: Pick<ObjectStore, 'get'>; readonly bucket: string };
  /** As its replica of the catalog has them. */
  readonly groups: Pick<Groups, 'epoch'>;
  readonly oldSides: OldSides;
}
