import type { TaskName } from '../../workflows/contracts/tasks.ts';
import { type Grant, may } from './grant.ts';
import { watchLogs } from './log-rights.ts';
import { writeReceipts } from './receipt-rights.ts';

const readConfiguration: Grant = (estate, role) => estate.grantConfiguration(role);
const announce: Grant = (estate, role) => estate.grantAnnounce(role);
const find: Grant = ({ catalog }, role) => catalog.grantFind(role);
const keepNotes: Grant = ({ vault }, role) => vault.grantNotes(role);
const startBackups: Grant = (estate, role) => estate.grantStart(role, 'backup');
const askSides: Grant = ({ catalog }, role) => catalog.grantAskSides(role);
/** Of clusters without a group there is no side to read. */
const readSides: Grant = ({ catalog, hasGroups }, role) => {
  if (hasGroups) catalog.grantRead(role);
};

const verifyReceipts: Grant = ({ vault, receipts }, role) => {
  vault.grantReadReceipts(role);
  receipts.grantShow(role);
};

/** What schedules call. What measures and labels changes nothing but its own notes; what verifies receipts adds those that are missing. */
export const WATCH_RIGHTS = {
  StartBackups: may(readConfiguration, askSides, startBackups),
  WatchObjectives: may(readConfiguration, find, readSides, announce, keepNotes, watchLogs),
  CheckReceipts: may(readConfiguration, find, announce, verifyReceipts, writeReceipts),
} satisfies Partial<Record<TaskName, Grant>>;
