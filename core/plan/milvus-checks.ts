import { type Check, type Finding, finding } from './finding.ts';

/** A cluster has one task definition per region, and the login that its container gets is a part of it. */
const login: Check = ({ clusters, regions: { primary } }) => {
  if (primary === undefined) return [];
  return Object.entries(clusters).flatMap(([name, { engine, reach, restoreInto }]): Finding[] => {
    const into = restoreInto[primary]?.reach;
    if (engine !== 'milvus' || !into || into.secret === reach?.secret) return [];
    return [
      finding(
        ['clusters', name, 'restoreInto', primary, 'reach', 'secret'],
        `milvus-backup has one login in the region of the cluster, that of reach.secret (${reach?.secret ?? 'none'}); give the Milvus that restores fill the same user, and name the same secret here`,
      ),
    ];
  });
};

/** What milvus-backup asks of a configuration. */
export const MILVUS_CHECKS: readonly Check[] = [login];
