import type { TaskName } from '../../workflows/contracts/tasks.ts';
import type { Grant } from './grant.ts';

type Reaching = Extract<TaskName, 'ReachCluster'>;

/** What the tasks may do that speak to clusters from within. */
export const HEARTBEAT_RIGHTS: Readonly<Record<Reaching, Grant>> = {
  // Its functions' rights hang on the places that they stand in: lib/access/reach-access.ts.
  ReachCluster: () => undefined,
};
