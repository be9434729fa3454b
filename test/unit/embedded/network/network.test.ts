import { afterEach, expect, test } from 'vitest';
import { seconds } from '../../../../core/time/instant.ts';
import { AT, cloudWith, DATABASE, HOME, LOGIN, Recording, saying } from './a-network.ts';

const open: { close(): void }[] = [];
const scene = (...args: Parameters<typeof cloudWith>) => {
  const made = cloudWith(...args);
  open.push(made.cloud);
  return made;
};
afterEach(() => {
  for (const cloud of open.splice(0)) cloud.close();
});

test('rows arrive as the text that the server sent, in their columns, with digits that no number holds', async () => {
  const { cloud, run } = scene((dial) => saying(dial, ['SELECT 1']));
  cloud.network.listen(
    DATABASE,
    new Recording(() => ({
      columns: ['id', 'at', 'note'],
      rows: [
        ['9223372036854775807', '2026-11-01 00:00:00', null],
        ['18446744073709551615', '0000-00-00 00:00:00', 'naïve 🜁'],
      ],
    })),
  );
  expect((await run()).answer).toEqual([
    {
      answer: {
        affectedRows: 0,
        rows: [
          { id: '9223372036854775807', at: '2026-11-01 00:00:00', note: null },
          { id: '18446744073709551615', at: '0000-00-00 00:00:00', note: 'naïve 🜁' },
        ],
      },
    },
  ]);
});

test('an answer of more than a packet of rows is whole', async () => {
  const rows = Array.from({ length: 3_000 }, (_, at) => [String(at), 'x'.repeat(100)]);
  const { cloud, run } = scene(async (dial) => {
    const [said] = await saying(dial, ['SELECT']);
    return said && 'answer' in said ? said.answer.rows.map(({ id }) => id) : said;
  });
  cloud.network.listen(DATABASE, new Recording(() => ({ columns: ['id', 'pad'], rows })));
  expect((await run()).answer).toEqual(rows.map(([id]) => id));
});

test('a refused statement is an answer with the server’s words, and the session lives on', async () => {
  const { cloud, run } = scene((dial) => saying(dial, ['SELEKT', 'SET @a = 1', 'ODD', 'INSERT']));
  const message = 'You have an error in your SQL syntax';
  cloud.network.listen(
    DATABASE,
    new Recording((statement) => {
      if (statement === 'ODD') return { error: { code: 'ER_UNKNOWN', errno: 59_999, message: 'odd' } };
      return statement === 'INSERT'
        ? { affectedRows: 3 }
        : { error: { code: 'ER_PARSE_ERROR', errno: 1064, message } };
    }),
  );
  const refused = { code: 'ER_PARSE_ERROR', errno: 1064, message };
  expect((await run()).answer).toEqual([
    { refused },
    { refused },
    { refused: { code: 'ER_UNKNOWN', errno: 59_999, message: 'odd' } },
    { answer: { rows: [], affectedRows: 3 } },
  ]);
});

test.each([
  ['a wrong password', { ...LOGIN, password: 'wr0ng' }, 'YES'],
  ['no password', { ...LOGIN, password: '' }, 'NO'],
  ['an unknown user', { ...LOGIN, username: 'nobody' }, 'YES'],
])('%s is refused by the challenge, and no message carries a password', async (_, login, using) => {
  const { cloud, run } = scene((dial) => saying(dial, ['SELECT 1'], login));
  const server = new Recording();
  cloud.network.listen(DATABASE, server);
  const { failed, cause } = await run();
  expect(failed).toBe('AccessRefused');
  expect(cause).toContain(`Access denied for user '${login.username}'@'%' (using password: ${using})`);
  expect(cause).not.toContain('wr0ng');
  expect(cause).not.toContain(LOGIN.password);
  expect(server.took).toEqual([]);
});

test.each([
  ['outside of every network', []],
  ['in a security group that is not let in', ['sg-other']],
])('whoever stands %s waits until the time for connecting is over', async (_, groups) => {
  const { cloud, run } = scene((dial) => saying(dial, ['SELECT 1']), { groups });
  cloud.network.listen(DATABASE, new Recording());
  const { failed, took } = await run();
  expect(failed).toBe('ServiceUnavailable');
  expect(took).toBeGreaterThanOrEqual(seconds(5));
});

test('nobody listens at another port, in another region, or under another name', async () => {
  const at = (change: object) => ({ ...AT, ...change });
  const { cloud, run } = scene((dial, change) => saying(dial, ['SELECT 1'], LOGIN, at(change as object)));
  cloud.network.listen({ ...DATABASE, region: 'eu-west-1', host: 'far.internal' }, new Recording());
  cloud.network.listen(DATABASE, new Recording());
  expect((await run({ port: 4001 })).failed).toBe('ServiceUnavailable');
  expect((await run({ host: 'far.internal' })).cause).toContain('ENOTFOUND');
  expect((await run()).failed).toBeUndefined();
  cloud.network.leave(DATABASE);
  expect((await run()).failed).toBe('ServiceUnavailable');
  expect(() =>
    cloud.network.listen({ ...DATABASE, host: 'far.internal', region: 'eu-west-1' }, new Recording()),
  ).toThrow('already');
});

test('a server that is down refuses at once, and takes connections again when it is up', async () => {
  let down = true;
  const { cloud, run } = scene((dial) => saying(dial, ['SELECT 1']));
  cloud.network.listen({ ...DATABASE, isDown: () => down }, new Recording());
  const { failed, cause, took } = await run();
  expect([failed, took < seconds(5)]).toEqual(['ServiceUnavailable', true]);
  expect(cause).toContain('ECONNREFUSED');
  down = false;
  expect((await run()).failed).toBeUndefined();
});

test('what the client wants of TLS and what the server has must fit', async () => {
  const { cloud, run } = scene((dial, tls) =>
    saying(dial, ['SELECT 1'], LOGIN, { ...AT, tls: tls === true }),
  );
  const tries = async (tls: 'none' | 'offered' | 'required') => {
    cloud.network.listen({ ...DATABASE, tls }, new Recording());
    const failures = [(await run(true)).failed, (await run(false)).failed];
    cloud.network.leave(DATABASE);
    return failures;
  };
  expect(await tries('none')).toEqual(['AccessRefused', undefined]);
  expect(await tries('offered')).toEqual([undefined, undefined]);
  expect(await tries('required')).toEqual([undefined, 'AccessRefused']);
});

test('a function that dies in the middle of a dialogue says nothing more, and the server goes on', async () => {
  const { cloud, run, arn } = scene((dial) => saying(dial, ['ONE', 'TWO', 'THREE']));
  const server = new Recording((statement) => {
    if (statement === 'TWO') cloud.functions.kill({ arn });
    return { affectedRows: 1 };
  });
  cloud.network.listen(DATABASE, server);
  expect((await run()).failed).toBe('Runtime.ExitError');
  await cloud.world.runUntil((cloud.world.now() + 600_000) as never);
  expect(server.took).toEqual(['ONE', 'TWO']);
});

test('in a dark region nothing answers, and when it is back everything does', async () => {
  const { cloud, run } = scene((dial) => saying(dial, ['ONE']));
  const server = new Recording();
  cloud.network.listen(DATABASE, server);
  const caught = run();
  cloud.loseRegion(HOME);
  cloud.world.after(seconds(60), () => cloud.bringBack(HOME));
  expect((await caught).failed).toBe('ServiceUnavailable');
  expect(server.took).toEqual([]);
  expect((await run()).failed).toBeUndefined();
});
