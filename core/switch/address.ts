import type { Cluster } from '../plan/installation.ts';
import type { Switch } from './switch.ts';

/** What is known of the side that takes over. */
export interface Side {
  readonly region: string;
  /** Where the clusters are while nothing is lost. */
  readonly home: string;
  /** The bucket that restores of this region land in when nothing else is said. */
  readonly landing: string;
  /** What a restore or a promotion says that it made: bucket, `s3://` place, DB cluster id, host. */
  readonly target?: string;
}

/** An address that is known, or the DB cluster whose endpoint is to be asked for. */
export type Address = { readonly text: string } | { readonly databaseCluster: string };

/**
 * Where a cluster is reached on a side: what took over, or else what the configuration says of that region. Undefined where
 * a cluster has no one address, as volumes have none.
 */
export function addressOf(cluster: Cluster, side: Side): Address | undefined {
  const into = cluster.restoreInto[side.region];
  const atHome = side.region === side.home;
  switch (cluster.engine) {
    case 'objects':
      return {
        text: bucketIn(side.target) ?? (atHome ? cluster.bucket : (into?.bucket ?? side.landing)),
      };
    case 'aurora':
    case 'documentdb':
    case 'neptune': {
      const id = side.target ?? (atHome ? cluster.clusterId : undefined);
      return id === undefined ? undefined : { databaseCluster: id };
    }
    case 'tidb': {
      const reach = atHome ? cluster.reach : cluster.restoreInto[side.region]?.reach;
      return hostOf(reach?.sql?.host);
    }
    case 'doris': {
      // What a standby's promotion made is the standby itself.
      const standby = cluster.standby?.region === side.region ? cluster.standby.reach : undefined;
      const restored = cluster.restoreInto[side.region]?.reach;
      const named = [standby, restored].find((reach) => reach && side.target?.includes(reach.sql.host));
      return hostOf((atHome ? cluster.reach : (named ?? standby ?? restored))?.sql.host);
    }
    case 'milvus':
      return hostOf((atHome ? cluster.reach : cluster.restoreInto[side.region]?.reach)?.host);
    case 'ebs':
      return undefined;
  }
}

const hostOf = (host: string | undefined): Address | undefined =>
  host === undefined ? undefined : { text: host };

/** `s3://bucket/prefix/` or a bucket's own name. */
const bucketIn = (target: string | undefined): string | undefined =>
  target?.startsWith('s3://') ? target.slice('s3://'.length).split('/')[0] : target;

/** What a switch is to say on a side: the configuration's own word, or the address. */
export const textFor = (
  { values }: Switch,
  region: string,
  address: string | undefined,
): string | undefined => values?.[region] ?? address;
