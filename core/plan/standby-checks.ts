import type { Draft } from './draft.ts';
import { type Check, type Finding, finding } from './finding.ts';

type DraftCluster = Draft['clusters'][string];
type DraftStandby = NonNullable<DraftCluster['standby']>;

const standbysOf = ({ clusters }: Draft): readonly (readonly [string, DraftCluster, DraftStandby])[] =>
  Object.entries(clusters).flatMap(([name, cluster]) =>
    cluster.engine === 'doris' && cluster.standby ? [[name, cluster, cluster.standby] as const] : [],
  );

const regions: Check = (draft) => {
  const all = [draft.regions.primary, ...draft.regions.recovery].filter((name) => name !== undefined);
  return standbysOf(draft).flatMap(([name, , { region }]): Finding[] =>
    region === undefined || all.includes(region)
      ? []
      : [
          finding(
            ['clusters', name, 'standby', 'region'],
            `not a region of this installation; there are ${all.join(', ') || 'none'}`,
          ),
        ],
  );
};

const same = (a: string | undefined, b: string | undefined): boolean =>
  a !== undefined && a.toLowerCase() === b?.toLowerCase();

/** In another region the same name may well be another host. */
const itsOwnCluster: Check = (draft) =>
  standbysOf(draft).flatMap(([name, , { region, reach }]): Finding[] => {
    const path = ['clusters', name, 'standby', 'reach', 'sql', 'host'];
    const host = reach?.sql?.host;
    const doris = Object.entries(draft.clusters).filter(([, { engine }]) => engine === 'doris');
    const source = doris.find(
      ([, cluster]) => region === draft.regions.primary && same(host, cluster.reach?.sql?.host),
    );
    if (source) return [finding(path, `this is ${source[0]}, which is protected; name a cluster of its own`)];
    const filled = doris.find(
      ([, { restoreInto }]) => region && same(host, restoreInto[region]?.reach?.sql?.host),
    );
    if (!filled) return [];
    return [
      finding(
        path,
        `restores of ${filled[0]} fill this cluster, and a database takes one backup or restore at a time, which a full sync is too; name another one for either`,
      ),
    ];
  });

/** The function that fills logins in stands beside the standby, and has to do so when the primary is gone. */
const secrets: Check = (draft) =>
  standbysOf(draft).flatMap(([name, , { region, reach, source }]): Finding[] =>
    (
      [
        [['reach', 'sql', 'secret'], reach?.sql?.secret],
        [['source', 'secret'], source?.secret],
      ] as const
    ).flatMap(([path, arn]) =>
      region === undefined || arn === undefined || arn.split(':')[3] === region
        ? []
        : [
            finding(
              ['clusters', name, 'standby', ...path],
              `a standby has to be complete in ${region} without any other region; replicate the secret there and name the replica`,
            ),
          ],
    ),
  );

/** What standbys ask of their configuration. */
export const STANDBY_CHECKS: readonly Check[] = [regions, itsOwnCluster, secrets];
