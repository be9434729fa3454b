import type { TaskName } from '../../workflows/contracts/tasks.ts';
import { type Grant, inPrimary, may } from './grant.ts';

const announce: Grant = (estate, role) => estate.grantAnnounce(role);
const readCatalog: Grant = ({ catalog }, role) => catalog.grantRead(role);
const find: Grant = ({ catalog }, role) => catalog.grantFind(role);
const advance: Grant = ({ catalog }, role) => catalog.grantAdvance(role);
const readNotes: Grant = ({ vault }, role) => vault.grantReadNotes(role);
const keepNotes: Grant = ({ vault }, role) => vault.grantNotes(role);
const readPlanThere: Grant = ({ recoveryVaults }, role) => {
  for (const vault of recoveryVaults) vault.grantReadNotes(role);
};
const readBytes: Grant = ({ vault }, role) => vault.grantReadBytes(role);
const mendFromTwins: Grant = ({ vault, otherVaults }, role) => {
  vault.grantMend(role);
  for (const other of otherVaults) other.grantReadTwins(role);
};

/** Every region scrubs its own vault; the primary sets copies aside. */
export const VERIFY_RIGHTS: Readonly<
  Record<Extract<TaskName, 'ScrubVault' | 'MendRot' | 'ConcludeScrub' | 'FailScrub'>, Grant>
> = {
  ScrubVault: may(readCatalog, find, announce, keepNotes, readBytes),
  MendRot: may(readCatalog, find, keepNotes, mendFromTwins),
  ConcludeScrub: may(readNotes, announce, inPrimary(may(find, advance, readPlanThere))),
  FailScrub: announce,
};
