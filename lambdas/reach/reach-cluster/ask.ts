import { InvalidInput } from '../../../core/errors/registry.ts';
import type { HttpEndpoint } from '../../../core/plan/ends.ts';
import type { Dial, Login, Logins } from '../../../core/ports/dial.ts';
import type { HttpReply, HttpRequest } from '../../../core/ports/reach.ts';
import { listed } from '../../shared/lookups.ts';

const SEE_OTHER = 303;

/**
 * A redirect that means "ask the one there" is followed by hand, once, with the same method and body: a client that
 * follows 303 by itself would ask with GET and without a body. It leads to the addresses of the configuration and nowhere
 * else; any other comes back as it is.
 */
export async function askFollowing(at: HttpEndpoint, request: HttpRequest, dial: Dial): Promise<HttpReply> {
  const reply = await dial.http(at, undefined, request);
  const leadsTo = reply.status === SEE_OTHER ? originOf(reply.location) : undefined;
  if (leadsTo === undefined || !at.redirects?.includes(leadsTo)) return reply;
  return dial.http({ url: leadsTo }, undefined, request);
}

function originOf(location: string | undefined): string | undefined {
  try {
    return location === undefined ? undefined : new URL(location).origin;
  } catch {
    return undefined;
  }
}

/**
 * Fills logins into the body, here, where secrets are. They are read anew each time: who sets something up for months is
 * to have today's. Such a request follows no redirect, and whatever comes back has the passwords taken out: a server may
 * repeat what it was asked.
 */
export async function askWithLogins(
  at: HttpEndpoint,
  request: HttpRequest,
  wanted: Readonly<Record<string, string>>,
  { dial, logins }: { readonly dial: Dial; readonly logins: Logins },
): Promise<HttpReply> {
  const { service } = request;
  const secrets = Object.entries(wanted).map(([place, name]) => {
    const secret = at.logins?.[name];
    if (secret !== undefined) return [place, secret] as const;
    throw new InvalidInput(
      `${service} has no login ${name} to be filled in; it has ${listed(Object.keys(at.logins ?? {}))}`,
    );
  });
  const body = objectIn(request.body);
  const used: Login[] = [];
  for (const [place, secret] of secrets) {
    const into = body[place];
    if (!isObject(into))
      throw new InvalidInput(`the body of ${request.path} has no object ${place} to fill a login into`);
    logins.forget(secret);
    const login = await logins.of(secret);
    body[place] = { ...into, user: login.username, password: login.password };
    used.push(login);
  }
  const reply = await dial.http(at, undefined, { ...request, body: JSON.stringify(body) });
  return { ...reply, body: without(used, reply.body) };
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function objectIn(text: string | undefined): Record<string, unknown> {
  let json: unknown;
  try {
    json = JSON.parse(text ?? '');
  } catch {
    json = undefined;
  }
  if (isObject(json)) return json;
  throw new InvalidInput('logins are filled into a body that is a JSON object; send one');
}

/** Whatever way JSON writes a password, it is looked for in what it stands for. */
function without(used: readonly Login[], text: string): string {
  const clean = (value: string): string =>
    used
      .filter(({ password }) => password !== '')
      .reduce((so, { password }) => so.replaceAll(password, '***'), value);
  try {
    return JSON.stringify(JSON.parse(text, (_, value) => (typeof value === 'string' ? clean(value) : value)));
  } catch {
    return clean(text);
  }
}
