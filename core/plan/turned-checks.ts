import { RULE_NAME_MAX } from '../ids/names.ts';
import type { Draft } from './draft.ts';
import { type Check, type Finding, finding } from './finding.ts';
import { GROUPED_RULE_NAME_MAX, isTurnedRule, TURNED_SUFFIX } from './turned.ts';

type DraftCluster = Draft['clusters'][string];

interface Member {
  readonly name: string;
  readonly cluster: DraftCluster;
  readonly to: string;
}

/** Grouped clusters whose group goes to a region that is known. */
function membersOf({ groups, clusters, regions: { recovery } }: Draft): readonly Member[] {
  return Object.values(groups).flatMap(({ layers, to = recovery.length === 1 ? recovery[0] : undefined }) =>
    to === undefined || !recovery.includes(to)
      ? []
      : layers.flat().flatMap((name) => {
          const cluster = clusters[name];
          return cluster ? [{ name, cluster, to }] : [];
        }),
  );
}

/** What a failover restored into a bucket that a restore happened to get is known to nobody afterwards. */
const buckets: Check = (draft) =>
  membersOf(draft).flatMap(({ name, cluster, to }): Finding[] => {
    if (cluster.engine !== 'objects') return [];
    const bucket = cluster.restoreInto[to]?.bucket;
    const steps = ['clusters', name, 'restoreInto', to, 'bucket'];
    if (bucket === undefined)
      return [
        finding(
          steps,
          `name the bucket of ${to} that ${name} lives in after a failover; it keeps versions, and nothing else writes there`,
        ),
      ];
    return bucket === cluster.bucket
      ? [finding(steps, `this is the bucket of ${name} itself; name one of ${to}`)]
      : [];
  });

/** Snapshots of volumes are taken while BR keeps the log of the cluster still: it has to be told where. */
const volumes: Check = (draft) =>
  membersOf(draft).flatMap(({ name, cluster, to }): Finding[] =>
    cluster.engine === 'tidb' && cluster.volumes && !cluster.restoreInto[to]?.reach
      ? [
          finding(
            ['clusters', name, 'restoreInto', to, 'reach'],
            `say how ${name} is reached in ${to} once it was brought back there: it is protected there then`,
          ),
        ]
      : [],
  );

/** Two clusters in one place would be one cluster. */
const apart: Check = (draft) => {
  const all = membersOf(draft).filter(({ cluster }) => cluster.engine === 'objects');
  const placeOf = ({ cluster, to }: Member) => ({
    bucket: cluster.restoreInto[to]?.bucket,
    prefix: cluster.prefix ?? '',
  });
  return all.flatMap((one, n): Finding[] => {
    const mine = placeOf(one);
    const other = all.slice(0, n).find((before) => {
      const theirs = placeOf(before);
      return (
        before.name !== one.name &&
        mine.bucket !== undefined &&
        mine.bucket === theirs.bucket &&
        (mine.prefix.startsWith(theirs.prefix) || theirs.prefix.startsWith(mine.prefix))
      );
    });
    if (!other) return [];
    return [
      finding(
        ['clusters', one.name, 'restoreInto', one.to, 'bucket'],
        `a failover brings ${other.name} to the same keys of this bucket; name another bucket`,
      ),
    ];
  });
};

/** The same of clusters that run by themselves: TiDB's is all of one, Doris's are databases of one. */
const apartToo: Check = (draft) => {
  const all = membersOf(draft);
  return all.flatMap((one, n): Finding[] => {
    const other = all.slice(0, n).find((before) => before.name !== one.name && meet(before, one));
    if (!other) return [];
    return [
      finding(
        ['clusters', one.name, 'restoreInto', one.to, 'reach'],
        `a failover brings ${other.name} to the same ${one.cluster.engine === 'tidb' ? 'cluster' : 'database of this cluster'}; name another one`,
      ),
    ];
  });
};

function meet(a: Member, b: Member): boolean {
  if (a.to !== b.to || a.cluster.engine !== b.cluster.engine) return false;
  const [mine, theirs] = [a, b].map(({ cluster, to }) => cluster.restoreInto[to]?.reach);
  if (a.cluster.engine === 'tidb') return mine?.pd !== undefined && mine.pd === theirs?.pd;
  if (a.cluster.engine !== 'doris') return false;
  const databases = b.cluster.databases ?? {};
  return (
    mine?.sql?.host !== undefined &&
    mine.sql.host === theirs?.sql?.host &&
    Object.keys(a.cluster.databases ?? {}).some((name) => name in databases)
  );
}

/** The other side names its recovery points after the same rules, and must never make an id that home makes too. */
const ruleNames: Check = (draft) => {
  const plans = new Set(membersOf(draft).map(({ cluster }) => cluster.plan));
  return Object.entries(draft.plans).flatMap(([plan, { rules }]) =>
    plans.has(plan)
      ? rules.flatMap(({ name = '' }, n): Finding[] => {
          const steps = ['plans', plan, 'rules', n, 'name'];
          if (isTurnedRule(name))
            return [
              finding(
                steps,
                `"${TURNED_SUFFIX}" ends the names of rules on the other side of a group; choose another name`,
              ),
            ];
          return name.length > GROUPED_RULE_NAME_MAX && name.length <= RULE_NAME_MAX
            ? [
                finding(
                  steps,
                  `a rule of a grouped cluster has a name of at most ${GROUPED_RULE_NAME_MAX} characters: the other side adds "${TURNED_SUFFIX}" to it`,
                ),
              ]
            : [];
        })
      : [],
  );
};

/** What the way back from a failover asks of the configuration. */
export const TURNED_CHECKS: readonly Check[] = [buckets, volumes, apart, apartToo, ruleNames];
