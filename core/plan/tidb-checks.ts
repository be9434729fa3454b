import type { Draft } from './draft.ts';
import { type Check, type Finding, finding } from './finding.ts';

type DraftCluster = Draft['clusters'][string];

const tidbOf = ({ clusters }: Draft): readonly (readonly [string, DraftCluster])[] =>
  Object.entries(clusters).filter(([, { engine }]) => engine === 'tidb');

const addressesOf = (reach: DraftCluster['reach']): readonly string[] =>
  (reach?.pd ?? '').toLowerCase().split(',').filter(Boolean);

/** PD's members are one cluster, so one address in common is enough. */
const shared = (a: DraftCluster['reach'], b: DraftCluster['reach']): string | undefined => {
  const known = new Set(addressesOf(a));
  return addressesOf(b).find((address) => known.has(address));
};

/** A cluster has one log task; two that are one would stop each other's, and keep everything twice. */
const oneEach: Check = (draft) => {
  const all = tidbOf(draft);
  return all.flatMap(([name, { reach }], n): Finding[] => {
    const other = all.slice(0, n).find(([, earlier]) => shared(earlier.reach, reach));
    if (!other) return [];
    return [
      finding(
        ['clusters', name, 'reach', 'pd'],
        `cluster ${other[0]} is reached at ${shared(other[1].reach, reach)} too, so they are one, and TiDB runs one log task per cluster; remove one, or give its own PD`,
      ),
    ];
  });
};

/** In another region the same name may well be another host. */
const notItself: Check = (draft) => {
  const { primary } = draft.regions;
  if (primary === undefined) return [];
  return tidbOf(draft).flatMap(([name, { restoreInto }]): Finding[] => {
    const into = restoreInto[primary]?.reach;
    const taken = tidbOf(draft).find(([, { reach }]) => shared(reach, into));
    if (!into || !taken) return [];
    return [
      finding(
        ['clusters', name, 'restoreInto', primary, 'reach', 'pd'],
        `this is cluster ${taken[0]}, which is protected, and a restore fills an empty cluster; name another one`,
      ),
    ];
  });
};

/** A cluster has one task definition per region, and its certificates are a part of it. */
const certificates: Check = (draft) => {
  const { primary } = draft.regions;
  if (primary === undefined) return [];
  return tidbOf(draft).flatMap(([name, { reach, restoreInto }]): Finding[] => {
    const tls = restoreInto[primary]?.reach?.tls;
    if (tls === undefined || tls === reach?.tls) return [];
    return [
      finding(
        ['clusters', name, 'restoreInto', primary, 'reach', 'tls'],
        `BR has one set of certificates in the region of the cluster, those of reach.tls (${reach?.tls ?? 'none'}); let the cluster that restores fill take these too and name the same secret here, or leave tls out if it speaks plain`,
      ),
    ];
  });
};

/** What TiDB clusters ask of each other, and of the clusters that they are restored into. */
export const TIDB_CHECKS: readonly Check[] = [oneEach, notItself, certificates];
