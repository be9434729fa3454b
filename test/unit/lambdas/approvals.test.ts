import { beforeEach, describe, expect, test } from 'vitest';
import { hours, later, minutes } from '../../../core/time/instant.ts';
import { answer } from '../../../lambdas/answer/answer-approval/answer.ts';
import { ask } from '../../../lambdas/answer/ask-approval/ask.ts';
import type { Input } from '../../../lambdas/shared/ports.ts';
import { type answerApproval, approvalAnswer, askApproval } from '../../../workflows/contracts/approval.ts';
import { RECOVERY, TaskWorld, time } from '../../support/task-world.ts';

const NOON = time('2026-11-21T12:00:00Z');
const ID = 'shop-failover-20261121t120000z';
const question = {
  id: ID,
  about: 'failover' as const,
  sentence: 'shop goes to eu-central-1 and gives up "at most" 15 minutes',
  facts: { cluster: 'orders', lossSeconds: 900 },
  askedBy: 'Ada',
  withinSeconds: 3_600,
  fourEyes: true,
  token: 'token-1',
};

let world: TaskWorld;
const ports = () => world.ports(RECOVERY);
const asked = (more: Partial<typeof question> = {}, now = NOON) =>
  ask(askApproval.input.parse({ ...question, ...more }), ports(), now);
const answered = (more: Partial<Input<typeof answerApproval>> = {}, now = later(NOON, minutes(5))) =>
  answer({ approval: ID, answer: 'yes', by: 'grace', ...more }, ports(), now);

beforeEach(() => {
  world = new TaskWorld();
  world.waiting.open.add('token-1');
});

describe('a question', () => {
  test('is told with its figures, until when, who may answer, and where', async () => {
    await asked();
    expect(world.events).toMatchObject([
      {
        name: 'ApprovalAsked',
        cluster: 'orders',
        region: RECOVERY,
        sentence:
          "shop goes to eu-central-1 and gives up 'at most' 15 minutes; cluster orders; lossSeconds 900",
        facts: {
          approval: ID,
          until: '2026-11-21T13:00:00Z',
          answerer: 'anybody but Ada',
          link: `https://${RECOVERY}.console.aws.amazon.com/states/home?region=${RECOVERY}#/statemachines/view/arn%3Aaws%3Astates%3A${RECOVERY}%3A111122223333%3AstateMachine%3Aholdfast-answer`,
        },
      },
    ]);
  });

  test('needs the name of who asks where somebody else has to answer', () => {
    const { success, error } = askApproval.input.safeParse({ ...question, askedBy: '' });
    expect(success).toBe(false);
    expect(error?.issues[0]?.message).toContain('"by": "your name"');
    expect(askApproval.input.safeParse({ ...question, askedBy: '', fourEyes: false }).success).toBe(true);
  });

  test('that is asked again after its answer hands that on, and tells nobody', async () => {
    await asked();
    world.waiting.open.clear();
    await expect(answered()).rejects.toMatchObject({ name: 'ApprovalEnded' });
    world.waiting.open.add('token-2');
    await asked({ token: 'token-2' }, later(NOON, minutes(6)));
    expect(world.waiting.heard).toEqual([{ token: 'token-2', output: { answer: 'yes', by: 'grace' } }]);
    expect(world.names()).toEqual(['ApprovalAsked']);
  });
});

describe('an answer', () => {
  test('of somebody else goes to what waits, as its contract says, and stays on record', async () => {
    await asked();
    expect(await answered({ note: 'read the figures' })).toEqual({
      ...{ approval: ID, about: 'failover', answer: 'yes', by: 'grace' },
    });
    const [heard] = world.waiting.heard;
    expect(heard).toMatchObject({ token: 'token-1' });
    expect(approvalAnswer.parse(heard?.output)).toEqual({
      ...{ answer: 'yes', by: 'grace', note: 'read the figures' },
    });
    expect(await world.approvals.approval(ID)).toMatchObject({
      ...{ state: 'approved', askedBy: 'Ada', answeredBy: 'grace', note: 'read the figures' },
      answeredAt: later(NOON, minutes(5)),
    });
  });

  test.each(['ada', ' ADA '])('of the same eyes is none, however "%s" is written', async (by) => {
    await asked();
    await expect(answered({ by })).rejects.toMatchObject({ name: 'SameEyes' });
    expect(world.waiting.heard).toEqual([]);
    await answered();
    expect(world.waiting.heard).toHaveLength(1);
  });

  test('of the same eyes is taken when it is a no: whoever asked takes it back', async () => {
    await asked();
    await answered({ by: 'Ada', answer: 'no' });
    expect(world.waiting.heard).toEqual([{ token: 'token-1', output: { answer: 'no', by: 'Ada' } }]);
  });

  test('of the same eyes is one where two are enough', async () => {
    await asked({ fourEyes: false });
    await answered({ by: 'Ada', answer: 'no' });
    expect(world.waiting.heard).toEqual([{ token: 'token-1', output: { answer: 'no', by: 'Ada' } }]);
  });

  test('to what nobody asked is refused', async () => {
    await expect(answered({ approval: 'other' })).rejects.toMatchObject({ name: 'UnknownApproval' });
  });

  test('that comes too late says until when there was time', async () => {
    await asked();
    const late = answered({}, later(NOON, hours(1)));
    await expect(late).rejects.toMatchObject({
      name: 'ApprovalEnded',
      message: expect.stringContaining('refused by itself at 2026-11-21T13:00:00Z'),
    });
    expect(world.waiting.heard).toEqual([]);
    expect(await world.approvals.approval(ID)).toMatchObject({ state: 'waiting' });
  });

  test('after another one says whose that was and when', async () => {
    await asked();
    await answered();
    await expect(answered({ by: 'eve', answer: 'no' })).rejects.toMatchObject({
      name: 'ApprovalEnded',
      message: expect.stringContaining('approved by grace at 2026-11-21T12:05:00Z'),
    });
  });

  test('that is repeated changes nothing', async () => {
    await asked();
    await answered();
    await answered({ by: 'Grace' }, later(NOON, minutes(9)));
    expect(world.waiting.heard).toHaveLength(1);
    expect(await world.approvals.approval(ID)).toMatchObject({ answeredAt: later(NOON, minutes(5)) });
  });

  test('to what was stopped is on record, and says that nothing waits', async () => {
    await asked();
    world.waiting.open.clear();
    await expect(answered()).rejects.toMatchObject({
      name: 'ApprovalEnded',
      message: expect.stringContaining('does not wait any more'),
    });
  });
});
