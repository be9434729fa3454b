import type { TaskName } from '../../workflows/contracts/tasks.ts';
import { withoutPrimary } from './drill-rights.ts';
import { type Grant, may } from './grant.ts';

type Hearts = Extract<TaskName, 'ReachCluster' | 'Beat' | 'ReadHeartbeat'>;

const readConfiguration: Grant = (estate, role) => estate.grantConfiguration(role);

/** What the tasks may do that speak to clusters from within. */
export const HEARTBEAT_RIGHTS: Readonly<Record<Hearts, Grant>> = {
  // Its functions' rights hang on the places that they stand in: lib/access/reach-access.ts.
  ReachCluster: () => undefined,
  Beat: may(
    readConfiguration,
    ({ catalog }, role) => catalog.grantAskSides(role),
    ({ reach }, role) => reach.grantReach(role, 'source'),
    ({ hearts }, role) => hearts.grantBeat(role),
  ),
  ReadHeartbeat: withoutPrimary(
    may(
      readConfiguration,
      ({ reach }, role) => reach.grantReach(role, 'target'),
      ({ hearts, sources }, role) => {
        hearts.grantReadRestored(role);
        if (hearts.areInObjects) sources.grantReadRestored(role);
      },
    ),
  ),
};
