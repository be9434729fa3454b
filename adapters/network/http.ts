import { ServiceUnavailable } from '../../core/errors/registry.ts';
import { type HttpGot, type HttpSent, wayHere } from './ways.ts';

export interface HttpAsked {
  readonly host: string;
  readonly port: number;
  readonly tls: boolean;
  readonly method: 'GET' | 'POST';
  /** With query, beginning with a slash. */
  readonly path: string;
  /** Credentials too. They come back in no answer and no error. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Milliseconds. @default 20,000 */
  readonly answerWithin?: number;
  /** Bytes of an answer's body. @default 4 MiB: a function answers 6 MB at most */
  readonly most?: number;
}

/**
 * One request. Whatever status comes back is an answer, a redirect too: none is followed.
 * @throws ServiceUnavailable when none comes, or one that is too long
 */
export type SendHttp = (asked: HttpAsked) => Promise<HttpGot>;

const CONNECT_WITHIN = 5_000;
const ANSWER_WITHIN = 20_000;
const MOST = 4 * 1024 * 1024;

/** HTTP from where this runs. Call it when the function starts. */
export function httpHere(): SendHttp {
  const way = wayHere();
  return async ({ most = MOST, answerWithin = ANSWER_WITHIN, headers = {}, body, ...asked }) => {
    const request = { ...asked, headers, body, answerWithin, connectWithin: CONNECT_WITHIN };
    try {
      const got = way ? await way.send(request) : await fetched(request, most);
      if (Buffer.byteLength(got.body) > most) throw new Error(tooLong(most));
      return isRedirect(got.status) ? got : { status: got.status, body: got.body };
    } catch (thrown) {
      const { host, port } = asked;
      throw new ServiceUnavailable(
        `${host}:${port} does not answer ${asked.method} ${asked.path.split('?')[0]}: ${why(thrown)}; the machine retries`,
        { host, port },
      );
    }
  };
}

async function fetched(request: HttpSent, most: number): Promise<HttpGot> {
  const { tls, host, port, path, method, headers, body, answerWithin } = request;
  const answer = await fetch(`${tls ? 'https' : 'http'}://${host}:${port}${path}`, {
    method,
    headers,
    redirect: 'manual',
    signal: AbortSignal.timeout(answerWithin),
    ...(body === undefined ? {} : { body }),
  });
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of answer.body ?? []) {
    bytes += chunk.byteLength;
    if (bytes > most) throw new Error(tooLong(most));
    chunks.push(chunk);
  }
  const location = answer.headers.get('location');
  return {
    status: answer.status,
    body: Buffer.concat(chunks).toString('utf8'),
    ...(location !== null && { location }),
  };
}

/** Something that was made (201) has a location as well, which leads nobody on. */
const isRedirect = (status: number): boolean => status >= 300 && status < 400;

const tooLong = (most: number): string => `its answer has more than ${most} bytes`;

/** fetch says "fetch failed" and hides why in the cause. */
function why(thrown: unknown): string {
  const { message, cause } = thrown as Error;
  return cause instanceof Error ? cause.message : message;
}
