import type { Draft } from './draft.ts';
import { type Check, finding } from './finding.ts';

const list = (names: readonly string[]): string => names.join(', ') || 'none';

const copiesOf = ({ regions: { recovery } }: Draft, { copyTo }: Draft['plans'][string]): readonly string[] =>
  copyTo ?? recovery;

/** Where a plan drills, as far as that can be read. */
const regionOf = (draft: Draft, plan: Draft['plans'][string]): string | undefined =>
  plan.drills && (plan.drills.in ?? copiesOf(draft, plan)[0]);

const where: Check = (draft) =>
  Object.entries(draft.plans).flatMap(([name, plan]) => {
    const { drills } = plan;
    if (!drills) return [];
    const region = regionOf(draft, plan);
    const copies = copiesOf(draft, plan);
    const { primary } = draft.regions;
    if (region === undefined)
      return [
        finding(
          ['plans', name, 'drills', 'in'],
          `the plan copies nowhere, so a drill has no region of its own; name "${primary ?? 'the primary region'}", or a recovery region under copyTo`,
        ),
      ];
    if (region !== primary && !copies.includes(region))
      return [
        finding(
          ['plans', name, 'drills', 'in'],
          `no point of this plan is copied there; drill in one of ${list([...copies, ...(primary ? [primary] : [])])}`,
        ),
      ];
    return region === primary && drills.mode === 'region-lost'
      ? [
          finding(
            ['plans', name, 'drills', 'mode'],
            'this drills in the primary region, which cannot be lost to itself; name a recovery region under in',
          ),
        ]
      : [];
  });

/** What a drill makes has to be kept apart, and taken away again, by engine. */
const apart: Check = (draft) =>
  Object.entries(draft.clusters).flatMap(
    ([name, { engine, plan, clusterId, drillInto, volumes, restoreInto }]) => {
      const used = plan === undefined ? undefined : draft.plans[plan];
      const region = used && regionOf(draft, used);
      if (region === undefined) return [];
      if (
        clusterId !== undefined &&
        engine !== 'objects' &&
        drillInto?.[region]?.securityGroups === undefined
      )
        return [
          finding(
            ['clusters', name, 'drillInto', region],
            `its plan drills in ${region}: name the securityGroups that a drilled cluster gets, as in { securityGroups: ["sg-…"] }; groups without egress, so that nothing in it reaches anything`,
          ),
        ];
      if (engine === 'tidb' && !volumes && !restoreInto[region]?.reach?.sql)
        return [
          finding(
            ['clusters', name, 'restoreInto', region],
            `its plan drills in ${region}: name the empty cluster that a drill fills under reach, with its sql: a drill sees there that it is empty, and empties it again`,
          ),
        ];
      if ((engine === 'doris' || engine === 'milvus') && !restoreInto[region]?.reach)
        return [
          finding(
            ['clusters', name, 'restoreInto', region],
            `its plan drills in ${region}: name the cluster that a drill restores into under reach, where it works beside what is there, under names of its own`,
          ),
        ];
      return [];
    },
  );

const regionsKnown: Check = ({ clusters, regions: { primary, recovery } }) =>
  Object.entries(clusters).flatMap(([name, { drillInto = {} }]) =>
    Object.keys(drillInto).flatMap((region) =>
      region === primary || recovery.includes(region)
        ? []
        : [
            finding(
              ['clusters', name, 'drillInto', region],
              `not a region of this installation; there are ${list([...(primary ? [primary] : []), ...recovery])}`,
            ),
          ],
    ),
  );

/** Drills are removed from there with every version. */
const notTheSource: Check = ({ clusters }) => {
  const sources = new Set(Object.values(clusters).map(({ bucket }) => bucket));
  return Object.entries(clusters).flatMap(([name, { drillInto = {} }]) =>
    Object.entries(drillInto).flatMap(([region, { bucket }]) =>
      bucket !== undefined && sources.has(bucket)
        ? [
            finding(
              ['clusters', name, 'drillInto', region, 'bucket'],
              'a cluster lives in this bucket, and what a drill leaves is removed with every version; name another one',
            ),
          ]
        : [],
    ),
  );
};

export const DRILL_CHECKS: readonly Check[] = [where, apart, regionsKnown, notTheSource];
