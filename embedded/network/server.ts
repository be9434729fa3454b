/** What a server that speaks MySQL's protocol answers to one statement. */
export type ServerReply =
  | { readonly columns: readonly string[]; readonly rows: readonly (readonly (string | null)[])[] }
  | { readonly affectedRows: number }
  | { readonly error: { readonly code: string; readonly errno: number; readonly message: string } };

/** One connection. A session may be cut off between two statements, as by a server that restarts. */
export interface SqlSession {
  /** `undefined`: the connection breaks before an answer. A promise: the server asks others before it answers. */
  query(statement: string): ServerReply | undefined | Promise<ServerReply | undefined>;
}

/** A database's endpoint, behind the wire: what is sent and answered passes through the genuine protocol. */
export interface SqlServer {
  /** As the handshake says it, such as `8.0.11-TiDB-v8.5.1` or `5.7.99`. */
  readonly version: string;
  /** The password of a user; undefined when there is no such user. */
  passwordOf(user: string): string | undefined;
  connect(user: string, database: string | undefined): SqlSession;
}

export interface HttpAsked {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface HttpAnswered {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface HttpServer {
  answer(request: HttpAsked): HttpAnswered;
}

/** Where a server listens, and who gets there. */
export interface Endpoint {
  readonly region: string;
  readonly host: string;
  readonly port: number;
  /** Security groups that its own lets in. */
  readonly reachableFrom: readonly string[];
  /** TLS: has it and asks nobody to use it, has none, or takes no connection without it (HTTPS, for HTTP). @default offered */
  readonly tls?: 'offered' | 'none' | 'required';
  /** Whether nothing listens at the moment. @default never */
  readonly isDown?: () => boolean;
}
