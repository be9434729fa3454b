import { AccessRefused } from '../../core/errors/registry.ts';
import type { Dial, SqlSession } from '../../core/ports/dial.ts';
import { httpHere } from './http.ts';
import { mysqlHere } from './mysql.ts';

/** HTTP's word for a login that is not taken. */
const UNAUTHORIZED = 401;

/** Connections from where this runs. Call it when the function starts. */
export function dialHere(): Dial {
  const mysql = mysqlHere();
  const send = httpHere();
  return {
    async mysql({ host, port, tls }, { username, password }): Promise<SqlSession> {
      const session = await mysql({ host, port, tls, user: username, password });
      return {
        async query(statement) {
          const said = await session.query(statement);
          return 'refused' in said ? said : { answer: said };
        },
        close: async () => session.end(),
      };
    },
    async http({ url }, login, { method, path, body }) {
      const { hostname: host, port, protocol } = new URL(url);
      const tls = protocol === 'https:';
      const reply = await send({
        host,
        port: port === '' ? (tls ? 443 : 80) : Number(port),
        tls,
        method,
        path,
        headers: {
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          ...(login && { authorization: `Bearer ${login.username}:${login.password}` }),
        },
        ...(body === undefined ? {} : { body }),
      });
      if (login && reply.status === UNAUTHORIZED)
        throw new AccessRefused(
          `${host}:${port} refuses the user ${login.username}; look at the secret and at the user's grants`,
        );
      return reply;
    },
  };
}
