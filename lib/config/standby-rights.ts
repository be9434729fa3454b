import type { TaskName } from '../../workflows/contracts/tasks.ts';
import { type Grant, may } from './grant.ts';

/** What is allowed where a standby is: in that region alone, so that none of it is missing when the primary is gone. */
export const STANDBY_RIGHTS: Readonly<Record<Extract<TaskName, 'KeepStandbys'>, Grant>> = {
  KeepStandbys: may(
    (estate, role) => estate.grantConfiguration(role),
    ({ catalog }, role) => catalog.grantRecordStandby(role),
    ({ reach }, role) => reach.grantReach(role, 'standby'),
    (estate, role) => estate.grantAnnounce(role),
  ),
};
