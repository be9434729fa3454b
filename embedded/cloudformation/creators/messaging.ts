import type { Iam } from '../../iam/iam.ts';
import type { AlarmInput } from '../../monitoring/alarm-input.ts';
import type { Monitoring } from '../../monitoring/monitoring.ts';
import type { QueueSettings } from '../../queue/queue.ts';
import type { Queues } from '../../queue/queues.ts';
import type { Topics } from '../../queue/topics.ts';
import type { Creators } from '../deploy.ts';
import { flag, part, text, whole } from './properties.ts';

interface MessagingParts {
  readonly queues: Queues;
  readonly topics: Topics;
  readonly iam: Iam;
  readonly monitoring: Monitoring;
}

/** Queues, topics and alarms. */
export function messaging({ queues, topics, monitoring, iam }: MessagingParts): Creators {
  return {
    'AWS::SQS::Queue': (p, { account, region, generatedName }) => {
      const name = text(p, 'QueueName') ?? generatedName.slice(0, 80);
      const visibility = whole(p, 'VisibilityTimeout');
      const retention = whole(p, 'MessageRetentionPeriod');
      const deadLetterArn = text(part(p, 'RedrivePolicy'), 'deadLetterTargetArn');
      const settings: QueueSettings = {
        name,
        account,
        region,
        ...(visibility === undefined ? {} : { visibilityTimeoutSeconds: visibility }),
        ...(retention === undefined ? {} : { retentionSeconds: retention }),
        ...(deadLetterArn === undefined
          ? {}
          : {
              redrive: {
                deadLetterArn,
                maxReceiveCount: whole(part(p, 'RedrivePolicy'), 'maxReceiveCount') ?? 1,
              },
            }),
      };
      const { url, arn } = queues.createQueue(settings);
      const key = text(p, 'KmsMasterKeyId');
      if (key !== undefined) iam.guard(arn, key);
      return { ref: url, attributes: { Arn: arn, QueueName: name, QueueUrl: url } };
    },
    'AWS::SNS::Topic': (p, { account, region, generatedName }) => {
      const name = text(p, 'TopicName') ?? generatedName;
      const arn = topics.createTopic(region, account, name);
      const key = text(p, 'KmsMasterKeyId');
      if (key !== undefined) iam.guard(arn, key);
      return { ref: arn, attributes: { TopicArn: arn, TopicName: name } };
    },
    'AWS::SNS::Subscription': (p, { logicalId }) => {
      topics.subscribe(
        text(p, 'TopicArn')!,
        text(p, 'Protocol')!,
        text(p, 'Endpoint')!,
        flag(p, 'RawMessageDelivery'),
      );
      return { ref: logicalId };
    },
    'AWS::CloudWatch::Alarm': (p, { account, region, generatedName }) => {
      const name = text(p, 'AlarmName') ?? generatedName;
      monitoring.putAlarm(region, { ...(p as unknown as AlarmInput), AlarmName: name });
      return { ref: name, attributes: { Arn: `arn:aws:cloudwatch:${region}:${account}:alarm:${name}` } };
    },
  };
}
