import type { Cluster } from './installation.ts';
import type { DorisReach, MilvusReach, SelfRunReach, SqlEndpoint, TidbReach } from './self-run.ts';

/** One of a cluster's services that speaks HTTP inside its network. */
export interface HttpEndpoint {
  /** `http://host:port` or `https://host:port`, with nothing behind it. */
  readonly url: string;
  /** ARN of a secret with `username` and `password`, sent as `Bearer username:password`. Absent: nobody is asked. */
  readonly secret?: string;
}

/** What there is to be reached of one cluster inside its network. */
export interface Ends {
  readonly sql?: SqlEndpoint;
  /** By the name that a request gives: `rest`, `management`. */
  readonly services: Readonly<Record<string, HttpEndpoint>>;
}

/** What Holdfast's own functions reach of a cluster; undefined when that is nothing, because only its tools do. */
export function endsOf(cluster: Cluster, reach: SelfRunReach): Ends | undefined {
  if (cluster.engine === 'milvus') return milvus(reach as MilvusReach);
  if (cluster.engine !== 'tidb' && cluster.engine !== 'doris') return undefined;
  const { sql } = reach as TidbReach | DorisReach;
  return sql && { sql, services: {} };
}

const milvus = ({ host, port, tls, secret, management }: MilvusReach): Ends => ({
  services: {
    rest: { url: `${tls ? 'https' : 'http'}://${host}:${port}`, ...(secret === undefined ? {} : { secret }) },
    management: { url: `http://${management}` },
  },
});
