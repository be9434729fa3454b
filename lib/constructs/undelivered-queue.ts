import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { UNDELIVERED_QUEUE } from '../names.ts';

/** Where triggers end that reached nobody. It is empty, or someone is told. */
export class UndeliveredQueue extends Construct {
  readonly resource: Queue;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    this.resource = new Queue(this, 'Resource', {
      queueName: UNDELIVERED_QUEUE,
      // With SQS's own key, EventBridge, Scheduler and Lambda need no key policy to write to it.
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      retentionPeriod: Duration.days(14),
      removalPolicy: RemovalPolicy.DESTROY,
    });
  }
}
