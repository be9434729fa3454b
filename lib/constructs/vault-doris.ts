import { dorisAt, storedByDoris, takenAwayByDoris } from '../config/doris.ts';
import type { Site } from '../config/settings.ts';
import { dorisRoleArn } from '../names.ts';
import type { Confinement } from './vault-tidb.ts';

/** The roles in which hosts of Doris store what they back up: those of the protected clusters, in the primary. */
const storing = (site: Site): readonly { readonly role: string; readonly cluster: string }[] =>
  dorisAt(site)
    .filter(({ end }) => end === 'source')
    .map(({ cluster }) => ({ role: dorisRoleArn(site.account, site.region, 'source', cluster), cluster }));

export const dorisWriters = (site: Site): readonly string[] => storing(site).map(({ role }) => role);

/** A frontend takes away what it is about to store again. */
export const dorisHiders = dorisWriters;

/** Keeps each to the folders of its own cluster, whatever other policies give it. */
export const dorisConfinements = (site: Site, bucketArn: string): readonly Confinement[] => {
  const all = storing(site);
  const on = (keys: readonly string[]) => keys.map((key) => `${bucketArn}/${key}`);
  return [
    ...all.map(({ role, cluster }) => ({
      does: 'Stores',
      action: 's3:PutObject',
      role,
      except: on([storedByDoris(cluster)]),
    })),
    ...all.map(({ role, cluster }) => ({
      does: 'Hides',
      action: 's3:DeleteObject',
      role,
      except: on(takenAwayByDoris(cluster)),
    })),
  ];
};
