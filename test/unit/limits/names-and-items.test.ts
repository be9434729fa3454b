import { describe, test } from 'vitest';
import {
  copies,
  points,
  restores,
  type StoredItem,
  whole,
} from '../../../adapters/aws/dynamo-catalog-items.ts';
import { copyKey, goneKey, pointKey, restoreKey } from '../../../adapters/aws/dynamo-catalog-keys.ts';
import { copyAgainName, copyName, snapshotName } from '../../../core/ids/names.ts';
import { instant } from '../../../core/time/instant.ts';
import { CLUSTER, fits, ID, NOW, REASON, REGION, RULE, SHARDS, WORST_KEY } from './promised.ts';

/** Step Functions: names of executions. */
const EXECUTION_NAME = 80;
/** RDS: identifiers of snapshots. */
const SNAPSHOT_NAME = 63;
/** DynamoDB: items, and their sort keys. */
const ITEM_BYTES = 400 * 1_024;
const SORT_KEY_BYTES = 1_024;

describe('names at their longest', () => {
  test('an execution that copies is named by recovery point and region', () => {
    const name = copyName(ID, REGION);
    fits(name.length, EXECUTION_NAME, `characters of ${name}`);
  });

  test('an execution that tries a copy again carries the hour too, until long after 2161', () => {
    const name = copyAgainName(ID, REGION, instant(Date.UTC(3000, 0, 1)));
    fits(name.length, EXECUTION_NAME, `characters of ${name}`);
  });

  test('a snapshot in RDS is named by its recovery point', () => {
    fits(snapshotName(ID).length, SNAPSHOT_NAME, `characters of ${snapshotName(ID)}`);
  });

  test('a sort key of the catalog names region, time and rule', () => {
    const { sk } = goneKey(copyKey(ID, REGION));
    fits(Buffer.byteLength(sk), SORT_KEY_BYTES, `bytes of ${sk}`);
  });
});

describe('items of the catalog', () => {
  const counts = { items: 1e15, bytes: 1e15, newItems: 1e15, newBytes: 1e15 };
  const execution = `arn:aws:states:${REGION}:111122223333:execution:holdfast-backup:${'x'.repeat(EXECUTION_NAME)}`;
  const bytesOf = (item: StoredItem): number => Buffer.byteLength(JSON.stringify(item));

  test('a recovery point with everything that it can have fits one', () => {
    const point = points.encode({
      id: ID,
      cluster: CLUSTER,
      engine: 'documentdb',
      plan: 'p'.repeat(24),
      rule: RULE,
      region: REGION,
      state: 'quarantined',
      scheduledAt: NOW,
      openedAt: NOW,
      takenAt: NOW,
      sealedAt: NOW,
      execution,
      base: ID,
      content: { root: 'f'.repeat(64), shards: SHARDS, ...counts },
      manual: { note: '\u0001'.repeat(200), keepUntil: NOW },
      reason: REASON,
      discardAfter: NOW,
    });
    fits(bytesOf(whole(pointKey(ID), point)), ITEM_BYTES, 'bytes of the largest recovery point');
  });

  test('so do its copy and its restore', () => {
    const copy = copies.encode({
      id: ID,
      cluster: CLUSTER,
      region: REGION,
      state: 'failed',
      startedAt: NOW,
      reason: REASON,
    });
    const id = `${CLUSTER}-restore-${'x'.repeat(40)}`;
    const restore = restores.encode({
      id,
      cluster: CLUSTER,
      region: REGION,
      state: 'failed',
      instant: NOW,
      target: `s3://${'b'.repeat(63)}/${WORST_KEY}`,
      startedAt: NOW,
      reason: REASON,
    });
    fits(bytesOf(whole(copyKey(ID, REGION), copy)), ITEM_BYTES, 'bytes of the largest copy');
    fits(bytesOf(whole(restoreKey(CLUSTER, id), restore)), ITEM_BYTES, 'bytes of the largest restore');
  });
});
