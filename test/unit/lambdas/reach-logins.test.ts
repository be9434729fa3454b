import { describe, expect, test } from 'vitest';
import type { Login } from '../../../core/ports/dial.ts';
import type { HttpReply, HttpRequest } from '../../../core/ports/reach.ts';
import { type SpeakPorts, speak } from '../../../lambdas/reach/reach-cluster/speak.ts';

const SOURCE = 'arn:aws:secretsmanager:eu-central-1:111111111111:secret:olap-AbCdEf';
const STANDBY = 'arn:aws:secretsmanager:eu-central-1:111111111111:secret:olap-standby-AbCdEf';
const LOGINS: Readonly<Record<string, Login>> = {
  [SOURCE]: { username: 'root', password: 'geh"eim&1' },
  [STANDBY]: { username: 'admin', password: 'auch-geheim' },
};

/** A syncer that says this to each request. */
function standing(says: (url: string, request: HttpRequest) => HttpReply) {
  const heard: { readonly url: string; readonly request: HttpRequest }[] = [];
  const ports: SpeakPorts = {
    ends: {
      services: {
        syncer: {
          url: 'http://ccr.olap:9190',
          logins: { source: SOURCE, standby: STANDBY },
          redirects: ['http://ccr-2.olap:9190'],
          paths: ['/create_ccr', '/pause'],
        },
      },
    },
    logins: { of: async (secret) => LOGINS[secret]!, forget: () => undefined },
    dial: {
      mysql: () => Promise.reject(new Error('no SQL here')),
      http: async ({ url }, login, request) => {
        expect(login).toBeUndefined();
        heard.push({ url, request });
        return says(url, request);
      },
    },
  };
  const ask = async (path: string, body: object, logins?: Record<string, string>): Promise<HttpReply> => {
    const asked = {
      service: 'syncer',
      method: 'POST',
      path,
      body: JSON.stringify(body),
      ...(logins && { logins }),
    };
    const said = await speak({ http: asked } as never, ports);
    return (said as { readonly http: HttpReply }).http;
  };
  return { ask, heard };
}
const OK: HttpReply = { status: 200, body: '{"success":true}' };
const CREATE = {
  name: 'j',
  src: { host: 'fe.olap', database: 'shop' },
  dest: { host: 'fe.standby', database: 'shop' },
};
const BOTH = { src: 'source', dest: 'standby' };

describe('logins that a body carries', () => {
  test('are filled in where they are asked for, and nowhere else', async () => {
    const { ask, heard } = standing(() => OK);
    expect(await ask('/create_ccr', CREATE, BOTH)).toEqual(OK);
    expect(JSON.parse(heard[0]!.request.body!)).toEqual({
      name: 'j',
      src: { host: 'fe.olap', database: 'shop', user: 'root', password: 'geh"eim&1' },
      dest: { host: 'fe.standby', database: 'shop', user: 'admin', password: 'auch-geheim' },
    });
  });

  test('come back in no answer, however it is written', async () => {
    const text = '{"success":false,"error_msg":"root:geh\\"eim\\u00261@tcp(fe:9030) and auch-geheim"}';
    const { ask } = standing(() => ({ status: 200, body: text }));
    const { body } = await ask('/create_ccr', CREATE, BOTH);
    expect(JSON.parse(body)).toEqual({ success: false, error_msg: 'root:***@tcp(fe:9030) and ***' });
    const plain = standing(() => ({ status: 400, body: 'no auch-geheim for geh"eim&1' }));
    expect((await plain.ask('/create_ccr', CREATE, BOTH)).body).toBe('no *** for ***');
  });

  test('do not travel along a redirect', async () => {
    const elsewhere = { status: 303, body: '', location: 'http://ccr-2.olap:9190/create_ccr' };
    const { ask, heard } = standing(() => elsewhere);
    expect(await ask('/create_ccr', CREATE, BOTH)).toEqual(elsewhere);
    expect(heard.map(({ url }) => url)).toEqual(['http://ccr.olap:9190']);
  });

  test('that the service does not have, or for which the body has no place, are refused before anything is sent', async () => {
    const { ask, heard } = standing(() => OK);
    await expect(ask('/create_ccr', CREATE, { src: 'root' })).rejects.toThrow(
      'syncer has no login root to be filled in; it has source, standby',
    );
    await expect(ask('/create_ccr', CREATE, { third: 'source' })).rejects.toThrow('has no object third');
    await expect(ask('/create_ccr', [] as object, BOTH)).rejects.toThrow('a body that is a JSON object');
    expect(heard).toEqual([]);
  });
});

describe('what answers with credentials', () => {
  test.each([
    '/job_detail',
    '/job_detail?name=j',
    '//job_detail',
    '/job_detail/',
    '/x/../job_detail',
    '/job%5Fdetail',
  ])('%s is not asked for', async (path) => {
    const { ask, heard } = standing(() => OK);
    await expect(ask(path, { name: 'j' })).rejects.toMatchObject({ name: 'InvalidInput' });
    expect(heard).toEqual([]);
  });
});

describe('a redirect', () => {
  const to = (location: string) =>
    standing((url) => (url === 'http://ccr.olap:9190' ? { status: 303, body: '', location } : OK));

  test('to a host of the configuration is followed once, as it was asked', async () => {
    const { ask, heard } = to('http://ccr-2.olap:9190/pause');
    expect(await ask('/pause', { name: 'j' })).toEqual(OK);
    expect(heard.map(({ url }) => url)).toEqual(['http://ccr.olap:9190', 'http://ccr-2.olap:9190']);
    expect(heard[1]!.request).toMatchObject({ method: 'POST', path: '/pause', body: '{"name":"j"}' });
  });

  test.each([
    'http://ccr-3.olap:9190/pause',
    'http://ccr-2.olap:9191/pause',
    'https://ccr-2.olap:9190/pause',
    'nonsense',
  ])('to %s is told, and not followed', async (location) => {
    const { ask, heard } = to(location);
    expect(await ask('/pause', { name: 'j' })).toEqual({ status: 303, body: '', location });
    expect(heard).toHaveLength(1);
  });

  test('that leads back again is not followed a second time', async () => {
    const back = { status: 303, body: '', location: 'http://ccr-2.olap:9190/pause' };
    const { ask, heard } = standing(() => back);
    expect(await ask('/pause', { name: 'j' })).toEqual(back);
    expect(heard).toHaveLength(2);
  });
});
