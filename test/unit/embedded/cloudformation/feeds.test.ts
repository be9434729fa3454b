import { afterEach, describe, expect, it } from 'vitest';
import { instant, minutes } from '../../../../core/time/instant.ts';
import { EmbeddedCloud } from '../../../../embedded/cloud.ts';
import type { TemplateResource } from '../../../../embedded/cloudformation/assembly.ts';
import { type Deployment, deploy } from '../../../../embedded/cloudformation/provider.ts';
import { NotModelled } from '../../../../embedded/service.ts';
import { ACCOUNT, policy, REGION, BASE as STACK } from './a-stack.ts';

const QUEUE = `arn:aws:sqs:${REGION}:${ACCOUNT}:work`;
let cloud: EmbeddedCloud;
let deployment: Deployment;
let batches: number[];
afterEach(() => cloud.close());

const feed = (batchSize: number, more: Record<string, unknown> = {}): TemplateResource => ({
  Type: 'AWS::Lambda::EventSourceMapping',
  DependsOn: ['Rights'],
  Properties: {
    EventSourceArn: { 'Fn::GetAtt': ['Queue', 'Arn'] },
    FunctionName: { Ref: 'Function' },
    BatchSize: batchSize,
    MaximumBatchingWindowInSeconds: 1,
    ScalingConfig: { MaximumConcurrency: 2 },
    FunctionResponseTypes: ['ReportBatchItemFailures'],
    ...more,
  },
});

const CONSUMING = ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'];
const BASE: Record<string, TemplateResource> = {
  Role: STACK['Role']!,
  Function: STACK['Function']!,
  Rights: policy(...CONSUMING),
  Queue: { Type: 'AWS::SQS::Queue', Properties: { QueueName: 'work', VisibilityTimeout: 600 } },
  Feed: feed(2),
};

const assembly = (resources: Record<string, TemplateResource>) => ({
  stacks: [{ name: 'Test', account: ACCOUNT, region: REGION, template: { Resources: resources } }],
  files: [],
});

function deployed(resources = BASE): void {
  batches = [];
  cloud = new EmbeddedCloud({
    start: instant(Date.parse('2026-03-18T00:00:00Z')),
    seed: 1,
    account: ACCOUNT,
  });
  const start = () => async (event: unknown) => {
    batches.push((event as { Records: unknown[] }).Records.length);
    return { batchItemFailures: [] };
  };
  deployment = deploy(cloud, assembly(resources), async () => ({ start }));
}

async function update(resources: Record<string, TemplateResource>): Promise<void> {
  let going = true;
  const work = deployment.update(assembly(resources)).finally(() => {
    going = false;
  });
  work.catch(() => {});
  await cloud.world.runWhile(() => going);
  await work;
}

/** Sends six messages and answers the sizes of the batches that the function was given, and what is left. */
async function six(): Promise<readonly [batches: readonly number[], left: number]> {
  batches = [];
  for (let n = 0; n < 6; n++) cloud.queues.sendTo(QUEUE, String(n));
  await cloud.world.runUntil(instant(cloud.world.now() + minutes(5)));
  return [batches, cloud.queues.queue(QUEUE)!.messages.length];
}

describe('a mapping from a queue to a function', () => {
  it('hands over batches of its size, and with its next size when that is changed', async () => {
    deployed();
    expect(await six()).toEqual([[2, 2, 2], 0]);
    await update({ ...BASE, Feed: feed(3) });
    expect(await six()).toEqual([[3, 3], 0]);
  });

  it('takes nothing more when the template has it no more', async () => {
    deployed();
    const { Feed: _, ...rest } = BASE;
    await update(rest);
    expect(await six()).toEqual([[], 6]);
  });

  it('stands still while the role of its function may not receive', async () => {
    deployed({ ...BASE, Rights: policy('sqs:DeleteMessage', 'sqs:GetQueueAttributes') });
    expect(await six()).toEqual([[], 6]);
    await update(BASE);
    await cloud.world.runUntil(instant(cloud.world.now() + minutes(5)));
    expect(cloud.queues.queue(QUEUE)!.messages).toEqual([]);
  });

  it('of a queue under a key needs to decrypt with it, and to do nothing else', async () => {
    const Key: TemplateResource = {
      Type: 'AWS::KMS::Key',
      Properties: {
        KeyPolicy: {
          Statement: {
            Effect: 'Allow',
            Principal: { AWS: `arn:aws:iam::${ACCOUNT}:root` },
            Action: 'kms:*',
            Resource: '*',
          },
        },
      },
    };
    const kept = { QueueName: 'work', KmsMasterKeyId: { 'Fn::GetAtt': ['Key', 'Arn'] } };
    const guarded = { ...BASE, Key, Queue: { Type: 'AWS::SQS::Queue', Properties: kept } };
    deployed(guarded);
    expect(await six()).toEqual([[], 6]);
    cloud.close();
    deployed({ ...guarded, Rights: policy(...CONSUMING, 'kms:Decrypt') });
    expect(await six()).toEqual([[2, 2, 2], 0]);
  });

  it('with a filter, or from elsewhere than a queue, is not modelled', () => {
    expect(() => deployed({ ...BASE, Feed: feed(1, { FilterCriteria: {} }) })).toThrow(NotModelled);
    expect(() => deployed({ ...BASE, Feed: feed(1, { EventSourceArn: 'arn:aws:kinesis' }) })).toThrow(
      NotModelled,
    );
  });
});
