import type { Call } from '../service.ts';
import type { TaskFaults } from './hooks.ts';
import type { LifeParts } from './life.ts';
import type { RegionStore, Task } from './store.ts';

export interface Context {
  readonly call: Call;
  readonly here: RegionStore;
  readonly life: LifeParts;
  readonly faults: TaskFaults;
  /** Throws when a role does not trust the service that runs tasks, or is not there. */
  readonly assume: (role: string, sourceArn: string) => void;
  /** Whether this look does not find a task that was started a moment ago. */
  readonly isMissing: (task: Task) => boolean;
}

export interface Operation {
  readonly members: readonly string[];
  run(input: object, context: Context): object;
}

/** An operation with the members of its input that it reads; any other member fails loudly. */
export const operation = <Input extends object>(
  members: readonly (keyof Input & string)[],
  run: (input: Input, context: Context) => object,
): Operation => ({ members, run: (input, context) => run(input as Input, context) });
