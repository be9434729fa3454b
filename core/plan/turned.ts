import { RULE_NAME_MAX } from '../ids/names.ts';
import {
  type Cluster,
  type DorisCluster,
  type DorisReach,
  type Installation,
  isRds,
  type MilvusCluster,
  type Plan,
  type RestoreDefaults,
  type Rule,
  type TidbCluster,
} from './installation.ts';

/** What the names of rules end in where the other side of a group is protected. No rule at home may end so. */
export const TURNED_SUFFIX = 'dr';

/** A rule of a grouped cluster leaves room for the suffix. */
export const GROUPED_RULE_NAME_MAX = RULE_NAME_MAX - TURNED_SUFFIX.length;

export const isTurnedRule = (rule: string): boolean => rule.endsWith(TURNED_SUFFIX);

/**
 * The installation as a recovery region sees it while it is the active side of its groups: the clusters are where a
 * failover brought them back, their recovery points are taken there, and go to the region that was lost. Undefined where
 * no group goes.
 *
 * Rules have names of their own, so that no two regions ever make one recovery point id.
 */
export function turned(installation: Installation, region: string): Installation | undefined {
  const groups = installation.groups.filter(({ to }) => to === region);
  if (groups.length === 0) return undefined;
  const home = installation.regions.primary;
  const members = new Set(groups.flatMap(({ layers }) => layers.flat()));
  const clusters = installation.clusters
    .filter(({ name }) => members.has(name))
    .flatMap((cluster) => turnedCluster(cluster, home, region) ?? []);
  const plans = new Set(clusters.map(({ plan }) => plan));
  return {
    ...installation,
    regions: { primary: region, recovery: [home] },
    plans: installation.plans.filter(({ name }) => plans.has(name)).map((plan) => turnedPlan(plan, home)),
    clusters,
    groups: groups.map((group) => ({ ...group, to: home })),
    turnedFrom: home,
  };
}

/** What holds for captures of a region: the installation itself at home, elsewhere seen from there. */
export const asCapturedIn = (installation: Installation, region: string): Installation =>
  region === installation.regions.primary ? installation : (turned(installation, region) ?? installation);

const turnedPlan = (plan: Plan, home: string): Plan => ({
  ...plan,
  rules: plan.rules.map((rule): Rule => ({ ...rule, name: `${rule.name}${TURNED_SUFFIX}` })),
  copyTo: [home],
});

/** A cluster where a failover brings it; undefined when the configuration does not say where that is. */
function turnedCluster(cluster: Cluster, home: string, region: string): Cluster | undefined {
  const into = cluster.restoreInto[region];
  // What restores of this region fill is the cluster itself now: they need another place, which nobody has named.
  const { [region]: _, ...others } = cluster.restoreInto;
  const landing = (more: RestoreDefaults = {}) => ({ ...others, [home]: { ...others[home], ...more } });
  if (isRds(cluster)) {
    const { dataApi: _home, ...rest } = cluster;
    const backAgain = landing(cluster.dataApi && { dataApi: cluster.dataApi });
    return {
      ...rest,
      ...(into?.dataApi && { dataApi: into.dataApi }),
      // A restore makes a cluster of its own, with the same subnets and groups as the one that serves there now.
      restoreInto: { ...backAgain, ...(into && { [region]: into }) },
    };
  }
  switch (cluster.engine) {
    case 'objects':
      return into?.bucket === undefined
        ? undefined
        : { ...cluster, bucket: into.bucket, restoreInto: landing({ bucket: cluster.bucket }) };
    case 'ebs':
      return { ...cluster, restoreInto: { ...landing(), ...(into && { [region]: into }) } };
    case 'tidb':
      return turnedTidb(cluster, home, region);
    case 'doris':
      return turnedDoris(cluster, home, region);
    case 'milvus':
      return turnedMilvus(cluster, home, region);
  }
}

function turnedTidb(cluster: TidbCluster, home: string, region: string): TidbCluster | undefined {
  const { [region]: into, ...others } = cluster.restoreInto;
  if (!into?.reach) return undefined;
  return {
    ...cluster,
    reach: into.reach,
    restoreInto: { ...others, [home]: { ...others[home], reach: cluster.reach } },
  };
}

/**
 * A standby that was promoted is the cluster; without one, what restores fill. Doris's hosts there store what they back up
 * in the vault, with what `restoreInto` says of them.
 */
function turnedDoris(
  { standby, ...cluster }: DorisCluster,
  home: string,
  region: string,
): DorisCluster | undefined {
  const { [region]: into, ...others } = cluster.restoreInto;
  const { hostRole, keys } = into?.reach ?? {};
  const promoted: DorisReach | undefined =
    standby?.region === region
      ? { ...standby.reach, ...(hostRole && { hostRole }), ...(keys && { keys }) }
      : undefined;
  const reach = promoted ?? into?.reach;
  if (!reach) return undefined;
  return {
    ...cluster,
    reach,
    restoreInto: {
      ...others,
      ...(promoted && into && { [region]: into }),
      [home]: { ...others[home], reach: cluster.reach },
    },
  };
}

function turnedMilvus(cluster: MilvusCluster, home: string, region: string): MilvusCluster | undefined {
  const { [region]: into, ...others } = cluster.restoreInto;
  if (!into?.reach) return undefined;
  return {
    ...cluster,
    reach: into.reach,
    restoreInto: { ...others, [home]: { ...others[home], reach: cluster.reach } },
  };
}
