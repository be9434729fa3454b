import { expect, test } from 'vitest';
import { approvals } from '../../../cli/commands/approvals.ts';
import { approve } from '../../../cli/commands/approve.ts';
import type { AnswerEnd } from '../../../cli/operator/desk-in.ts';
import { hours, later } from '../../../core/time/instant.ts';
import { INSTALLATION, RECOVERY, TaskWorld, time } from '../../support/task-world.ts';
import { configOf, shell, typed } from './typed.ts';

const NOON = time('2026-11-21T12:00:00Z');
const ID = 'olap-restore-1x7k0qp-20261121t120000z';

async function desk(end: Partial<AnswerEnd> = {}) {
  const world = new TaskWorld();
  await world.approvals.ask({
    ...{ id: ID, about: 'restore', sentence: 'olap is written over', facts: { lossSeconds: 900 } },
    ...{ region: RECOVERY, askedAt: NOON, askedBy: 'ada', until: later(NOON, hours(1)), fourEyes: true },
    ...{ token: 'secret-token', state: 'waiting' },
  });
  const given: unknown[] = [];
  const answer = async (input: Readonly<Record<string, unknown>>): Promise<AnswerEnd> => {
    given.push(input);
    return { execution: 'arn:one', status: 'SUCCEEDED', ...end };
  };
  const at = (now = NOON) => ({
    ...shell(configOf(INSTALLATION), () => world.catalog, now, { AWS_REGION: RECOVERY }),
    desk: () => ({ approvals: world.approvals, answer }),
  });
  return { at, given };
}

test('what waits is listed with its figures and how to answer it, and without the token', async () => {
  const { at } = await desk();
  const { said } = await typed(approvals, [], at());
  for (const word of [
    ID,
    'olap is written over',
    'lossSeconds: 900',
    'until 2026-11-21T13:00:00Z',
    'anybody but ada',
  ])
    expect(said).toContain(word);
  const json = (await typed(approvals, ['--json'], at())).said;
  expect(JSON.parse(json)).toMatchObject([{ id: ID, until: '2026-11-21T13:00:00Z' }]);
  expect(json).not.toContain('secret-token');
});

test('what is over waits no more', async () => {
  const { at } = await desk();
  expect((await typed(approvals, [], at(later(NOON, hours(1))))).said).toBe(
    `nothing waits for an answer in ${RECOVERY}`,
  );
});

test('an answer goes to holdfast-answer in its words', async () => {
  const { at, given } = await desk();
  const { code, said } = await typed(approve, [ID, '--by', 'grace', '--no', '--note', 'not today'], at());
  expect(given).toEqual([{ approval: ID, answer: 'no', by: 'grace', note: 'not today' }]);
  expect({ code, said }).toEqual({ code: 0, said: `${ID}: grace said no, and what waited goes on` });
});

test('an answer that is refused says so in the words of the refusal', async () => {
  const cause = JSON.stringify({ errorMessage: 'needs the yes of somebody else' });
  const { at } = await desk({ status: 'FAILED', error: 'SameEyes', cause });
  expect(await typed(approve, [ID, '--by', 'ada'], at())).toMatchObject({
    code: 1,
    said: 'SameEyes: needs the yes of somebody else',
  });
});

test('an answer without a name is none', async () => {
  const { at, given } = await desk();
  expect((await typed(approve, [ID], at())).code).toBe(2);
  expect(given).toEqual([]);
});
