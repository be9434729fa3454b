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

/** A set of volumes is all of a cluster, whole, and of one instant. */
const volumes: Check = ({ plans, clusters }) =>
  Object.entries(clusters).flatMap(
    ([name, { engine, plan = '', volumes: group, filter = [] }]): Finding[] => {
      if (engine !== 'tidb' || !group) return [];
      const at = ['clusters', name, 'volumes'];
      const incremental = plans[plan]?.rules.find(({ kind }) => kind === 'incremental');
      return [
        ...(filter.length > 0
          ? [
              finding(
                at,
                'snapshots of volumes hold every table, and a filter cannot narrow them; leave out filter, or volumes',
              ),
            ]
          : []),
        ...(plans[plan]?.logBackup
          ? [
              finding(
                at,
                `plan ${plan} says logBackup: true, and BR replays a log on a full of files only, not on volumes; leave out volumes, or use a plan without a log`,
              ),
            ]
          : []),
        ...(incremental
          ? [
              finding(
                at,
                `rule ${incremental.name ?? ''} of plan ${plan} says kind: "incremental", and each set of volumes is whole, though EBS stores differences; leave out volumes, or use a plan without such a rule`,
              ),
            ]
          : []),
      ];
    },
  );

/** What TiDB clusters ask of each other, and of the clusters that they are restored into. */
export const TIDB_CHECKS: readonly Check[] = [oneEach, notItself, certificates, volumes];
