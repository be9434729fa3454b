import type { HttpEndpoint } from '../plan/ends.ts';
import type { SqlEndpoint } from '../plan/self-run.ts';
import type { HttpReply, HttpRequest, SqlAnswer, SqlRefusal } from './reach.ts';

/** Whom a server is to take the caller for. Goes into no log, no message and no answer. */
export interface Login {
  readonly username: string;
  readonly password: string;
}

/** What a server made of one statement. */
export type Said =
  | { readonly answer: SqlAnswer }
  | { readonly refused: Pick<SqlRefusal, 'code' | 'errno' | 'message'> };

/** One connection, with what belongs to it: the database in use, variables, temporary tables. */
export interface SqlSession {
  /** @throws ServiceUnavailable when the connection breaks before an answer: nobody knows what the statement did */
  query(statement: string): Promise<Said>;
  close(): Promise<void>;
}

/**
 * Connections to servers, from inside their network. Every wait has an end.
 *
 * @throws ServiceUnavailable when nothing answers, or with a certificate that nobody vouches for; AccessRefused when the
 *   server does not take the login
 */
export interface Dial {
  mysql(at: SqlEndpoint, login: Login): Promise<SqlSession>;
  http(at: HttpEndpoint, login: Login | undefined, request: HttpRequest): Promise<HttpReply>;
}

/** Logins by the ARN of the secret that holds them. */
export interface Logins {
  /** @throws ResourceMissing, PermissionMissing, KeyNotUsable; AccessRefused when the secret holds no login */
  of(secret: string): Promise<Login>;
  /** It was refused: the next time it is read again, because secrets rotate. */
  forget(secret: string): void;
}
