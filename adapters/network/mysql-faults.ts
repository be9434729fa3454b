import { AccessRefused, type HoldfastError, ServiceUnavailable } from '../../core/errors/registry.ts';
import type { SqlRefusal } from '../../core/ports/reach.ts';

/** What mysql2 tells of an error. `errno` is the server's; an error of the connection has a `code` of Node's or none. */
interface MysqlError extends Error {
  readonly code?: string;
  readonly errno?: number;
  readonly fatal?: boolean;
  readonly sqlMessage?: string;
}

/** MySQL 8.0 Error Reference, server errors: those that another user, password or grant would mend. */
const ACCESS = new Set([
  1044, // ER_DBACCESS_DENIED_ERROR
  1045, // ER_ACCESS_DENIED_ERROR
  1130, // ER_HOST_NOT_PRIVILEGED
  1142, // ER_TABLEACCESS_DENIED_ERROR
  1143, // ER_COLUMNACCESS_DENIED_ERROR
  1227, // ER_SPECIFIC_ACCESS_DENIED_ERROR
  1251, // ER_NOT_SUPPORTED_AUTH_MODE
  1370, // ER_PROCACCESS_DENIED_ERROR
  1698, // ER_ACCESS_DENIED_NO_PASSWORD_ERROR
  1820, // ER_MUST_CHANGE_PASSWORD
  1862, // ER_MUST_CHANGE_PASSWORD_LOGIN
  3118, // ER_ACCOUNT_HAS_BEEN_LOCKED
  3159, // ER_SECURE_TRANSPORT_REQUIRED
]);

/** A server that is going away, or has no room: what it says is no answer to the statement. */
const AWAY = new Set([
  1040, // ER_CON_COUNT_ERROR
  1053, // ER_SERVER_SHUTDOWN
  1129, // ER_HOST_IS_BLOCKED
  1226, // ER_USER_LIMIT_REACHED
  4031, // ER_CLIENT_INTERACTION_TIMEOUT
]);

/** The server's own refusal of a statement; undefined when the error is not about the statement but about the connection or the user. */
export function refusalIn(thrown: unknown): Omit<SqlRefusal, 'statement'> | undefined {
  const { code, errno, fatal, message, sqlMessage } = thrown as MysqlError;
  if (typeof errno !== 'number' || errno <= 0 || fatal || ACCESS.has(errno) || AWAY.has(errno))
    return undefined;
  return { code: code ?? 'ER_UNKNOWN', errno, message: sqlMessage ?? message };
}

interface Who {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: string;
}

/** Names what an error of mysql2 means for Holdfast. The password is in no message, whatever the server repeats. */
export function mysqlFault(thrown: unknown, { host, port, user, password }: Who): HoldfastError {
  const error = thrown as MysqlError;
  const told = error.sqlMessage ?? error.message;
  const said = password === '' ? told : told.replaceAll(password, '***');
  const facts = { host, port, user, mysqlError: error.code ?? error.errno ?? 'unknown' };
  if (typeof error.errno === 'number' && ACCESS.has(error.errno))
    return new AccessRefused(
      `${host}:${port} refuses the user ${user}: ${said}; look at the secret and at the user's grants`,
      facts,
    );
  if (error.code === 'HANDSHAKE_NO_SSL_SUPPORT')
    return new AccessRefused(
      `${host}:${port} offers no TLS, and the configuration asks for it; turn it on there`,
      facts,
    );
  return new ServiceUnavailable(`${host}:${port} does not answer: ${said}; the machine retries`, facts);
}
