import type { TaskName } from '../../workflows/contracts/tasks.ts';
import { type Grant, may } from './grant.ts';

const record: Grant = ({ catalog }, role) => catalog.grantRecordApproval(role);
const resume: Grant = (estate, role) => estate.grantResume(role);
const announce: Grant = (estate, role) => estate.grantAnnounce(role);

/** What asks a person, what carries the answer on, and what says to applications where a cluster is now. */
export const APPROVAL_RIGHTS = {
  // One who answered while the question was asked again: the state that asks is given the answer at once.
  AskApproval: may(record, announce, resume),
  AnswerApproval: may(record, resume),
  SwitchCluster: may(
    (estate, role) => estate.grantConfiguration(role),
    ({ catalog }, role) => catalog.grantRead(role),
    ({ switches }, role) => switches.grantTurn(role),
  ),
} satisfies Partial<Record<TaskName, Grant>>;
