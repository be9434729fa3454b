import { describe, expect, test } from 'vitest';
import { AccessRefused, ServiceUnavailable } from '../../../core/errors/registry.ts';
import type { Login, Said } from '../../../core/ports/dial.ts';
import type { SqlRow } from '../../../core/ports/reach.ts';
import { ANSWER_BYTES_MAX, type SpeakPorts, speak } from '../../../lambdas/reach/reach-cluster/speak.ts';
import { reachCluster, STATEMENTS_MAX } from '../../../workflows/contracts/reach.ts';

const SECRET = 'arn:aws:secretsmanager:eu-west-1:111111111111:secret:shop-sql-AbCdEf';
const ENDS: SpeakPorts['ends'] = {
  sql: { host: 'tidb.internal', port: 4_000, secret: SECRET, tls: true },
  services: {
    rest: { url: 'http://milvus.internal:19530', secret: SECRET },
    management: { url: 'http://milvus.internal:9091' },
  },
};

/** A cluster that takes these passwords, and says this to each statement. */
function standing(
  options: {
    readonly takes?: readonly string[];
    readonly holds?: readonly string[];
    readonly says?: (statement: string) => Said;
    readonly ends?: SpeakPorts['ends'];
  } = {},
) {
  const { takes = ['right'], holds = ['right'], ends = ENDS } = options;
  const { says = (statement) => ({ answer: { rows: [{ said: statement }], affectedRows: 0 } }) } = options;
  let held = 0;
  let open = 0;
  const heard: string[] = [];
  const admit = ({ password }: Login) => {
    if (!takes.includes(password)) throw new AccessRefused('tidb.internal:4000 refuses the user root');
  };
  const ports: SpeakPorts = {
    ends,
    logins: {
      of: async () => ({ username: 'root', password: holds[Math.min(held, holds.length - 1)]! }),
      forget: () => void held++,
    },
    dial: {
      mysql: async (_at, login) => {
        admit(login);
        open++;
        return {
          query: async (statement) => {
            heard.push(statement);
            return says(statement);
          },
          close: async () => void open--,
        };
      },
      http: async ({ url }, login, { path }) => {
        if (login) admit(login);
        heard.push(`${url}${path} as ${login?.username ?? 'nobody'}`);
        return { status: 200, body: 'ok' };
      },
    },
  };
  return { ports, heard, left: () => open };
}
const sql = (...statements: readonly string[]) => ({ sql: { statements: [...statements] } });

describe('statements', () => {
  test('are said in one session, in their order, and the session is closed', async () => {
    const { ports, heard, left } = standing();
    const reply = await speak(sql('USE holdfast', 'SELECT 1'), ports);
    expect(reply).toEqual({
      sql: {
        answers: [
          { rows: [{ said: 'USE holdfast' }], affectedRows: 0 },
          { rows: [{ said: 'SELECT 1' }], affectedRows: 0 },
        ],
      },
    });
    expect(heard).toEqual(['USE holdfast', 'SELECT 1']);
    expect(left()).toBe(0);
  });

  test('end at the first that is refused, with what came before it', async () => {
    const refused = { code: 'ER_NO_SUCH_TABLE', errno: 1146, message: "Table 'a.b' doesn't exist" };
    const { ports, heard, left } = standing({
      says: (statement) => (statement === 'bad' ? { refused } : { answer: { rows: [], affectedRows: 1 } }),
    });
    expect(await speak(sql('good', 'bad', 'never'), ports)).toEqual({
      sql: { answers: [{ rows: [], affectedRows: 1 }], refused: { ...refused, statement: 1 } },
    });
    expect(heard).toEqual(['good', 'bad']);
    expect(left()).toBe(0);
  });

  test('are not said again when the connection breaks, and the session is closed', async () => {
    const { ports, heard, left } = standing({
      says: () => {
        throw new ServiceUnavailable('tidb.internal:4000 does not answer');
      },
    });
    await expect(speak(sql('INSERT'), ports)).rejects.toMatchObject({ name: 'ServiceUnavailable' });
    expect(heard).toEqual(['INSERT']);
    expect(left()).toBe(0);
  });

  test('whose answers are too much together are refused by name', async () => {
    const rows: SqlRow[] = [{ text: '"'.repeat(ANSWER_BYTES_MAX / 4) }];
    const { ports, left } = standing({ says: () => ({ answer: { rows, affectedRows: 0 } }) });
    await expect(speak(sql('SELECT 1'), ports)).resolves.toBeDefined();
    await expect(speak(sql('SELECT 1', 'SELECT 2'), ports)).rejects.toMatchObject({
      name: 'AnswerTooLarge',
      message: expect.stringContaining('statement 2 of 2'),
    });
    expect(left()).toBe(0);
  });

  test('have nobody to hear them where no SQL is reached', async () => {
    const { ports } = standing({ ends: { services: {} } });
    await expect(speak(sql('SELECT 1'), ports)).rejects.toMatchObject({ name: 'InvalidInput' });
  });

  test('are bounded in number', () => {
    const many = (count: number) => reachCluster.input.safeParse(sql(...Array(count).fill('SELECT 1')));
    expect(many(STATEMENTS_MAX).success).toBe(true);
    expect(many(STATEMENTS_MAX + 1).success).toBe(false);
    expect(many(0).success).toBe(false);
  });
});

describe('a login that rotated', () => {
  test('is read again, once', async () => {
    const { ports, heard } = standing({ holds: ['old', 'right'] });
    await speak(sql('SELECT 1'), ports);
    expect(heard).toEqual(['SELECT 1']);
  });

  test('and is still refused is told', async () => {
    const { ports } = standing({ holds: ['old', 'older', 'right'] });
    await expect(speak(sql('SELECT 1'), ports)).rejects.toMatchObject({ name: 'AccessRefused' });
  });
});

describe('a request', () => {
  test('goes to the service that it names, with its login or none', async () => {
    const { ports, heard } = standing();
    for (const service of ['rest', 'management'])
      await speak({ http: { service, method: 'GET', path: '/healthz' } }, ports);
    expect(heard).toEqual([
      'http://milvus.internal:19530/healthz as root',
      'http://milvus.internal:9091/healthz as nobody',
    ]);
  });

  test('to a service that the cluster does not have is refused, with those that it has', async () => {
    const { ports } = standing();
    const request = { http: { service: 'syncer', method: 'GET', path: '/' } } as const;
    await expect(speak(request, ports)).rejects.toMatchObject({
      name: 'InvalidInput',
      message: expect.stringContaining('rest, management'),
    });
  });
});
