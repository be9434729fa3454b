import type { Cluster } from '../plan/installation.ts';
import { type Duration, days, minutes } from '../time/instant.ts';

/** A database of Aurora's, spoken to through its Data API. */
export interface DataApi {
  /** ARN of a secret of Secrets Manager with `username` and `password`. */
  readonly secret: string;
  /** The database that the session begins in; PostgreSQL needs one. */
  readonly database?: string;
}

/** Where a cluster's heartbeat is written, and what it is. */
export type Heart =
  | { readonly kind: 'reach' }
  | { readonly kind: 'data-api'; readonly clusterId: string; readonly api: DataApi }
  | { readonly kind: 'object'; readonly bucket: string; readonly key: string };

/** Beside the objects, and captured with them. */
export const HEART_OBJECT = 'holdfast-heartbeat.json';

/** A row a minute: a loss is proven to the minute. */
export const BEAT_EVERY: Duration = minutes(1);
/**
 * Every beat of an object is a version that its bucket keeps, and that every inventory lists: a minute's would be 43,200
 * a month. Recovery points of objects are a quarter of an hour apart at best, and a beat per recovery point proves them.
 */
export const OBJECT_BEAT_EVERY: Duration = minutes(15);
/**
 * Beats that stay in the table, by number: those of eight days. A restore holds the beats that its full held and those
 * that came with the log, and fulls are a week apart at most where logs are kept: so every number between the full and
 * the instant is there or missing, and a week's full may be a day late.
 */
export const BEATS_KEPT: number = days(8) / BEAT_EVERY;

/** How a cluster's heart beats where it is protected; undefined when its configuration allows none. */
export function heartOf(cluster: Cluster): Heart | undefined {
  if (cluster.engine === 'tidb') return cluster.reach.sql && { kind: 'reach' };
  if (cluster.engine === 'aurora')
    return cluster.dataApi && { kind: 'data-api', clusterId: cluster.clusterId, api: cluster.dataApi };
  if (cluster.engine !== 'objects' || !cluster.heartbeat) return undefined;
  return { kind: 'object', bucket: cluster.bucket, key: `${cluster.prefix}${HEART_OBJECT}` };
}

/** What a restore was told of where it lands. */
export interface Landed {
  readonly id: string;
  readonly region: string;
  readonly target: { readonly bucket?: string; readonly prefix?: string; readonly clusterId?: string };
}

/**
 * How the heart of what a restore made is read; undefined when the configuration names no way to it there, though the
 * cluster has one at home.
 */
export function heartRestored(cluster: Cluster, { id, region, target }: Landed): Heart | undefined {
  const heart = heartOf(cluster);
  const into = cluster.restoreInto[region];
  if (heart?.kind === 'reach')
    return into?.reach && 'sql' in into.reach && into.reach.sql ? heart : undefined;
  if (heart?.kind === 'data-api')
    return into?.dataApi && { ...heart, api: into.dataApi, clusterId: target.clusterId ?? heart.clusterId };
  // Without a prefix of its own, a restore of objects lands below its id.
  return (
    heart && {
      ...heart,
      bucket: target.bucket ?? heart.bucket,
      key: `${target.prefix ?? `${id}/`}${heart.key}`,
    }
  );
}
