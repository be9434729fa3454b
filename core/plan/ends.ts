import type { Cluster } from './installation.ts';
import type {
  DorisReach,
  DorisStandby,
  MilvusReach,
  SelfRunReach,
  SqlEndpoint,
  TidbReach,
} from './self-run.ts';

/** One of a cluster's services that speaks HTTP inside its network. */
export interface HttpEndpoint {
  /** `http://host:port` or `https://host:port`, with nothing behind it. */
  readonly url: string;
  /** ARN of a secret with `username` and `password`, sent as `Bearer username:password`. Absent: nobody is asked. */
  readonly secret?: string;
  /** ARNs of secrets whose logins a request may have filled into its body, by the name that it gives. */
  readonly logins?: Readonly<Record<string, string>>;
  /** What a redirect may lead to: each like `url`. Absent: none is followed. */
  readonly redirects?: readonly string[];
  /** The only paths that may be asked for, where others answer with credentials. Absent: any. */
  readonly paths?: readonly string[];
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

/** Not among them is `/job_detail`: it answers with the passwords of both sides. */
const SYNCER_PATHS: readonly string[] = [
  'create_ccr',
  'delete',
  'desync',
  'get_lag',
  'job_progress',
  'job_status',
  'list_jobs',
  'pause',
  'resume',
].map((name) => `/${name}`);

/** What Holdfast reaches of a standby, and of the syncer beside it, which has a job's logins from nobody else. */
export function standbyEnds({ reach: { sql }, source, syncer }: DorisStandby): Ends {
  const { host, port, others } = syncer;
  return {
    sql,
    services: {
      syncer: {
        url: `http://${host}:${port}`,
        logins: { source: source.secret, standby: sql.secret },
        redirects: others.map((address) => `http://${address}`),
        paths: SYNCER_PATHS,
      },
    },
  };
}

const milvus = ({ host, port, tls, secret, management }: MilvusReach): Ends => ({
  services: {
    rest: { url: `${tls ? 'https' : 'http'}://${host}:${port}`, ...(secret === undefined ? {} : { secret }) },
    management: { url: `http://${management}` },
  },
});
