import { UnsupportedByEngine } from '../errors/registry.ts';
import { type Cluster, isRds } from '../plan/installation.ts';

/** How a cluster comes home: over what is there, or beside it under its own name. */
export type WayHome = 'difference' | 'replace';

/**
 * @returns the way home of a cluster, or why a machine does not go it, and who does
 */
export function wayHome(cluster: Cluster, home: string): WayHome | UnsupportedByEngine {
  if (cluster.engine === 'objects') return 'difference';
  if (isRds(cluster)) return 'replace';
  return new UnsupportedByEngine(
    `${cluster.name} is ${cluster.engine}, and what was left of it in ${home} is in the way of what comes home; empty it, ` +
      `restore it there by holdfast-restore in ${home} once writers have stopped, and take it out of the group for the failback`,
    { cluster: cluster.name, engine: cluster.engine },
  );
}
