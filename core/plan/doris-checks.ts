import type { Draft } from './draft.ts';
import { type Check, type Finding, finding } from './finding.ts';

type DraftCluster = Draft['clusters'][string];
type DraftReach = NonNullable<DraftCluster['reach']>;

/** Doris knows roles in place of keys from here on (contract, section 2). */
const ROLES_SINCE = 3;

const dorisOf = ({ clusters }: Draft): readonly (readonly [string, DraftCluster])[] =>
  Object.entries(clusters).filter(([, { engine }]) => engine === 'doris');

/** Every way in to a Doris cluster, with its place in the configuration. */
const reachesOf = (draft: Draft): readonly (readonly [readonly string[], DraftCluster, DraftReach])[] =>
  dorisOf(draft).flatMap(([name, cluster]) => [
    ...(cluster.reach ? [[['clusters', name, 'reach'], cluster, cluster.reach] as const] : []),
    ...Object.entries(cluster.restoreInto).flatMap(([region, { reach }]) =>
      reach ? [[['clusters', name, 'restoreInto', region, 'reach'], cluster, reach] as const] : [],
    ),
  ]);

const majorOf = ({ version }: DraftCluster): number | undefined => {
  const found = /^(\d+)\./.exec(version ?? '');
  return found ? Number(found[1]) : undefined;
};

/** With keys, the statement that makes a repository would carry them, and the frontend would keep them. */
const versions: Check = (draft) =>
  dorisOf(draft).flatMap(([name, cluster]): Finding[] => {
    const major = majorOf(cluster);
    if (major === undefined || major >= ROLES_SINCE) return [];
    return [
      finding(
        ['clusters', name, 'version'],
        `Doris before ${ROLES_SINCE}.0 takes only access keys for S3, and Holdfast puts none into a statement, which frontends keep and log; upgrade the cluster to ${ROLES_SINCE}.0 or later, or protect it as an ebs cluster`,
      ),
    ];
  });

const roles: Check = (draft) =>
  reachesOf(draft).flatMap(([path, cluster, { hostRole, keys }]): Finding[] => {
    const major = majorOf(cluster);
    if (major !== undefined && major < ROLES_SINCE) return [];
    if (keys !== undefined)
      return [
        finding([...path, 'keys'], 'this version of Doris knows roles; remove the keys, and name hostRole'),
      ];
    return hostRole === undefined
      ? [
          finding(
            [...path, 'hostRole'],
            'name the role that the hosts of frontends and backends work under: Doris itself reads and writes the vault, in a role that this one may assume',
          ),
        ]
      : [];
  });

/** In another region the same name may well be another host. */
const notItself: Check = (draft) => {
  const { primary } = draft.regions;
  if (primary === undefined) return [];
  return dorisOf(draft).flatMap(([name, { reach, restoreInto }]): Finding[] => {
    const host = restoreInto[primary]?.reach?.sql?.host;
    if (host === undefined || host.toLowerCase() !== reach?.sql?.host?.toLowerCase()) return [];
    return [
      finding(
        ['clusters', name, 'restoreInto', primary, 'reach', 'sql', 'host'],
        'this is the protected cluster; leave it out: at home a restore goes into that one by itself, beside what is there',
      ),
    ];
  });
};

/** What Doris clusters ask of their configuration. */
export const DORIS_CHECKS: readonly Check[] = [versions, roles, notItself];
