import { afterEach, expect, test } from 'vitest';
import { seconds } from '../../../../core/time/instant.ts';
import { NotModelled } from '../../../../embedded/service.ts';
import { cloudWith, DATABASE, HOME, LOGIN, Recording, saying } from './a-network.ts';

const open: { close(): void }[] = [];
const scene = (...args: Parameters<typeof cloudWith>) => {
  const made = cloudWith(...args);
  open.push(made.cloud);
  return made;
};
afterEach(() => {
  for (const cloud of open.splice(0)) cloud.close();
});

test.each([
  ['before', ['ONE']],
  ['after', ['ONE', 'TWO']],
  ['hangs', ['ONE']],
] as const)(
  'a dialogue that breaks (%s) is unavailable, and the server did what it did',
  async (how, took) => {
    const { cloud, run } = scene((dial) => saying(dial, ['ONE', 'TWO', 'THREE']), {
      disturb: { cutOff: (_at, said) => (said === 'TWO' ? how : undefined) },
    });
    const server = new Recording();
    cloud.network.listen(DATABASE, server);
    const ended = await run();
    expect(ended.failed).toBe('ServiceUnavailable');
    expect(server.took).toEqual(took);
    expect(ended.took >= seconds(20)).toBe(how === 'hangs');
  },
);

test('a server that breaks off without an answer is unavailable', async () => {
  const { cloud, run } = scene((dial) => saying(dial, ['ONE']));
  cloud.network.listen(DATABASE, new Recording(() => undefined));
  expect((await run()).failed).toBe('ServiceUnavailable');
});

test('a hole in a server ends the run, whoever asked', async () => {
  const { cloud, run } = scene((dial) => saying(dial, ['ONE']));
  cloud.network.listen(
    DATABASE,
    new Recording(() => {
      throw new NotModelled('tidb', 'ONE');
    }),
  );
  await expect(run()).rejects.toThrow(NotModelled);
});

test('a statement may take its time', async () => {
  const { cloud, run } = scene((dial) => saying(dial, ['ONE', 'TWO']));
  const slow = new Recording();
  cloud.network.listen(DATABASE, {
    version: slow.version,
    passwordOf: (user) => slow.passwordOf(user),
    connect: () => ({
      query: async (statement) => {
        await cloud.world.sleep(seconds(statement === 'TWO' ? 30 : 7));
        return { affectedRows: 1 };
      },
    }),
  });
  const { failed, took } = await run();
  expect(failed).toBe('ServiceUnavailable');
  expect(Math.floor(took / 1_000)).toBe(7 + 20);
});

test.each([
  ['refused', false],
  ['times-out', true],
] as const)('a connection that is %s is unavailable', async (fate, late) => {
  const { cloud, run } = scene((dial) => saying(dial, ['ONE']), { disturb: { unreachable: () => fate } });
  const server = new Recording();
  cloud.network.listen(DATABASE, server);
  const ended = await run();
  expect([ended.failed, ended.took >= seconds(5)]).toEqual(['ServiceUnavailable', late]);
  expect(server.took).toEqual([]);
});

const MILVUS = { ...DATABASE, host: 'milvus.internal', port: 19_530 };
const URL = `http://${MILVUS.host}:${MILVUS.port}`;
const REQUEST = {
  service: 'rest',
  method: 'POST',
  path: '/v2/x?y=1',
  body: '{"id":9007199254740993}',
} as const;

test('a request over HTTP arrives whole, and its answer comes back as text, redirects too', async () => {
  const { cloud, run } = scene((dial, status) =>
    dial.http({ url: URL }, status === 302 ? undefined : LOGIN, REQUEST),
  );
  const asked: object[] = [];
  const location = 'http://elsewhere';
  let status = 200;
  cloud.network.serve(MILVUS, {
    answer: (request) => {
      asked.push(request);
      return { status, headers: { location }, body: request.body };
    },
  });
  expect((await run()).answer).toEqual({ status: 200, body: REQUEST.body });
  status = 302;
  expect((await run(302)).answer).toEqual({ status: 302, body: REQUEST.body, location });
  const { method, path, body } = REQUEST;
  const json = { 'content-type': 'application/json' };
  expect(asked).toEqual([
    { method, path, body, headers: { ...json, authorization: `Bearer ${LOGIN.username}:${LOGIN.password}` } },
    { method, path, body, headers: json },
  ]);
});

test('who is not let in over HTTP is told so by name', async () => {
  const { cloud, run } = scene((dial) => dial.http({ url: URL }, LOGIN, REQUEST));
  cloud.network.serve(MILVUS, { answer: () => ({ status: 401, body: '{}' }) });
  const { failed, cause } = await run();
  expect(failed).toBe('AccessRefused');
  expect(cause).not.toContain(LOGIN.password);
});

test.each([
  ['before', 0],
  ['after', 1],
  ['hangs', 0],
] as const)('a request that breaks (%s) is unavailable', async (how, took) => {
  const { cloud, run } = scene((dial) => dial.http({ url: URL }, LOGIN, REQUEST), {
    disturb: { cutOff: () => how },
  });
  let answered = 0;
  cloud.network.serve(MILVUS, { answer: () => ({ status: 200, body: String(++answered) }) });
  const ended = await run();
  expect([ended.failed, answered, ended.took >= seconds(20)]).toEqual([
    'ServiceUnavailable',
    took,
    how === 'hangs',
  ]);
});

test('an answer that is too long is none', async () => {
  const { cloud, run } = scene((dial) => dial.http({ url: URL }, LOGIN, REQUEST));
  cloud.network.serve(MILVUS, { answer: () => ({ status: 200, body: 'x'.repeat(4 * 1024 * 1024 + 1) }) });
  expect((await run()).failed).toBe('ServiceUnavailable');
});

test('thousands of dialogues, several at a time, with and without faults, are the same ones again', async () => {
  const live = async () => {
    let drawn = 0;
    const { cloud, arn } = scene((dial, event) => saying(dial, [`A ${event}`, `B ${event}`]), {
      seed: 7,
      disturb: {
        cutOff: () => (++drawn % 23 === 0 ? (['before', 'after', 'hangs'] as const)[drawn % 3] : undefined),
        unreachable: () => (++drawn % 29 === 0 ? 'refused' : undefined),
      },
    });
    const { world } = cloud;
    cloud.network.listen(
      DATABASE,
      new Recording((statement) => {
        world.log(`server: ${statement}`);
        return { columns: ['said'], rows: [[statement]] };
      }),
    );
    let ended = 0;
    const count = 1_200;
    for (let each = 0; each < count; each++)
      world.after(seconds(Math.floor(each / 8) * 2), async () => {
        const outcome = await cloud.functions.invoke(arn, String(each));
        world.log(`${each}: ${outcome.ok ? outcome.payload : outcome.cause}`);
        ended++;
      });
    await world.runWhile(() => ended < count);
    expect(cloud.isDark(HOME)).toBe(false);
    return { lines: world.lines, events: world.events };
  };
  const [first, second] = [await live(), await live()];
  expect(first.lines.length).toBeGreaterThan(3_000);
  expect(first.lines.filter((line) => line.includes('ServiceUnavailable')).length).toBeGreaterThan(60);
  expect(second).toEqual(first);
}, 60_000);
