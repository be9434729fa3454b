import { Buffer } from 'node:buffer';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { hours } from '../../core/time/instant.ts';
import { ALERTS_TOPIC, ENDED_QUEUE, roleName } from '../../lib/names.ts';
import { Blueprint, ending } from '../support/world-of.ts';
import { HOME } from './installations.ts';
import { INSTALLATION } from './permission-paths.ts';

const SEED = 5;

let blueprint: Blueprint;
beforeAll(async () => {
  blueprint = await Blueprint.of(INSTALLATION);
});
afterAll(() => blueprint?.close());

/** A morning with its scheduled backups, an hour into which a restore is stopped. */
async function morningWithout(arn: (account: string) => string, action: string) {
  const stage = blueprint.stage(SEED);
  const { iam } = stage.cloud;
  stage.files.get('documents')!.write('a.txt', Buffer.from('a'));
  expect(iam.revoke(arn(stage.cloud.account), action)).toBeGreaterThan(0);
  await stage.run(hours(5));
  const restore = stage.start(HOME, 'restore', { cluster: 'orders', to: 'latest' });
  await stage.run(hours(0.1));
  stage.cloud.states.stop(restore);
  await stage.run(hours(1));
  return stage;
}

const roleOf = (owner: Parameters<typeof roleName>[1]) => (account: string) =>
  `arn:aws:iam::${account}:role/${roleName(HOME, owner)}`;

/** A sample, of every kind of policy. Whatever statement is taken away, what it allowed is refused. */
it.each<readonly [string, (account: string) => string, string]>([
  ['a function to read what it copies', roleOf('CaptureShard'), 's3:GetObjectVersion'],
  ['a function to open a record', roleOf('CaptureRecoveryPoint'), 'dynamodb:PutItem'],
  ['a function to let RDS use a key', roleOf('CaptureRecoveryPoint'), 'kms:CreateGrant'],
  ['a function to use the key of a vault', roleOf('CopyShard'), 'kms:Decrypt'],
  ['a function to announce', roleOf('SealRecoveryPoint'), 'events:PutEvents'],
  ['a function to start a machine', roleOf('StartBackups'), 'states:StartExecution'],
  ['a machine to call functions', roleOf('RunBackup'), 'lambda:InvokeFunction'],
  ['a machine to run its own children', roleOf('RunBackup'), 'states:StartExecution'],
  ['a schedule to call a function', roleOf('RunSchedules'), 'lambda:InvokeFunction'],
  ['a schedule to start a machine', roleOf('RunSchedules'), 'states:StartExecution'],
  [
    'a rule to put into a queue',
    (account) => `arn:aws:sqs:${HOME}:${account}:${ENDED_QUEUE}`,
    'sqs:SendMessage',
  ],
  ['a queue to feed a function', roleOf('CloseStoppedExecution'), 'sqs:ReceiveMessage'],
])('without the statement that lets %s, that is refused', async (_, arn, action) => {
  const stage = await morningWithout(arn, action);
  expect(stage.cloud.iam.refusals.map((refusal) => refusal.action)).toContain(action);
});

it('a machine that may not call its functions fails as Step Functions does, and the alarm about it arrives', async () => {
  const stage = await morningWithout(roleOf('RunExpire'), 'lambda:InvokeFunction');
  const { states, topics, account } = stage.cloud;
  const [first] = states.list(`arn:aws:states:${HOME}:${account}:stateMachine:holdfast-expire`);
  expect(ending(first!).name).toBe('ExpiryFailed');
  expect(first!.history.flatMap(({ error }) => error ?? [])).toContain('Lambda.AWSLambdaException');
  expect(topics.inbox.map(({ topicArn }) => topicArn)).toContain(
    `arn:aws:sns:${HOME}:${account}:${ALERTS_TOPIC}`,
  );
});

it('what a schedule may not start lies in the queue of what reached nobody, at once', async () => {
  const stage = await morningWithout(roleOf('RunSchedules'), 'states:StartExecution');
  const { queues, account } = stage.cloud;
  const { messages } = queues.queue(`arn:aws:sqs:${HOME}:${account}:holdfast-undelivered`)!;
  expect(messages[0]!.attributes).toMatchObject({
    ERROR_CODE: 'AccessDeniedException',
    RETRY_ATTEMPTS: '0',
  });
});
