import { expect, test } from 'vitest';
import { days, hours, minutes, seconds } from '../../../../core/time/instant.ts';
import { EventSource } from '../../../../embedded/queue/event-source.ts';
import { NotModelled } from '../../../../embedded/service.ts';
import { ACCOUNT, HERE, landscape } from '../events/landscape.ts';

interface Received {
  readonly MessageId: string;
  readonly ReceiptHandle: string;
  readonly Body: string;
  readonly Attributes: { readonly ApproximateReceiveCount: string };
}

function withQueue(on = landscape()) {
  const letters = on.queue('letters');
  const queue = on.queues.createQueue({
    name: 'q',
    account: ACCOUNT,
    region: HERE,
    visibilityTimeoutSeconds: 60,
    redrive: { deadLetterArn: letters.arn, maxReceiveCount: 2 },
  });
  const ask = (operation: string, input: object = {}) =>
    on.queues.call(operation, { QueueUrl: queue.url, ...input }, on.call());
  const receive = () => (ask('ReceiveMessage') as { Messages: Received[] }).Messages;
  return { on, letters, queue, ask, receive };
}

test('a received message is hidden until its visibility timeout ends, and deleted by its latest receipt', async () => {
  const { on, ask, receive } = withQueue();
  ask('SendMessage', { MessageBody: 'hello' });
  const [first] = receive();
  expect([first?.Body, receive()]).toEqual(['hello', []]);
  await on.pass(seconds(61));
  const [second] = receive();
  expect(second?.Attributes.ApproximateReceiveCount).toBe('2');
  ask('DeleteMessage', { ReceiptHandle: first?.ReceiptHandle });
  expect(ask('GetQueueAttributes')).toMatchObject({
    Attributes: { ApproximateNumberOfMessages: '0', ApproximateNumberOfMessagesNotVisible: '1' },
  });
  ask('DeleteMessage', { ReceiptHandle: second?.ReceiptHandle });
  await on.pass(minutes(5));
  expect(receive()).toEqual([]);
});

test('a message that was received too often goes to the dead letters', async () => {
  const { on, ask, receive, letters } = withQueue();
  ask('SendMessage', { MessageBody: 'poison' });
  for (let n = 0; n < 3; n++) {
    receive();
    await on.pass(minutes(2));
  }
  expect(letters.messages.map(({ body }) => body)).toEqual(['poison']);
  expect(receive()).toEqual([]);
});

test('a delayed message comes later, a changed visibility counts from now, an old one is gone', async () => {
  const { on, ask, receive } = withQueue();
  ask('SendMessage', { MessageBody: 'late', DelaySeconds: 30 });
  expect(receive()).toEqual([]);
  await on.pass(seconds(30));
  const [message] = receive();
  ask('ChangeMessageVisibility', { ReceiptHandle: message?.ReceiptHandle, VisibilityTimeout: 0 });
  expect(receive()).toHaveLength(1);
  await on.pass(days(5));
  expect(receive()).toEqual([]);
});

test('what is not modelled fails loudly', () => {
  const { ask } = withQueue();
  expect(() => ask('SendMessage', { MessageBody: 'x', MessageGroupId: 'g' })).toThrow(NotModelled);
  expect(() => ask('PurgeQueue')).toThrow(NotModelled);
});

function mapped(react: (bodies: string[], ids: string[]) => unknown, reporting = true) {
  const set = withQueue();
  const { on, queue } = set;
  const { arn, heard } = on.listener('drain', ((event: { Records: { body: string; messageId: string }[] }) =>
    react(
      event.Records.map(({ body }) => body),
      event.Records.map(({ messageId }) => messageId),
    )) as never);
  const invoke = on.functions.invoke.bind(on.functions);
  new EventSource(
    { world: on.world, daylight: on.daylight, invoke },
    { queue, functionArn: arn, batchSize: 2, reportBatchItemFailures: reporting },
  );
  const send = (...bodies: string[]) => {
    for (const body of bodies) on.queues.sendTo(queue.arn, body);
  };
  return { ...set, heard, send };
}

test('an event source hands batches to its function and deletes what succeeded', async () => {
  const seen: string[] = [];
  const { on, queue, send } = mapped((bodies) => {
    seen.push(...bodies);
    return { batchItemFailures: [] };
  });
  send('a', 'b', 'c');
  await on.pass(seconds(30));
  expect([seen.sort(), queue.messages]).toEqual([['a', 'b', 'c'], []]);
});

test('reported failures come again after the visibility timeout, then become dead letters', async () => {
  const tries: string[] = [];
  const { on, queue, letters, send } = mapped((bodies, ids) => {
    tries.push(...bodies);
    const bad = ids.filter((_, n) => bodies[n] === 'bad');
    return { batchItemFailures: bad.map((itemIdentifier) => ({ itemIdentifier })) };
  });
  send('good', 'bad');
  await on.pass(minutes(10));
  expect(tries.sort()).toEqual(['bad', 'bad', 'good']);
  expect([queue.messages, letters.messages.map(({ body }) => body)]).toEqual([[], ['bad']]);
});

test.each([
  ['throws', undefined],
  ['names an unknown message', { batchItemFailures: [{ itemIdentifier: 'x' }] }],
  ['leaves an identifier empty', { batchItemFailures: [{}] }],
  ['answers no object', 'ok'],
])('a function that %s fails the whole batch', async (_, answer) => {
  const { on, letters, send } = mapped(() => {
    if (answer === undefined) throw new Error('no');
    return answer;
  });
  send('a', 'b');
  await on.pass(minutes(10));
  expect(letters.messages).toHaveLength(2);
});

test('without partial failures, an answer of any kind is success', async () => {
  const { on, queue, send } = mapped(() => ({ batchItemFailures: [{}] }), false);
  send('a');
  await on.pass(minutes(1));
  expect(queue.messages).toEqual([]);
});

test('in a dark region nothing is drained until there is light', async () => {
  const { on, queue, send } = mapped(() => null);
  on.dark.add(HERE);
  send('a');
  await on.pass(hours(1));
  expect(queue.messages).toHaveLength(1);
  on.dark.clear();
  await on.pass(minutes(1));
  expect(queue.messages).toEqual([]);
});

test('a topic reaches inboxes, queues and functions', async () => {
  const on = landscape();
  const queue = on.queue('q');
  const raw = on.queue('raw');
  const { arn, heard } = on.listener('hear');
  const topic = on.topics.createTopic(HERE, ACCOUNT, 'alerts');
  on.topics.subscribe(topic, 'email', 'ops@example.com');
  on.topics.subscribe(topic, 'sqs', queue.arn);
  on.topics.subscribe(topic, 'sqs', raw.arn, true);
  on.topics.subscribe(topic, 'lambda', arn);
  on.topics.call('Publish', { TopicArn: topic, Message: 'down', Subject: 'Look' }, on.call());
  await on.pass(seconds(2));
  expect(on.topics.inbox).toMatchObject([{ address: 'ops@example.com', subject: 'Look', message: 'down' }]);
  expect(JSON.parse(queue.messages[0]?.body ?? '')).toMatchObject({ Type: 'Notification', Message: 'down' });
  expect(raw.messages[0]?.body).toBe('down');
  expect(heard[0]?.event).toMatchObject({ Records: [{ Sns: { Message: 'down', Subject: 'Look' } }] });
});

test('a topic that does not exist, a protocol and a member that are not modelled are refused', () => {
  const on = landscape();
  const publish = (more: object) => on.topics.call('Publish', { Message: 'm', ...more }, on.call());
  expect(() => publish({ TopicArn: 'arn:aws:sns:x:1:none' })).toThrow(
    expect.objectContaining({ name: 'NotFoundException' }),
  );
  const topic = on.topics.createTopic(HERE, ACCOUNT, 'alerts');
  expect(() => publish({ TopicArn: topic, MessageGroupId: 'g' })).toThrow(NotModelled);
  expect(() => on.topics.subscribe(topic, 'sms', '+49')).toThrow(NotModelled);
});
