import { UnsupportedByEngine } from '../errors/registry.ts';
import {
  type Cluster,
  type DorisCluster,
  isRds,
  type MilvusCluster,
  type TidbCluster,
} from '../plan/installation.ts';
import { type Landing, landingOf } from './landing.ts';

/**
 * How a cluster changes sides as planned: over what was left there (`difference`), under its own name, which what was left
 * there gives up (`replace`), by its standby (`promote`), into the empty cluster that is kept there (`fill`), or into
 * itself, once what was left there is dropped (`refill`).
 */
export type WayOver = 'difference' | 'replace' | 'promote' | 'fill' | 'refill';

/**
 * @param to the region that it goes to
 * @returns its way, or why a machine does not go it, and who does
 */
export function wayOver(cluster: Cluster, to: string, home: string): WayOver | UnsupportedByEngine {
  if (cluster.engine === 'objects') return 'difference';
  if (isRds(cluster)) return 'replace';
  if (cluster.engine === 'doris' && to !== home && cluster.standby?.region === to) return 'promote';
  if (cluster.engine === 'doris' || cluster.engine === 'milvus')
    return (to === home && fillsAnother(cluster, home)) || 'difference';
  if (cluster.engine === 'tidb' && !cluster.volumes)
    return to === home ? tidbHome(cluster, home) : tidbAway(cluster, to);
  return refused(
    cluster,
    `what was left of it in ${to} is in the way of what comes there: ${byHand(cluster)}`,
  );
}

/** At home the last backup goes into the cluster itself, which is not what restores of home fill then. */
function fillsAnother(
  { name, engine, restoreInto }: DorisCluster | MilvusCluster | TidbCluster,
  home: string,
): UnsupportedByEngine | undefined {
  if (!restoreInto[home]?.reach) return undefined;
  return new UnsupportedByEngine(
    `what restores of ${name} in ${home} fill is another cluster, restoreInto.${home}.reach, and not ${name} itself; take that out of the configuration for as long as it goes home`,
    { cluster: name, engine },
  );
}

/** BR fills nothing but an empty cluster, so what was left at home is dropped before; which takes SQL, and all of it. */
function tidbHome(cluster: TidbCluster, home: string): 'refill' | UnsupportedByEngine {
  const another = fillsAnother(cluster, home);
  if (another) return another;
  if (cluster.filter.length > 0)
    return refused(
      cluster,
      `its filter leaves out a part that no backup holds, while BR fills an empty cluster only: ${byHand(cluster)}`,
    );
  if (cluster.reach.sql) return 'refill';
  return refused(
    cluster,
    `BR fills an empty cluster only, and nothing can empty it in ${home} without SQL: name reach.sql of ${cluster.name}, with a user that may SELECT and DROP; or ${byHand(cluster)}`,
  );
}

function tidbAway(cluster: TidbCluster, to: string): 'fill' | UnsupportedByEngine {
  if (cluster.restoreInto[to]?.reach) return 'fill';
  return refused(
    cluster,
    `no cluster is named that it could move into: set up an empty one and name it in restoreInto.${to}.reach of ${cluster.name}`,
  );
}

const refused = ({ name, engine }: Cluster, why: string): UnsupportedByEngine =>
  new UnsupportedByEngine(`${name} is ${engine}, and ${why}`, { cluster: name, engine });

const byHand = ({ name }: Cluster): string =>
  `bring it over by hand, as docs/runbooks/failback.md says, and start this again with "byHand": ["${name}"]`;

/** Where a cluster is on a side: at home where it always was, away where a failover brings it. */
export function placeOf(cluster: Cluster, region: string, home: string): Landing {
  if (region !== home) return landingOf(cluster, region);
  if (isRds(cluster)) return { target: { clusterId: cluster.clusterId }, called: cluster.clusterId };
  return cluster.engine === 'objects'
    ? { target: { bucket: cluster.bucket, prefix: '' }, called: cluster.bucket }
    : { target: {}, called: cluster.name };
}
