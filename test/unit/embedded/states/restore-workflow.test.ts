import { expect, test } from 'vitest';
import { minutes } from '../../../../core/time/instant.ts';
import { named, type Toy } from './bench.ts';
import { answers, nothing, player } from './play.ts';

const progress = (outcome: string, more: object = {}) => ({
  ...{ outcome, pollAfterSeconds: 0, shards: [], doing: '', cursor: {} },
  ...more,
});
const shards = progress('shards', { shards: [0, 1, 2] });
const running = progress('running', { pollAfterSeconds: 60 });
const ready = progress('ready');
const sound = { outcome: 'sound' };
const unsound = { outcome: 'unsound', reason: { name: 'RootMismatch', message: 'the roots differ' } };

const POINT = 'orders-hourly-20261101t000000z';
const play = player(['restore', 'answer']);
const restore = (tasks: Readonly<Record<string, Toy>>) =>
  play('restore', { cluster: 'orders', to: 'latest' }, tasks);

const resolved = { restoreId: 'r-1', cluster: 'orders', recoveryPointId: POINT, approval: { needed: 'no' } };

test('a restore goes through shards and waits to its record', async () => {
  const { ended } = await restore({
    ResolveRestore: () => resolved,
    PreflightRestore: nothing,
    BeginRestore: answers(shards),
    RestoreShard: nothing,
    PollRestore: answers(running, ready),
    ValidateRestore: () => sound,
    RecordRestore: () => ({ restoreId: 'r-1' }),
  });
  expect(ended).toEqual(['SUCCEEDED', undefined, 'Record']);
});

test('a refused restore fails under the name and with the words of the refusal', async () => {
  const { execution } = await restore({
    ResolveRestore: answers(named('WindowNotCovered', 'restorable window of orders is …')),
  });
  expect(execution.error).toBe('WindowNotCovered');
  expect(JSON.parse(execution.cause ?? '')).toEqual({
    errorType: 'WindowNotCovered',
    errorMessage: 'restorable window of orders is …',
  });
});

test('a restore that is not valid is recorded as failed', async () => {
  const { ended, path } = await restore({
    ResolveRestore: () => resolved,
    PreflightRestore: nothing,
    BeginRestore: answers(ready),
    ValidateRestore: () => unsound,
    FailRestore: nothing,
  });
  expect(path.slice(-2)).toEqual(['Record the failure', 'Failed']);
  expect(ended).toEqual(['FAILED', 'RestoreFailed', 'Failed']);
});

test('a restore whose failure cannot be recorded waits for a busy engine, and then fails under a name of its own', async () => {
  const { ended } = await restore({
    ResolveRestore: () => resolved,
    PreflightRestore: nothing,
    BeginRestore: answers(named('RestoreFailed')),
    FailRestore: answers(named('EngineBusy'), named('PermissionMissing'), {}),
  });
  expect(ended).toEqual(['FAILED', 'FailureNotTold', 'Failure not told']);
});

test('a restore of a thousand shards in one lap stays within the payload limit', async () => {
  const { execution } = await restore({
    ResolveRestore: () => ({ ...resolved, note: 'x'.repeat(400) }),
    PreflightRestore: nothing,
    BeginRestore: answers(progress('shards', { shards: Array.from({ length: 1_000 }, (_, n) => n) })),
    RestoreShard: nothing,
    PollRestore: answers(ready),
    ValidateRestore: () => sound,
    RecordRestore: () => ({ restoreId: 'r-1' }),
  });
  expect(execution.status).toBe('SUCCEEDED');
});

const inPlace = {
  ...resolved,
  approval: {
    ...{ needed: 'yes', sentence: 'it writes over', facts: {}, askedBy: 'ada', fourEyes: true },
    withinSeconds: 600,
  },
};

/** A restore that asks, and is answered after five minutes, or never. */
async function asking(answer?: 'yes' | 'no') {
  const asked: { readonly id: string; readonly token: string }[] = [];
  const begun: unknown[] = [];
  const recorded: { readonly unapproved?: string }[] = [];
  const played = await play(
    'restore',
    { cluster: 'orders', to: 'latest' },
    {
      ResolveRestore: () => inPlace,
      PreflightRestore: nothing,
      AskApproval: ((input: { id: string; token: string }) => asked.push(input)) as Toy,
      BeginRestore: (input) => {
        begun.push(input);
        return ready;
      },
      ValidateRestore: () => sound,
      RecordRestore: () => ({ restoreId: 'r-1' }),
      FailRestore: ((input: { unapproved?: string }) => {
        recorded.push(input);
        return {};
      }) as Toy,
    },
    (on) => {
      if (answer)
        on.world.after(minutes(5), () =>
          on.states.tokens.settle(asked[0]!.token, { output: JSON.stringify({ answer, by: 'grace' }) }),
        );
    },
  );
  return { ...played, asked, begun, recorded };
}

test('a restore in place begins when somebody has said yes', async () => {
  const { ended, asked, begun } = await asking('yes');
  expect(asked).toMatchObject([{ id: 'r-1', about: 'restore', askedBy: 'ada', fourEyes: true }]);
  expect(begun).toHaveLength(1);
  expect(ended).toEqual(['SUCCEEDED', undefined, 'Record']);
});

test.each([
  ['a no', 'no', 'ApprovalRefused', 'refused', 'Refused'],
  ['silence', undefined, 'ApprovalExpired', 'expired', 'Nobody answered'],
] as const)(
  '%s ends a restore in place by its name, and nothing is begun',
  async (_, answer, name, how, last) => {
    const { ended, begun, recorded } = await asking(answer);
    expect(begun).toEqual([]);
    expect(recorded.map(({ unapproved }) => unapproved)).toEqual([how]);
    expect(ended).toEqual(['FAILED', name, last]);
  },
);

test('an answer that is refused ends under the name of the refusal', async () => {
  const { ended } = await play('answer', {}, { AnswerApproval: answers(named('SameEyes')) });
  expect(ended).toEqual(['FAILED', 'SameEyes', 'Answer']);
});
