import { describe, expect, it } from 'vitest';
import type { Attempt } from '../../embedded/sdk/transport.ts';
import { START } from '../support/world-of.ts';
import { LIMITS, type LimitName } from './checkers/limits.ts';
import { WithinAwsLimits } from './checkers/within-aws-limits.ts';
import { HOME } from './installations.ts';

const call = { account: '1', region: HOME, principal: 'role', now: START };

/** A checker that has seen these calls. */
function seeing(...calls: readonly [Attempt['service'], string, object][]): WithinAwsLimits {
  const checker = new WithinAwsLimits();
  for (const [service, operation, input] of calls)
    checker.before({ service, operation, input, call, owner: 'holdfast-copy-shard', attempt: 1 });
  return checker;
}

const keys = (count: number) => Array.from({ length: count }, (_, n) => ({ Key: `documents/${n}` }));
const text = (bytes: number) => 'x'.repeat(bytes);
const item = (bytes: number) => ({
  pk: { S: 'cluster#documents' },
  sk: { S: 'point' },
  note: { S: text(bytes) },
});

/** A call at its limit, and the least that is beyond it. */
const CASES: readonly [LimitName, Attempt['service'], string, (amount: number) => object][] = [
  ['deletedKeys', 's3', 'DeleteObjects', (n) => ({ Delete: { Objects: keys(n) } })],
  ['keyBytes', 's3', 'PutObject', (n) => ({ Key: text(n) })],
  ['partNumber', 's3', 'UploadPartCopy', (PartNumber) => ({ PartNumber })],
  ['partBytes', 's3', 'UploadPartCopy', (n) => ({ CopySourceRange: `bytes=1000-${1000 + n - 1}` })],
  ['listedKeys', 's3', 'ListObjectVersions', (MaxKeys) => ({ MaxKeys })],
  [
    'transactionActions',
    'dynamodb',
    'TransactWriteItems',
    (n) => ({ TransactItems: keys(n).map(() => ({ Put: { Item: item(1) } })) }),
  ],
  ['batchWrites', 'dynamodb', 'BatchWriteItem', (n) => ({ RequestItems: { a: keys(n - 1), b: keys(1) } })],
  ['batchReads', 'dynamodb', 'BatchGetItem', (n) => ({ RequestItems: { a: { Keys: keys(n) } } })],
  ['rangeKeyBytes', 'dynamodb', 'GetItem', (n) => ({ Key: { pk: { S: 'a' }, sk: { S: text(n) } } })],
  ['events', 'eventbridge', 'PutEvents', (n) => ({ Entries: keys(n) })],
  ['eventBytes', 'eventbridge', 'PutEvents', (n) => ({ Entries: [{ Source: 'a', Detail: text(n - 1) }] })],
  ['executionName', 'sfn', 'StartExecution', (n) => ({ name: text(n) })],
  ['executionInput', 'sfn', 'StartExecution', (n) => ({ input: text(n) })],
  ['messageBytes', 'sns', 'Publish', (n) => ({ Message: text(n) })],
  ['queuedBytes', 'sqs', 'SendMessage', (n) => ({ MessageBody: text(n) })],
  ['plaintextBytes', 'kms', 'Encrypt', (n) => ({ Plaintext: new Uint8Array(n) })],
  ['asyncBytes', 'lambda', 'Invoke', (n) => ({ Payload: text(n) })],
  ['snapshotName', 'rds', 'CreateDBClusterSnapshot', (n) => ({ DBClusterSnapshotIdentifier: text(n) })],
  ['metrics', 'cloudwatch', 'PutMetricData', (n) => ({ MetricData: keys(n) })],
];

describe('within-aws-limits', () => {
  it.each(CASES)('takes %s up to the limit of %s, and not one more', (name, service, operation, input) => {
    const { most, name: what, page } = LIMITS[name];
    const full = seeing([service, operation, input(most)]);
    expect(full.violations).toEqual([]);
    expect(full.watermarks.get(name)?.share).toBe(1);
    expect(seeing([service, operation, input(most + 1)]).violations).toEqual([
      `${most + 1} ${what}, and AWS takes ${most} (${page}): ${service} ${operation} by holdfast-copy-shard at 2026-03-18T00:00:00Z`,
    ]);
  });

  it('weighs an item of DynamoDB as AWS does, names and values', () => {
    const overhead = 2 + 17 + 2 + 5 + 4;
    const put = (bytes: number) => seeing(['dynamodb', 'PutItem', { Item: item(bytes) }]).violations;
    expect(put(LIMITS.itemBytes.most - overhead)).toEqual([]);
    expect(put(LIMITS.itemBytes.most - overhead + 1)).toHaveLength(1);
  });

  it('keeps the highest share of each limit, and who took it', () => {
    const checker = seeing(
      ['s3', 'DeleteObjects', { Delete: { Objects: keys(20) } }],
      ['s3', 'DeleteObjects', { Delete: { Objects: keys(500) } }],
      ['s3', 'DeleteObjects', { Delete: { Objects: keys(3) } }],
    );
    expect(checker.watermarks.get('deletedKeys')).toEqual({
      share: 0.5,
      by: 's3 DeleteObjects by holdfast-copy-shard at 2026-03-18T00:00:00Z',
    });
    expect(checker.watermarks.has('messageBytes')).toBe(false);
  });
});
