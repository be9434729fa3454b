import { createHash } from 'node:crypto';
import type { Duplex } from 'node:stream';
import { createConnection } from 'mysql2';
import type { ServerReply, SqlServer, SqlSession } from './server.ts';

/** What breaks in between: before the statement reached the server, after it took effect, or nothing answers ever. */
export type Cut = 'before' | 'after' | 'hangs';

export interface Accepting {
  readonly stream: Duplex;
  readonly server: SqlServer;
  readonly connectionId: number;
  /** Why nobody is let in over this connection, as the server says it. */
  readonly closedTo: ServerError | undefined;
  /** Whether a statement's dialogue breaks. */
  readonly cut: (statement: string) => Cut | undefined;
  readonly breakOff: () => void;
  /** What a server throws is a hole in it, and no answer. */
  readonly fail: (thrown: unknown) => void;
}

type ServerError = Extract<ServerReply, { readonly error: object }>['error'];

/** What mysql2's handshake hands over: the two halves of the challenge, and what the client made of them. */
interface Login {
  readonly user: string;
  readonly database?: string;
  readonly authPluginData1: Buffer;
  readonly authPluginData2: Buffer;
  readonly authToken: Buffer;
}

/**
 * LONG_PASSWORD, LONG_FLAG, CONNECT_WITH_DB, PROTOCOL_41, TRANSACTIONS, SECURE_CONNECTION, PLUGIN_AUTH (MySQL Internals,
 * Capability Flags). No SSL and no compression.
 */
const CAPABILITIES = 0x1 | 0x4 | 0x8 | 0x200 | 0x2000 | 0x8000 | 0x80000;
/** utf8mb4_bin, TiDB's own. */
const CHARSET = 46;
const AUTOCOMMIT = 2;
const VAR_STRING = 253;
const ACCESS_DENIED = 1045;
const PARSE_ERROR = 1064;

/**
 * The server's side of one connection, spoken by mysql2's own server: the handshake with mysql_native_password, then
 * statements as text, until the client leaves.
 *
 * Does not model: TLS (the wire is plain in here; whether the client wants it and the server has it is compared where the
 * connection is opened), other ways of authentication, prepared statements, several results of one statement, types of
 * columns (every column is text), warnings.
 */
export function accept({ stream, server, connectionId, closedTo, cut, breakOff, fail }: Accepting): void {
  const connection = createConnection({ stream, isServer: true, connectTimeout: 0 });
  let session: SqlSession | undefined;
  // A client that goes without a word is nothing to a server.
  connection.on('error', () => {});

  const reply = (answer: ServerReply): void => {
    if ('error' in answer) {
      const { errno, message } = answer.error;
      connection.writeError({ code: errno, message });
    } else if ('affectedRows' in answer) connection.writeOk({ affectedRows: answer.affectedRows });
    else {
      const { columns, rows } = answer;
      connection.writeTextResult(
        rows.map((row) => Object.fromEntries(columns.map((column, at) => [column, row[at] ?? null]))),
        columns.map(column),
      );
    }
    // The client begins each command anew.
    connection.sequenceId = 0;
  };
  const take = async (statement: string): Promise<void> => {
    const broken = cut(statement);
    if (broken === 'hangs') return;
    if (broken === 'before') return breakOff();
    const answer = await session!.query(statement);
    if (answer === undefined || broken === 'after') return breakOff();
    reply(answer);
  };
  connection.on('query', (statement: string) => void take(statement).catch(fail));
  // mysql2 takes every text that begins with SET or PREPARE for a prepared statement.
  connection.on('stmt_prepare', (statement: string) => connection.emit('query', statement));
  for (const event of ['stmt_execute', 'field_list', 'init_db'])
    connection.on(event, () =>
      reply({
        error: { code: 'ER_PARSE_ERROR', errno: PARSE_ERROR, message: `${event} is not understood here` },
      }),
    );

  connection.serverHandshake({
    protocolVersion: 10,
    serverVersion: server.version,
    connectionId,
    statusFlags: AUTOCOMMIT,
    characterSet: CHARSET,
    capabilityFlags: CAPABILITIES,
    authCallback: (
      login: Login,
      done: (fault: null, refused?: { message: string; code: number }) => void,
    ) => {
      const refused = closedTo ?? denied(login, server.passwordOf(login.user));
      if (refused) return done(null, { message: refused.message, code: refused.errno });
      session = server.connect(login.user, login.database === '' ? undefined : login.database);
      done(null);
      connection.sequenceId = 0;
    },
  });
}

const column = (name: string) => ({
  ...{ catalog: 'def', schema: '', table: '', orgTable: '', name, orgName: name },
  ...{ characterSet: CHARSET, columnLength: 65_535, columnType: VAR_STRING, flags: 0, decimals: 0 },
});

/** As MySQL's servers and TiDB's say it. */
function denied(login: Login, password: string | undefined): ServerError | undefined {
  if (password !== undefined && login.authToken.equals(expected(password, login))) return undefined;
  const using = login.authToken.length > 0 ? 'YES' : 'NO';
  return {
    code: 'ER_ACCESS_DENIED_ERROR',
    errno: ACCESS_DENIED,
    message: `Access denied for user '${login.user}'@'%' (using password: ${using})`,
  };
}

const sha1 = (...parts: readonly (string | Buffer)[]): Buffer => {
  const hash = createHash('sha1');
  for (const part of parts) hash.update(part);
  return hash.digest();
};

/** mysql_native_password: SHA1(password) XOR SHA1(challenge, SHA1(SHA1(password))); nothing for no password. */
function expected(password: string, { authPluginData1, authPluginData2 }: Login): Buffer {
  if (password === '') return Buffer.alloc(0);
  const once = sha1(password);
  const mask = sha1(authPluginData1, authPluginData2, sha1(once));
  return Buffer.from(once.map((byte, at) => byte ^ mask[at]!));
}
