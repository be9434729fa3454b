import type { SqlReply } from './reach.ts';

/** A database of Aurora's, and who speaks to it. */
export interface Database {
  readonly clusterId: string;
  /** ARN of the secret that holds the login. AWS reads it with the caller's rights. */
  readonly secret: string;
  readonly database?: string;
}

/**
 * Aurora's Data API in one region: SQL over HTTPS, without a way into the cluster's network.
 *
 * @throws ServiceUnavailable when the database does not answer or is waking up; AccessRefused when it takes no such
 *   login; ResourceMissing when there is no such cluster; TargetNotUsable when its Data API is switched off;
 *   PermissionMissing; Throttled
 */
export interface DataApis {
  /** One after the other until one is refused, each in a transaction of its own. */
  sql(database: Database, statements: readonly string[]): Promise<SqlReply>;
  /** Switches the Data API of a cluster on. Takes effect a little later; on already, nothing happens. */
  switchOn(clusterId: string): Promise<void>;
}
