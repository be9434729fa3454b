import { type Cluster, isRds, standbyOf } from '../plan/installation.ts';
import type { TargetRequest } from '../recovery/target.ts';

/** Where a failover brings a member, so that applications find it as they know it. */
export interface Landing {
  /** What its restore is asked for, beside what `restoreInto` says. */
  readonly target: TargetRequest;
  /** What a person knows it by: bucket, cluster id, host. Absent: only the restore knows. */
  readonly called?: string;
}

/**
 * Objects keep their keys, where a bucket of their own is named for them; a database cluster has the identifier that it has
 * at home, which is free in another region. Self-run clusters are there, and volumes have no name.
 */
export function landingOf(cluster: Cluster, region: string): Landing {
  const into = cluster.restoreInto[region];
  if (isRds(cluster)) return { target: { clusterId: cluster.clusterId }, called: cluster.clusterId };
  switch (cluster.engine) {
    case 'objects':
      return into?.bucket === undefined
        ? { target: {} }
        : { target: { bucket: into.bucket, prefix: '' }, called: into.bucket };
    case 'ebs':
      return { target: {} };
    case 'tidb':
      return named(cluster.restoreInto[region]?.reach?.pd);
    case 'doris':
      return named(cluster.restoreInto[region]?.reach?.sql.host);
    case 'milvus': {
      const reach = cluster.restoreInto[region]?.reach;
      return named(reach && `${reach.host}:${reach.port}`);
    }
  }
}

const named = (called: string | undefined): Landing => ({
  target: {},
  ...(called !== undefined && { called }),
});

/** The standby of a member, as a person knows it. */
export const standbyHost = (cluster: Cluster): string =>
  standbyOf(cluster)?.reach.sql.host ?? `the standby of ${cluster.name}`;
