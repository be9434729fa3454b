import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { EventSourceMapping } from 'aws-cdk-lib/aws-lambda';
import { type IQueue, Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { allow } from '../access/statement.ts';
import type { TaskFunction } from './task-function.ts';

export interface InboxProps {
  readonly name: string;
  readonly task: TaskFunction;
  readonly timeout: Duration;
  /** @default 1 */
  readonly batchSize?: number;
  /** Functions at work at one time, 2 to 1,000. @default 2 */
  readonly concurrency?: number;
  readonly undelivered: IQueue;
}

/** A message that keeps failing is tried for six hours; then it lies among the undelivered ones, and somebody is told. */
const TRIED_FOR = Duration.hours(6);
/** A queue takes up to 1,000 (SetQueueAttributes, RedrivePolicy). */
const RECEIVES_MAX = 1_000;

/**
 * A queue in front of a function, for events that must not be lost while AWS has a bad quarter of an hour: by itself
 * Lambda tries an event three times within three minutes, and that is that.
 */
export class Inbox extends Construct {
  readonly queue: Queue;

  constructor(scope: Construct, id: string, props: InboxProps) {
    super(scope, id);
    const { name, task, timeout, undelivered, batchSize = 1, concurrency = 2 } = props;
    // AWS advises six times the function's timeout, against a message that is taken twice. Here that is harmless, since
    // every task may be repeated, and waiting half an hour for the second try is not.
    const visibility = Duration.seconds(timeout.toSeconds() + 60);
    this.queue = new Queue(this, 'Queue', {
      queueName: name,
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      visibilityTimeout: visibility,
      retentionPeriod: Duration.days(4),
      deadLetterQueue: {
        queue: undelivered,
        maxReceiveCount: Math.min(RECEIVES_MAX, Math.ceil(TRIED_FOR.toSeconds() / visibility.toSeconds())),
      },
      removalPolicy: RemovalPolicy.DESTROY,
    });
    allow(task.role, {
      actions: ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'],
      resources: [this.queue.queueArn],
    });
    new EventSourceMapping(this, 'Feed', {
      target: task.resource,
      eventSourceArn: this.queue.queueArn,
      batchSize,
      maxConcurrency: concurrency,
      reportBatchItemFailures: true,
    });
  }
}
