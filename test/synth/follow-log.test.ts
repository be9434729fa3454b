import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { Match } from 'aws-cdk-lib/assertions';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { chains, whole } from '../../adapters/aws/dynamo-catalog-items.ts';
import { chainKey } from '../../adapters/aws/dynamo-catalog-keys.ts';
import type { Stage } from '../../cli/stage.ts';
import { chainId, type LogChain, logPrefix, newChain } from '../../core/log/chain.ts';
import type { HoldfastInput } from '../../core/plan/input.ts';
import { hours, minutes } from '../../core/time/instant.ts';
import { CATALOG_TABLE } from '../../lib/names.ts';
import { Blueprint } from '../support/world-of.ts';
import { atoms, rightsOf, sorted } from './rights.ts';
import { ANNOUNCE, CONFIGURATION, FIND, key, LOG, notes, OPEN } from './rights-phrases.ts';
import { ACCOUNT, PRIMARY, RECOVERY, synthesized } from './synthesized.ts';
import { shop, till, withTidb } from './tidb-installation.ts';

const tidb = withTidb({ shop: { ...shop, plan: 'logged' }, till });
const gold = tidb.plans['gold']!;
const LOGGED: HoldfastInput = { ...tidb, plans: { ...tidb.plans, logged: { ...gold, logBackup: true } } };
const template = synthesized(LOGGED);
const VAULTS = {
  [PRIMARY]: `holdfast-vault-${ACCOUNT}-${PRIMARY}`,
  [RECOVERY]: `holdfast-vault-${ACCOUNT}-${RECOVERY}`,
};

test('only where a plan keeps a log does the vault send events, and anything follow', () => {
  const without = synthesized(withTidb({ shop, till }));
  for (const name of [`Holdfast-Store-${PRIMARY}`, `Holdfast-${PRIMARY}`, `Holdfast-${RECOVERY}`])
    expect(JSON.stringify(without(name).toJSON())).not.toMatch(
      /EventBridgeConfiguration|log-objects|follow-log|heal-log/,
    );
  template(`Holdfast-Store-${PRIMARY}`).hasResourceProperties('AWS::S3::Bucket', {
    BucketName: VAULTS[PRIMARY],
    NotificationConfiguration: { EventBridgeConfiguration: { EventBridgeEnabled: true } },
  });
  expect(JSON.stringify(template(`Holdfast-Store-${RECOVERY}`).toJSON())).not.toContain(
    'EventBridgeConfiguration',
  );
  expect(JSON.stringify(template(`Holdfast-${PRIMARY}`).toJSON())).not.toMatch(/holdfast-(follow|heal)-log/);
});

test('objects of logs go from the bus of the primary to the queue of the region that fetches them', () => {
  const EventPattern = {
    source: ['aws.s3'],
    'detail-type': ['Object Created'],
    detail: { bucket: { name: [VAULTS[PRIMARY]] }, object: { key: [{ wildcard: '*/log/*' }] } },
  };
  template(`Holdfast-${PRIMARY}`).hasResourceProperties('AWS::Events::Rule', {
    EventPattern,
    Targets: [
      Match.objectLike({
        Arn: `arn:aws:events:${RECOVERY}:${ACCOUNT}:event-bus/holdfast`,
        DeadLetterConfig: Match.anyValue(),
        RoleArn: Match.anyValue(),
      }),
    ],
  });
  const recovery = template(`Holdfast-${RECOVERY}`);
  recovery.hasResourceProperties('AWS::Events::Rule', { EventPattern, EventBusName: Match.anyValue() });
  recovery.hasResourceProperties('AWS::Lambda::EventSourceMapping', {
    BatchSize: 10,
    FunctionResponseTypes: ['ReportBatchItemFailures'],
    ScalingConfig: { MaximumConcurrency: 10 },
  });
  recovery.hasResourceProperties('AWS::Scheduler::Schedule', { Name: 'heal-logs' });
});

describe('rights', () => {
  const folder = 'shop/log/*';
  const follow = [
    LOG,
    CONFIGURATION,
    ANNOUNCE,
    OPEN,
    `s3:ListBucketVersions on vault(primary), vault(recovery) when s3:prefix=${folder}`,
    's3:ListBucket on vault(recovery)',
    `s3:GetObject s3:GetObjectVersion on vault(primary)/${folder}`,
    key('kms:Decrypt', 'primary'),
    `s3:GetObject s3:PutObject s3:AbortMultipartUpload on vault(recovery)/${folder}`,
    key('kms:Decrypt kms:GenerateDataKey', 'recovery'),
  ];
  const recovery = rightsOf(template(`Holdfast-${RECOVERY}`));

  test('whoever follows reads the log there and writes it here, and takes nothing away', () => {
    const inbox = 'sqs:ReceiveMessage sqs:DeleteMessage sqs:GetQueueAttributes on LogObjectsQueue';
    expect(recovery['follow-log']).toEqual(sorted(atoms(...follow, inbox)));
    const undelivered = 'sqs:SendMessage on Undelivered';
    expect(recovery['heal-log']).toEqual(sorted(atoms(...follow, FIND, ...notes('recovery'), undelivered)));
  });

  test('events are sent to the bus over there and nowhere else', () => {
    const primary = rightsOf(template(`Holdfast-${PRIMARY}`));
    expect(primary['run-log-events']).toEqual(['events:PutEvents on bus']);
    expect(primary['follow-log']).toBeUndefined();
  });
});

describe('as it is deployed', () => {
  let blueprint: Blueprint;
  let stage: Stage;
  beforeAll(async () => {
    blueprint = await Blueprint.of(LOGGED);
    stage = blueprint.stage(1);
  }, 60_000);
  afterAll(() => blueprint.close());

  /** Behind the back of the clock, as somebody who may do anything. */
  const table = (region: string, operation: string, input: object) =>
    stage.cloud.dynamodb.call(
      operation,
      { TableName: CATALOG_TABLE, ...input },
      { account: ACCOUNT, region, principal: 'somebody', now: stage.now },
    ) as { Item?: Parameters<typeof unmarshall>[0] };

  test('a log follows within seconds, and is covered', async () => {
    const { world, s3 } = stage.cloud;
    const start = world.now();
    const chain = chainId(start);
    const tso = (at: number) => BigInt(at) << 18n;
    const from = { at: start, mark: String(tso(start)) };
    const home: LogChain = newChain({ cluster: 'shop', region: PRIMARY, chain }, from, start);
    table(PRIMARY, 'PutItem', { Item: marshall(whole(chainKey(home), chains.encode(home))) });
    const prefix = logPrefix('shop', chain);
    const put = (path: string, Body: Uint8Array | string) => {
      const call = { account: ACCOUNT, region: PRIMARY, principal: 'tikv', now: world.now() };
      s3.call(
        'PutObject',
        { Bucket: VAULTS[PRIMARY], Key: prefix + path, Body, ChecksumAlgorithm: 'CRC64NVME' },
        call,
      );
    };
    const keys = () => [...s3.current(VAULTS[RECOVERY]!, prefix)].map(([name]) => name.slice(prefix.length));
    const data = `v1/20260318/00/1/${tso(start) + 1n}-x.log`;
    put(data, 'changes');
    await stage.run(minutes(1));
    expect(keys()).toEqual([data]);

    const at = world.now();
    const checkpoint = Buffer.alloc(8);
    checkpoint.writeBigUInt64LE(tso(at));
    put(`v1/backupmeta/${tso(at)}-a.meta`, 'names');
    put('v1/global_checkpoint/1.ts', checkpoint);
    await stage.run(minutes(1));
    expect(keys()).toEqual([data, `v1/backupmeta/${tso(at)}-a.meta`, 'v1/global_checkpoint/1.ts']);
    const { Item } = table(RECOVERY, 'GetItem', {
      Key: marshall(chainKey({ cluster: 'shop', region: RECOVERY, chain })),
      ConsistentRead: true,
    });
    expect(chains.decode(unmarshall(Item!))).toMatchObject({ state: 'running', from: start, checkpoint: at });

    // No event tells of this: the next comparison finds it.
    s3.call(
      'DeleteObject',
      { Bucket: VAULTS[RECOVERY], Key: prefix + data },
      { account: ACCOUNT, region: RECOVERY, principal: 'somebody', now: world.now() },
    );
    await stage.run(hours(1));
    expect(keys()).toContain(data);
  }, 60_000);
});
