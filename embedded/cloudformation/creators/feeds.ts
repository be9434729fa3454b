import type { EmbeddedCloud } from '../../cloud.ts';
import { EventSource } from '../../queue/event-source.ts';
import { uuid } from '../../random/uuid.ts';
import { NotModelled, onlyModelled } from '../../service.ts';
import type { Creators } from '../deploy.ts';
import { list, text, whole } from './properties.ts';

const MEMBERS = [
  'EventSourceArn',
  'FunctionName',
  'BatchSize',
  'MaximumBatchingWindowInSeconds',
  'ScalingConfig',
  'FunctionResponseTypes',
  'Tags',
];

/** Queues that feed functions. */
export function feeds({ world, daylight, queues, functions, iam }: EmbeddedCloud): Creators {
  return {
    'AWS::Lambda::EventSourceMapping': (p, { account, region }) => {
      onlyModelled('lambda', 'AWS::Lambda::EventSourceMapping', p, MEMBERS);
      const queueArn = text(p, 'EventSourceArn')!;
      const queue = queues.queue(queueArn);
      if (!queue) throw new NotModelled('cloudformation', `an event source other than a queue: ${queueArn}`);
      const name = text(p, 'FunctionName')!;
      const functionArn = name.startsWith('arn:')
        ? name
        : `arn:aws:lambda:${region}:${account}:function:${name}`;
      const batchSize = whole(p, 'BatchSize');
      const windowSeconds = whole(p, 'MaximumBatchingWindowInSeconds');
      const maximumConcurrency = whole(p, 'ScalingConfig', 'MaximumConcurrency');
      const source = new EventSource(
        {
          world,
          daylight,
          invoke: (arn, payload) => functions.invoke(arn, payload),
          permit: (action) => {
            const role = functions.roleOf(functionArn);
            iam.act({ service: 'lambda.amazonaws.com', sourceArn: functionArn, role }, action, queueArn);
          },
        },
        {
          queue,
          functionArn,
          reportBatchItemFailures: list<string>(p, 'FunctionResponseTypes').includes(
            'ReportBatchItemFailures',
          ),
          ...(batchSize === undefined ? {} : { batchSize }),
          ...(windowSeconds === undefined ? {} : { windowSeconds }),
          ...(maximumConcurrency === undefined ? {} : { maximumConcurrency }),
        },
      );
      const id = uuid(world.random('event-sources.ids'));
      queues.eventSources.set(id, source);
      return { ref: id, attributes: { Id: id } };
    },
  };
}
