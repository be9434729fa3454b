import type { TaskName } from '../../workflows/contracts/tasks.ts';
import { type Grant, may } from './grant.ts';

type FailoverTask = Extract<
  TaskName,
  | 'ResolveFailover'
  | 'RaiseEpoch'
  | 'NextLayer'
  | 'PromoteMember'
  | 'AdoptRestore'
  | 'RecordMember'
  | 'RecordFailover'
  | 'FailFailover'
>;

const readConfiguration: Grant = (estate, role) => estate.grantConfiguration(role);
const announce: Grant = (estate, role) => estate.grantAnnounce(role);
const moveGroups: Grant = ({ catalog }, role) => catalog.grantMoveGroups(role);
const recordMove: Grant = ({ catalog }, role) => catalog.grantRecordMove(role);

/** A failover that was cut off is ended from outside. */
export const endMoves: Grant = (estate, role) => {
  if (estate.takesOver) moveGroups(estate, role);
};

/** All of it in the region that takes over: nothing here names the one that is lost. */
export const FAILOVER_RIGHTS: Readonly<Record<FailoverTask, Grant>> = {
  ResolveFailover: may(readConfiguration, moveGroups, (estate, role) => estate.grantLookAt(role, 'failover')),
  RaiseEpoch: recordMove,
  NextLayer: may(
    readConfiguration,
    moveGroups,
    (estate, role) => estate.grantLookAt(role, 'restore'),
    ({ snapshots }, role) => snapshots.grantMoveAway(role, 'here'),
  ),
  PromoteMember: may(
    readConfiguration,
    recordMove,
    ({ reach }, role) => reach.grantReach(role, 'standby'),
    announce,
  ),
  AdoptRestore: may(readConfiguration, moveGroups),
  RecordMember: recordMove,
  RecordFailover: may(moveGroups, announce),
  FailFailover: may(moveGroups, announce),
};
