import type { Grant } from './grant.ts';

/** Who starts vendors' tools in containers, and who follows them to their end. */
export const startContainers: Grant = ({ containers }, role) => containers.grantStart(role);
export const stopContainers: Grant = ({ containers }, role) => containers.grantStop(role);
export const followContainers: Grant = ({ containers }, role) => {
  containers.grantStart(role);
  containers.grantFollow(role);
};
export const followCaptures: Grant = (estate, role) => {
  followContainers(estate, role);
  estate.containers.grantEnd(role);
  estate.containers.grantSeeStored(role);
  estate.containers.grantEmpty(role);
};
