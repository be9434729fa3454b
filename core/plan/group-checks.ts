import { CLUSTER_NAME_MAX } from '../ids/names.ts';
import type { Draft } from './draft.ts';
import { type Check, type Finding, finding } from './finding.ts';
import { GROUP_MEMBERS_MAX } from './limits.ts';
import { named } from './schema.ts';

type DraftGroup = Draft['groups'][string];
type Steps = readonly (string | number)[];

const groupsOf = ({ groups }: Draft): readonly (readonly [string, DraftGroup])[] => Object.entries(groups);

const membersOf = ([group, { layers }]: readonly [string, DraftGroup]) =>
  layers.flatMap((layer, n) =>
    layer.map((cluster, m) => ({ group, cluster, steps: ['groups', group, 'layers', n, m] as Steps })),
  );

const regionOf = ({ to }: DraftGroup, recovery: readonly string[]): string | undefined =>
  to ?? (recovery.length === 1 ? recovery[0] : undefined);

const names: Check = ({ groups }) =>
  Object.keys(groups).flatMap((name) => {
    const read = named('group', CLUSTER_NAME_MAX).safeParse(name);
    return read.success
      ? []
      : [finding(['groups', name], `rename it: ${read.error.issues.map((i) => i.message).join('; ')}`)];
  });

const regions: Check = (draft) =>
  groupsOf(draft).flatMap(([name, { to }]): Finding[] => {
    const { recovery } = draft.regions;
    if (to === undefined)
      return recovery.length > 1
        ? [
            finding(
              ['groups', name, 'to'],
              `name the recovery region that takes over: ${recovery.join(' or ')}`,
            ),
          ]
        : [];
    return recovery.includes(to)
      ? []
      : [
          finding(
            ['groups', name, 'to'],
            `not a recovery region of this installation; there are ${recovery.join(', ') || 'none'}`,
          ),
        ];
  });

const known: Check = (draft) =>
  groupsOf(draft)
    .flatMap(membersOf)
    .flatMap(({ cluster, steps }) =>
      cluster === '' || cluster in draft.clusters
        ? []
        : [
            finding(
              steps,
              `no cluster has this name; there are ${Object.keys(draft.clusters).join(', ') || 'none'}`,
            ),
          ],
    );

/** Two sides for one cluster could contradict each other. */
const oneGroup: Check = (draft) => {
  const seen = new Map<string, string>();
  return groupsOf(draft)
    .flatMap(membersOf)
    .flatMap(({ group, cluster, steps }): Finding[] => {
      const other = seen.get(cluster);
      seen.set(cluster, other ?? group);
      if (other === undefined || cluster === '') return [];
      return [
        finding(
          steps,
          other === group
            ? 'this cluster is named twice in this group; remove one'
            : `this cluster is in group ${other}, and it fails over with one group only; remove one`,
        ),
      ];
    });
};

const size: Check = (draft) =>
  groupsOf(draft).flatMap((entry): Finding[] => {
    const count = membersOf(entry).length;
    return count <= GROUP_MEMBERS_MAX
      ? []
      : [
          finding(
            ['groups', entry[0], 'layers'],
            `${count} clusters are more than one failover brings back, which is ${GROUP_MEMBERS_MAX}; make two groups`,
          ),
        ];
  });

/** What has no copy where its group goes would be left behind. */
const copied: Check = (draft) =>
  groupsOf(draft).flatMap((entry) =>
    membersOf(entry).flatMap(({ cluster, steps }): Finding[] => {
      const { recovery } = draft.regions;
      const to = regionOf(entry[1], recovery);
      const plan = draft.clusters[cluster]?.plan;
      if (to === undefined || !recovery.includes(to) || plan === undefined || !draft.plans[plan]) return [];
      return (draft.plans[plan].copyTo ?? recovery).includes(to)
        ? []
        : [
            finding(
              steps,
              `plan ${plan} copies nothing of it to ${to}, where this group goes; add ${to} to its copyTo, or take it out of the group`,
            ),
          ];
    }),
  );

const SELF_RUN = new Set(['tidb', 'doris', 'milvus']);

/** What Holdfast cannot create, somebody has to have ready. */
const targets: Check = (draft) =>
  groupsOf(draft).flatMap((entry) =>
    membersOf(entry).flatMap(({ cluster: name, steps }): Finding[] => {
      const to = regionOf(entry[1], draft.regions.recovery);
      const cluster = draft.clusters[name];
      if (to === undefined || !draft.regions.recovery.includes(to) || !cluster) return [];
      const into = cluster.restoreInto[to];
      const asVolumes = cluster.engine === 'ebs' || cluster.volumes !== undefined;
      if (asVolumes)
        return into?.availabilityZone !== undefined
          ? []
          : [
              finding(
                steps,
                `say where its volumes come to be in ${to}, as clusters.${name}.restoreInto["${to}"].availabilityZone`,
              ),
            ];
      return !SELF_RUN.has(cluster.engine ?? '') || into?.reach !== undefined
        ? []
        : [
            finding(
              steps,
              `it has nowhere to go in ${to}; name the cluster that a restore fills, as clusters.${name}.restoreInto["${to}"].reach`,
            ),
          ];
    }),
  );

/**
 * What comes home was captured on the other side, whose security groups mean nothing here. It is asked for today, because
 * the day on which it would be missed is the one when writers have stopped already.
 */
const homecoming: Check = (draft) =>
  groupsOf(draft)
    .flatMap(membersOf)
    .flatMap(({ cluster: name }): Finding[] => {
      const { primary } = draft.regions;
      const cluster = draft.clusters[name];
      if (
        primary === undefined ||
        !cluster ||
        cluster.clusterId === undefined ||
        cluster.engine === 'objects'
      )
        return [];
      return cluster.restoreInto[primary]?.securityGroups !== undefined
        ? []
        : [
            finding(
              ['clusters', name, 'restoreInto', primary],
              `name the securityGroups, and the subnetGroup, that it gets when its group comes home to ${primary}, as in { subnetGroup: "…", securityGroups: ["sg-…"] }: those of today`,
            ),
          ];
    });

/** What groups ask of their configuration. */
export const GROUP_CHECKS: readonly Check[] = [
  names,
  regions,
  known,
  oneGroup,
  size,
  copied,
  targets,
  homecoming,
];
