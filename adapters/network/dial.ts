import { AccessRefused } from '../../core/errors/registry.ts';
import type { Dial, Login } from '../../core/ports/dial.ts';
import { httpHere } from './http.ts';
import { mysqlHere } from './mysql.ts';

/**
 * The ways into databases from where this runs: only a function that stands in their network gets anywhere. Call it when
 * the function starts. Whoever imports this file loads mysql2, which is large.
 */
export function dialHere(): Dial {
  const openMysql = mysqlHere();
  const sendHttp = httpHere();
  return {
    mysql: ({ host, port, tls }, { username, password }) =>
      openMysql({ host, port, tls, user: username, password }),
    async http({ url }, login, { method, path, body }) {
      const { protocol, hostname, port } = new URL(url);
      const tls = protocol === 'https:';
      const reply = await sendHttp({
        ...{ host: hostname, port: port === '' ? (tls ? 443 : 80) : Number(port), tls, method, path },
        headers: {
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          ...(login && { authorization: bearer(login) }),
        },
        ...(body === undefined ? {} : { body }),
      });
      if (reply.status === UNAUTHORIZED)
        throw new AccessRefused(
          `${url} refuses ${login ? `the user ${login.username}` : 'a caller without a login'}; look at the secret in its reach`,
          { url, status: reply.status },
        );
      return reply;
    },
  };
}

const UNAUTHORIZED = 401;

/** As Milvus takes a user and a password: `Bearer root:Milvus` (Milvus RESTful API v2, Authentication). */
const bearer = ({ username, password }: Login): string => `Bearer ${username}:${password}`;
