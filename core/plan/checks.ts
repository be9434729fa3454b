import { CAPABILITIES } from '../engines/capabilities.ts';
import { CLUSTER_NAME_MAX } from '../ids/names.ts';
import { DORIS_CHECKS } from './doris-checks.ts';
import type { Draft } from './draft.ts';
import { DRILL_CHECKS } from './drill-checks.ts';
import { type Check, type Finding, finding } from './finding.ts';
import { GROUP_CHECKS } from './group-checks.ts';
import { HEART_CHECKS } from './heart-checks.ts';
import type { EngineName } from './installation.ts';
import { lock, retention } from './keep-checks.ts';
import { PLAN_NAME_MAX, POLICY_CHARACTERS_FOR_BUCKETS, policyCharactersOf } from './limits.ts';
import { LOG_CHECKS } from './log-checks.ts';
import { MILVUS_CHECKS } from './milvus-checks.ts';
import { REGION_NAMES } from './region-names.ts';
import { named } from './schema.ts';
import { STANDBY_CHECKS } from './standby-checks.ts';
import { SWITCH_CHECKS } from './switch-checks.ts';
import { TIDB_CHECKS } from './tidb-checks.ts';
import { TURNED_CHECKS } from './turned-checks.ts';

const list = (names: Iterable<string>): string => [...names].join(', ') || 'none';

/** The first directory of a vault's scratch area would be a cluster's own. */
const RESERVED = new Set(['work', 'receipts']);

const names: Check = ({ plans, clusters }) => {
  const misnamed = (kind: 'plan' | 'cluster', max: number, all: object): Finding[] =>
    Object.keys(all).flatMap((name) => {
      const read = named(kind, max).safeParse(name);
      if (RESERVED.has(name))
        return [finding([`${kind}s`, name], `"${name}" is a folder of the vault; rename it`)];
      return read.success
        ? []
        : [finding([`${kind}s`, name], `rename it: ${read.error.issues.map((i) => i.message).join('; ')}`)];
    });
  return [...misnamed('plan', PLAN_NAME_MAX, plans), ...misnamed('cluster', CLUSTER_NAME_MAX, clusters)];
};

const present: Check = ({ plans, clusters }) => [
  ...(Object.keys(plans).length === 0 ? [finding(['plans'], 'give at least one plan')] : []),
  ...(Object.keys(clusters).length === 0 ? [finding(['clusters'], 'give at least one cluster')] : []),
];

/** Positions of values that stand earlier in the list already. */
const repeats = (values: readonly (string | undefined)[]): readonly number[] =>
  values.flatMap((value, n) => (value !== undefined && value !== '' && values.indexOf(value) < n ? [n] : []));

const regions: Check = ({ regions: { primary, recovery } }) => [
  ...recovery.flatMap((name, n) =>
    name === primary
      ? [finding(['regions', 'recovery', n], 'this is the primary region; recover in another one')]
      : [],
  ),
  ...repeats(recovery).map((n) =>
    finding(['regions', 'recovery', n], 'this region is named twice; remove one'),
  ),
];

const ruleNames: Check = ({ plans }) =>
  Object.entries(plans).flatMap(([name, plan]) =>
    repeats(plan.rules.map((rule) => rule.name)).map((n) =>
      finding(
        ['plans', name, 'rules', n, 'name'],
        'another rule of this plan has this name, and recovery point ids would collide; rename one',
      ),
    ),
  );

const copyTargets: Check = ({ plans, regions: { recovery } }) =>
  Object.entries(plans).flatMap(([name, { copyTo = [] }]) => [
    ...copyTo.flatMap((region, n) =>
      !REGION_NAMES.has(region) || recovery.includes(region)
        ? []
        : [
            finding(
              ['plans', name, 'copyTo', n],
              `not a recovery region of this installation (${list(recovery)}); add it to regions.recovery or copy elsewhere`,
            ),
          ],
    ),
    ...repeats(copyTo).map((n) =>
      finding(['plans', name, 'copyTo', n], 'this region is named twice; remove one'),
    ),
  ]);

const survival: Check = ({ plans }) =>
  Object.entries(plans).flatMap(([name, plan]) =>
    plan.objectives.survives === 'region' && plan.copyTo?.length === 0
      ? [
          finding(
            ['plans', name, 'copyTo'],
            'objectives.survives is "region", which needs a copy in another region; name one, or write survives: "cluster"',
          ),
        ]
      : [],
  );

const plansOfClusters: Check = ({ plans, clusters }) =>
  Object.entries(clusters).flatMap(([name, { plan }]) =>
    plan === undefined || plan in plans
      ? []
      : [finding(['clusters', name, 'plan'], `no plan has this name; there are ${list(Object.keys(plans))}`)],
  );

const sources: Check = ({ clusters }) => {
  const entries = Object.entries(clusters);
  const sourceOf = (c: Draft['clusters'][string]): string | undefined => {
    const tag = c.instances ?? c.volumes?.instances;
    return c.bucket !== undefined
      ? `${c.bucket}/${c.prefix ?? ''}`
      : (c.clusterId ?? (tag && `${tag.key}=${tag.value}`));
  };
  return repeats(entries.map(([, cluster]) => sourceOf(cluster))).map((n) => {
    const [name, cluster] = entries[n]!;
    const other = entries.find(([, c]) => sourceOf(c) === sourceOf(cluster))![0];
    return finding(
      [
        'clusters',
        name,
        (['bucket', 'clusterId', 'volumes'] as const).find((field) => cluster[field]) ?? 'instances',
      ],
      `cluster ${other} protects the same source; remove one, or give them different sources`,
    );
  });
};

/** Roles name the buckets that they may read and write, and a policy has an end. Better said here than by a failed deployment. */
const buckets: Check = ({ clusters }) => {
  const all = new Set(
    Object.values(clusters).flatMap(({ bucket, restoreInto }) => [
      ...(bucket === undefined ? [] : [bucket]),
      ...Object.values(restoreInto).flatMap((into) => (into.bucket === undefined ? [] : [into.bucket])),
    ]),
  );
  const characters = [...all].reduce((sum, bucket) => sum + policyCharactersOf(bucket), 0);
  return characters <= POLICY_CHARACTERS_FOR_BUCKETS
    ? []
    : [
        finding(
          ['clusters'],
          `the names of ${all.size} buckets take ${characters} characters of a role's policy, which has room for ${POLICY_CHARACTERS_FOR_BUCKETS}; protect several prefixes of one bucket, or split the clusters between two accounts`,
        ),
      ];
};

const restoreRegions: Check = ({ clusters, regions: { primary, recovery } }) =>
  Object.entries(clusters).flatMap(([name, { restoreInto }]) =>
    Object.keys(restoreInto).flatMap((region) =>
      region === primary || recovery.includes(region)
        ? []
        : [
            finding(
              ['clusters', name, 'restoreInto', region],
              `not a region of this installation; there are ${list([...(primary ? [primary] : []), ...recovery])}`,
            ),
          ],
    ),
  );

/** Security groups belong to a VPC of one region, so the captured ones cannot be restored with in another. */
const landings: Check = ({ plans, clusters, regions: { recovery } }) =>
  Object.entries(clusters).flatMap(([name, { engine, plan, clusterId, restoreInto }]) => {
    if (clusterId === undefined || engine === 'objects' || plan === undefined || !plans[plan]) return [];
    return (plans[plan].copyTo ?? recovery)
      .filter((region) => recovery.includes(region) && restoreInto[region]?.securityGroups === undefined)
      .map((region) =>
        finding(
          ['clusters', name, 'restoreInto', region],
          `name the securityGroups that a restore in ${region} gets, as in { securityGroups: ["sg-…"] }; those of the cluster belong to its own region`,
        ),
      );
  });

/** A volume is of one zone, and none of the captured ones lies in another region. */
const zones: Check = ({ plans, clusters, regions: { recovery } }) =>
  Object.entries(clusters).flatMap(([name, { engine, plan, volumes, restoreInto }]) => {
    if (engine !== 'ebs' && !(engine === 'tidb' && volumes)) return [];
    const into = (region: string): readonly string[] => ['clusters', name, 'restoreInto', region];
    const copied = plan === undefined ? [] : (plans[plan]?.copyTo ?? recovery);
    return [
      ...copied
        .filter((region) => recovery.includes(region) && !restoreInto[region]?.availabilityZone)
        .map((region) =>
          finding(
            into(region),
            `name the zone that restored volumes lie in, as in { availabilityZone: "${region}a" }; a volume is of one zone, and those of the cluster are elsewhere`,
          ),
        ),
      ...Object.entries(restoreInto).flatMap(([region, { availabilityZone: zone }]) =>
        zone === undefined || zone.startsWith(region)
          ? []
          : [finding([...into(region), 'availabilityZone'], `not a zone of ${region}; name one of its own`)],
      ),
    ];
  });

const capabilities: Check = ({ plans, clusters, regions: { recovery } }) =>
  Object.entries(clusters).flatMap(([name, { engine, plan }]) => {
    const can = CAPABILITIES[engine as EngineName];
    const copies = plan !== undefined && (plans[plan]?.copyTo ?? recovery).length > 0;
    return can !== undefined && copies && !can.crossRegionCopy
      ? [
          finding(
            ['clusters', name, 'engine'],
            'this engine has no copy to another region; use a plan with copyTo: []',
          ),
        ]
      : [];
  });

/** Everything that can be wrong between fields that are each right by themselves. */
export const CHECKS: readonly Check[] = [
  present,
  names,
  regions,
  ruleNames,
  copyTargets,
  retention,
  survival,
  plansOfClusters,
  sources,
  buckets,
  restoreRegions,
  landings,
  zones,
  capabilities,
  ...LOG_CHECKS,
  ...TIDB_CHECKS,
  ...MILVUS_CHECKS,
  ...HEART_CHECKS,
  ...DORIS_CHECKS,
  ...STANDBY_CHECKS,
  ...DRILL_CHECKS,
  ...GROUP_CHECKS,
  ...SWITCH_CHECKS,
  ...TURNED_CHECKS,
  lock,
];
