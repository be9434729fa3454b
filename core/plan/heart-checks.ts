import type { Draft } from './draft.ts';
import { type Check, type Finding, finding } from './finding.ts';

type DraftCluster = Draft['clusters'][string];
type Place = Pick<DraftCluster, 'reach' | 'dataApi'>;
type Steps = readonly (string | number)[];

const secretsOf = ({ reach, dataApi }: Place): readonly (readonly [Steps, string | undefined])[] => [
  [['reach', 'sql', 'secret'], reach?.sql?.secret],
  [['reach', 'secret'], reach?.secret],
  [['reach', 'tls'], reach?.tls],
  [['reach', 'keys'], reach?.keys],
  [['dataApi', 'secret'], dataApi?.secret],
];

/** A region has to work while another one is gone: what a function there logs in with lies beside it. */
const secretsWhereTheyAreRead: Check = ({ clusters, regions: { primary } }) =>
  Object.entries(clusters).flatMap(([name, cluster]): Finding[] => {
    const places: readonly (readonly [Steps, string | undefined, Place])[] = [
      [[], primary, cluster],
      ...Object.entries(cluster.restoreInto).map(
        ([region, into]) => [['restoreInto', region], region, into] as const,
      ),
    ];
    return places.flatMap(([at, region, place]) =>
      secretsOf(place).flatMap(([steps, arn]) => {
        const lies = /^arn:aws:secretsmanager:([a-z0-9-]+):/.exec(arn ?? '')?.[1];
        if (lies === undefined || region === undefined || lies === region) return [];
        return [
          finding(
            ['clusters', name, ...at, ...steps],
            `this secret lies in ${lies}, and it is read in ${region}; replicate it there, and name the replica`,
          ),
        ];
      }),
    );
  });

/** So does what encrypts there: KMS uses no key of another region, and of one that is gone nothing at all. */
const keysWhereTheyAreUsed: Check = ({ clusters }) =>
  Object.entries(clusters).flatMap(([name, { restoreInto }]) =>
    Object.entries(restoreInto).flatMap(([region, { kmsKey }]): Finding[] => {
      const lies = /^arn:aws:kms:([a-z0-9-]+):/.exec(kmsKey ?? '')?.[1];
      if (lies === undefined || lies === region) return [];
      return [
        finding(
          ['clusters', name, 'restoreInto', region, 'kmsKey'],
          `this key lies in ${lies}, and restores of ${region} encrypt with it; name one of ${region}`,
        ),
      ];
    }),
  );

export const HEART_CHECKS: readonly Check[] = [secretsWhereTheyAreRead, keysWhereTheyAreUsed];
