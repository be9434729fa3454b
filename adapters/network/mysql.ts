import { type Connection, type ConnectionOptions, createConnection } from 'mysql2/promise';
import type { SqlSession } from '../../core/ports/dial.ts';
import type { SqlRow } from '../../core/ports/reach.ts';
import { mysqlFault, refusalIn } from './mysql-faults.ts';
import { wayHere } from './ways.ts';

export interface MysqlOptions {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: string;
  /**
   * TLS with the server's certificate and name checked, against Node's own authorities or this one (PEM).
   * False: none, the password goes as a challenge's answer and statements go plain.
   */
  readonly tls: boolean | { readonly ca: string };
  /** Milliseconds until the server has let the user in. @default 5,000 */
  readonly connectWithin?: number;
  /** Milliseconds for each statement. @default 20,000 */
  readonly answerWithin?: number;
}

/** @throws ServiceUnavailable when nothing answers; AccessRefused when the server does not let the user in */
export type OpenMysql = (options: MysqlOptions) => Promise<SqlSession>;

const CONNECT_WITHIN = 5_000;
const ANSWER_WITHIN = 20_000;

/**
 * MySQL's protocol from where this runs. Call it when the function starts: whoever imports this file loads mysql2, which
 * is large, so only functions that talk to databases do.
 */
export function mysqlHere(): OpenMysql {
  const way = wayHere();
  return async (options) => {
    const { host, port, user, password, tls } = options;
    const { connectWithin = CONNECT_WITHIN, answerWithin = ANSWER_WITHIN } = options;
    const base = { host, port, user, password, ...AS_TEXT };
    try {
      if (!way)
        return session(
          await createConnection({ ...base, connectTimeout: connectWithin, ...ssl(tls) }),
          options,
          answerWithin,
        );
      const stream = await way.open({ host, port, tls: tls !== false, connectWithin, answerWithin });
      // Its times are not this process's: 0 turns the timers of mysql2 off, and the stream keeps its own.
      return session(await createConnection({ ...base, stream, connectTimeout: 0 }), options, undefined);
    } catch (thrown) {
      throw mysqlFault(thrown, options);
    }
  };
}

/** No value becomes a number or a date of JavaScript, and no statement hides behind another one. */
const AS_TEXT: ConnectionOptions = {
  charset: 'utf8mb4',
  supportBigNumbers: true,
  bigNumberStrings: true,
  rowsAsArray: false,
  multipleStatements: false,
  disableEval: true,
  typeCast: (field) => field.buffer()?.toString('utf8') ?? null,
};

const ssl = (tls: MysqlOptions['tls']): ConnectionOptions =>
  tls === false
    ? {}
    : {
        ssl: {
          minVersion: 'TLSv1.2',
          rejectUnauthorized: true,
          verifyIdentity: true,
          ...(tls === true ? {} : { ca: tls.ca }),
        },
      };

function session(
  connection: Connection,
  options: MysqlOptions,
  answerWithin: number | undefined,
): SqlSession {
  // A connection that breaks between two statements is told by the next one; nobody else listens.
  connection.on('error', () => {});
  return {
    async query(sql) {
      try {
        const [result] = await connection.query(
          answerWithin === undefined ? { sql } : { sql, timeout: answerWithin },
        );
        return {
          answer: Array.isArray(result)
            ? { rows: result as unknown as readonly SqlRow[], affectedRows: 0 }
            : { rows: [], affectedRows: result.affectedRows },
        };
      } catch (thrown) {
        const refused = refusalIn(thrown);
        if (refused) return { refused };
        connection.destroy();
        throw mysqlFault(thrown, options);
      }
    },
    // Takes its leave and waits for nobody: what a server makes of it changes nothing.
    async close() {
      connection.end().catch(() => {});
    },
  };
}
