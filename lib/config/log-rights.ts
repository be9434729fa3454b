import type { IRole } from 'aws-cdk-lib/aws-iam';
import type { TaskName } from '../../workflows/contracts/tasks.ts';
import type { Estate } from '../access/estate.ts';

type Supervising = Extract<TaskName, 'LookAtLogs' | 'TendLogs' | 'FailSupervision'>;
type Following = Extract<TaskName, 'FollowLog' | 'HealLog'>;

/** Both read records, find a cluster's, and write those of log chains, with notes of what was asked and said. */
function supervise(estate: Estate, role: IRole): void {
  estate.grantConfiguration(role);
  estate.grantAnnounce(role);
  estate.catalog.grantOpen(role);
  estate.catalog.grantFind(role);
  estate.vault.grantNotes(role);
}

/** Both copy files of logs from the primary, and move this region's records of their chains. */
function follow(estate: Estate, role: IRole): void {
  estate.grantConfiguration(role);
  estate.grantAnnounce(role);
  estate.catalog.grantOpen(role);
  estate.followedLogs.grantFollow(role);
}

/** What the tasks that look after continuous logs may do. */
export const LOG_RIGHTS: Readonly<Record<Supervising | Following, (estate: Estate, role: IRole) => void>> = {
  LookAtLogs: (estate, role) => {
    supervise(estate, role);
    estate.catalog.grantAskSides(role);
    estate.logs.grantReadCheckpoints(role);
  },
  TendLogs: (estate, role) => {
    supervise(estate, role);
    estate.containers.grantStart(role);
    estate.containers.grantFollow(role);
    estate.logs.grantMakeWay(role);
    // A chain needs a full of its own, and captures are made in the primary.
    if (estate.isPrimary) estate.grantStart(role, 'backup');
  },
  FailSupervision: (estate, role) => estate.grantAnnounce(role),
  FollowLog: follow,
  HealLog: (estate, role) => {
    follow(estate, role);
    estate.catalog.grantFind(role);
    estate.vault.grantNotes(role);
  },
};

/**
 * What a log restores begins with a full, whose record says that it is one: where no log is kept nobody asks. At home its
 * end is read in the vault, and written down.
 */
export const watchLogs = ({ logs, catalog, vault, isPrimary }: Estate, role: IRole): void => {
  if (!logs.areKept) return;
  catalog.grantRead(role);
  if (!isPrimary) return;
  catalog.grantOpen(role);
  vault.grantReadNotes(role);
  logs.grantReadCheckpoints(role);
};
