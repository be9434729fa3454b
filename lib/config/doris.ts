import type { DorisCluster } from '../../core/plan/installation.ts';
import type { Place } from '../../core/ports/reach.ts';
import { protectedAt, type Site } from './settings.ts';

/** A Doris cluster whose hosts are let into the vault of one region. */
export interface DorisHere {
  readonly cluster: string;
  readonly end: Place['end'];
  /** ARN of the role that the hosts work under. */
  readonly hostRole: string;
}

/** The protected clusters, and those that restores of a region go into. */
export const dorisAt = (site: Site): readonly DorisHere[] =>
  site.installation.clusters
    .filter((cluster): cluster is DorisCluster => cluster.engine === 'doris')
    .flatMap(({ name, restoreInto }) => {
      const source = protectedAt(site).find((one) => one.name === name);
      const ends = {
        source: source?.engine === 'doris' ? source.reach : undefined,
        target: restoreInto[site.region]?.reach,
      };
      return (['source', 'target'] as const).flatMap((end) => {
        const hostRole = ends[end]?.hostRole;
        return hostRole === undefined ? [] : [{ cluster: name, end, hostRole }];
      });
    });

/** What backends and frontends store of recovery points. Manifests beside it are Holdfast's. */
export const storedByDoris = (cluster: string): string => `${cluster}/*/data/*`;

/**
 * What a frontend deletes: before it stores the two files that it writes itself it takes away what an earlier try may have
 * left under the same name (`Repository.upload`). Never a file of a tablet.
 */
export const takenAwayByDoris = (cluster: string): readonly string[] =>
  ['__meta.*', '__info_*'].map((note) => `${cluster}/*/data/__palo_repository_*/__ss_*/${note}`);
