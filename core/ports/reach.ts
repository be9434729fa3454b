/**
 * A place that is reached from inside a cluster's network only. `source`: the protected cluster, in its own region.
 * `target`: the cluster that restores in a region fill. `standby`: the cluster that is kept in step, in its own region.
 */
export interface Place {
  readonly cluster: string;
  readonly region: string;
  readonly end: 'source' | 'target' | 'standby';
}

/** What a value is on MySQL's wire: text as the server renders it, so that no number loses digits; null for NULL. */
export type SqlValue = string | null;

/** By the names that the server gave its columns. */
export type SqlRow = Readonly<Record<string, SqlValue>>;

export interface SqlAnswer {
  /** Empty for a statement that answers with no rows. */
  readonly rows: readonly SqlRow[];
  readonly affectedRows: number;
}

/** A statement that the server refused: its own words. */
export interface SqlRefusal {
  /** MySQL's symbol, such as `ER_DUP_ENTRY`; `ER_UNKNOWN` when the number has none. */
  readonly code: string;
  readonly errno: number;
  readonly message: string;
  /** Index of the statement that was refused; those before it took effect. */
  readonly statement: number;
}

export interface SqlReply {
  /** One per statement that took effect, in their order. */
  readonly answers: readonly SqlAnswer[];
  readonly refused?: SqlRefusal;
}

export interface HttpRequest {
  /** Which of the place's services, by its name in the configuration's reach: `syncer`, `rest`, `management`. */
  readonly service: string;
  readonly method: 'GET' | 'POST';
  /** With query, beginning with a slash. */
  readonly path: string;
  /** JSON text. */
  readonly body?: string;
  /**
   * Logins that the body carries, and that whoever asks does not know: by the name of an object in the body, which of the
   * service's logins is filled in there as `user` and `password`, inside the network.
   */
  readonly logins?: Readonly<Record<string, string>>;
}

export interface HttpReply {
  readonly status: number;
  /** As it came: integers of 64 bits are not to pass through JavaScript's numbers. */
  readonly body: string;
  /** Of a redirect that was not followed: where it leads to. */
  readonly location?: string;
}

/**
 * The way to a cluster from outside its network: a function of its own stands inside and speaks for whoever asks.
 * Credentials stay there: no statement, request or answer carries them.
 *
 * @throws ServiceUnavailable when nothing answers there; AccessRefused when the server takes no such user or password;
 *   PermissionMissing; Throttled
 */
export interface Reach {
  /** In one session, one after the other, until one is refused. Text only: who builds a statement quotes its parts. */
  sql(place: Place, statements: readonly string[]): Promise<SqlReply>;
  http(place: Place, request: HttpRequest): Promise<HttpReply>;
}
