import { AccessRefused, AnswerTooLarge, InvalidInput } from '../../../core/errors/registry.ts';
import type { Ends } from '../../../core/plan/ends.ts';
import type { Dial, Login, Logins } from '../../../core/ports/dial.ts';
import type { HttpReply, HttpRequest, SqlAnswer, SqlReply } from '../../../core/ports/reach.ts';
import type { reachCluster } from '../../../workflows/contracts/reach.ts';
import { listed } from '../../shared/lookups.ts';
import type { Input, Output } from '../../shared/ports.ts';
import { askFollowing, askWithLogins } from './ask.ts';

/**
 * Lambda hands on 6 MB (lambda/latest/dg/gettingstarted-limits.html), in JSON, where a quote or a line break is two
 * characters and a control character six; what is counted here is JSON already.
 */
export const ANSWER_BYTES_MAX = 4_000_000;

export interface SpeakPorts {
  /** What stands in the network that this function stands in. */
  readonly ends: Ends;
  readonly dial: Dial;
  readonly logins: Logins;
}

/** Says what it is asked to say, and answers what it was answered. Decides nothing and repeats nothing. */
export async function speak(
  input: Input<typeof reachCluster>,
  ports: SpeakPorts,
): Promise<Output<typeof reachCluster>> {
  const said =
    'sql' in input
      ? { sql: await sql(input.sql, ports) }
      : { http: await http(input.http as HttpRequest, ports) };
  return said as Output<typeof reachCluster>;
}

async function sql(
  { statements }: { readonly statements: readonly string[] },
  { ends, dial, logins }: SpeakPorts,
): Promise<SqlReply> {
  const at = ends.sql;
  if (!at)
    throw new InvalidInput('this cluster is not reached in SQL; give its reach in the configuration "sql"');
  const session = await takenIn(logins, at.secret, (login) => dial.mysql(at, login));
  try {
    const answers: SqlAnswer[] = [];
    let bytes = 0;
    for (const [statement, text] of statements.entries()) {
      const said = await session.query(text);
      if ('refused' in said) return { answers, refused: { ...said.refused, statement } };
      bytes += fitting(said.answer, bytes, `statement ${statement + 1} of ${statements.length}`);
      answers.push(said.answer);
    }
    return { answers };
  } finally {
    await session.close();
  }
}

async function http(request: HttpRequest, { ends, dial, logins }: SpeakPorts): Promise<HttpReply> {
  const at = ends.services[request.service];
  if (!at)
    throw new InvalidInput(
      `this cluster has no service ${request.service} to reach; it has ${listed(Object.keys(ends.services))}`,
    );
  const { secret, paths } = at;
  if (paths && !paths.includes(request.path))
    throw new InvalidInput(
      `${request.path} is not to be asked for at ${request.service}, where some answers hold credentials; there are ${listed(paths)}`,
    );
  const reply =
    request.logins !== undefined
      ? await askWithLogins(at, request, request.logins, { dial, logins })
      : secret === undefined
        ? await askFollowing(at, request, dial)
        : await takenIn(logins, secret, (login) => dial.http(at, login, request));
  fitting(reply, 0, `${request.method} ${request.path}`);
  return reply;
}

/**
 * A login that is refused may have rotated since this sandbox read it: it is read once more. A server that refused the
 * caller has done nothing of what it was asked.
 */
async function takenIn<T>(logins: Logins, secret: string, work: (login: Login) => Promise<T>): Promise<T> {
  try {
    return await work(await logins.of(secret));
  } catch (error) {
    if (!(error instanceof AccessRefused)) throw error;
    logins.forget(secret);
    return work(await logins.of(secret));
  }
}

/** @returns the bytes of this answer */
function fitting(answer: SqlAnswer | HttpReply, before: number, of: string): number {
  const bytes = Buffer.byteLength(JSON.stringify(answer));
  if (before + bytes <= ANSWER_BYTES_MAX) return bytes;
  throw new AnswerTooLarge(
    `the answer to ${of} makes ${before + bytes} bytes, and ${ANSWER_BYTES_MAX} are handed on; ask for less, or in parts`,
  );
}
