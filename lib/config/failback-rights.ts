import type { TaskName } from '../../workflows/contracts/tasks.ts';
import { type Grant, may } from './grant.ts';

type FailbackTask = Extract<
  TaskName,
  | 'ResolveFailback'
  | 'BackUpThere'
  | 'CheckProtected'
  | 'BringOver'
  | 'LeaveBehind'
  | 'RecordFailback'
  | 'FailFailback'
>;

const readConfiguration: Grant = (estate, role) => estate.grantConfiguration(role);
const announce: Grant = (estate, role) => estate.grantAnnounce(role);
const moveGroups: Grant = ({ catalog }, role) => catalog.grantMoveGroups(role);
const find: Grant = ({ catalog }, role) => catalog.grantFind(role);

/** From the region that groups go to, with home there: the only tasks that work on both sides. */
export const FAILBACK_RIGHTS: Readonly<Record<FailbackTask, Grant>> = {
  ResolveFailback: may(
    readConfiguration,
    moveGroups,
    (estate, role) => estate.grantReadGroupsAtHome(role),
    ({ homeVault }, role) => homeVault.grantReadNotes(role),
    (estate, role) => estate.grantLookAt(role, 'failback'),
    (estate, role) => estate.grantLookAt(role, 'switchover'),
    ({ reach }, role) => reach.grantLookIntoMoved(role),
  ),
  BackUpThere: may(
    ({ catalog }, role) => catalog.grantReadGroups(role),
    (estate, role) => estate.grantStartAtHome(role, 'backup'),
  ),
  CheckProtected: may(find, ({ catalog }, role) => catalog.grantReadGroups(role)),
  BringOver: may(
    readConfiguration,
    moveGroups,
    find,
    (estate, role) => estate.grantStart(role, 'restore'),
    (estate, role) => estate.grantStartAtHome(role, 'restore'),
    ({ snapshots }, role) => snapshots.grantMoveAway(role),
  ),
  LeaveBehind: may(
    readConfiguration,
    ({ catalog }, role) => catalog.grantRead(role),
    ({ snapshots }, role) => snapshots.grantMoveAway(role),
  ),
  RecordFailback: may(moveGroups, announce),
  FailFailback: may(moveGroups, announce),
};
