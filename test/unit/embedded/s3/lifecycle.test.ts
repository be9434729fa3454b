import { expect, test } from 'vitest';
import type { LifecycleRule } from '../../../../embedded/s3/lifecycle-rule.ts';
import { NotModelled } from '../../../../embedded/service.ts';
import { ACCOUNT, Cloud, HOME } from './cloud.ts';

const DAY = 86_400_000;

function ruled(rule: Partial<LifecycleRule>, spec: object = {}) {
  const cloud = new Cloud();
  const Bucket = cloud.bucket('b', {
    lifecycleRules: [{ Status: 'Enabled', ...rule }],
    eventBridge: true,
    ...spec,
  });
  const run = () => cloud.s3.runLifecycle(cloud.now);
  const versions = () => [...cloud.s3.versions(Bucket)].map(([key, all]) => `${key}:${all.length}`);
  return { cloud, Bucket, run, versions };
}

test('a version goes once it was noncurrent for the days, rounded up to midnight UTC', () => {
  const { cloud, Bucket, run, versions } = ruled({ NoncurrentVersionExpiration: { NoncurrentDays: 3 } });
  cloud.put(Bucket, 'k', 'old');
  cloud.pass(100 * DAY);
  cloud.put(Bucket, 'k', 'new');
  // 10:00 plus 3 days: the next midnight is 14 hours later.
  cloud.pass(3 * DAY + 14 * 3_600_000 - 1);
  expect(run().removed).toBe(0);
  cloud.pass(1);
  expect(run().removed).toBe(1);
  expect(versions()).toEqual(['k:1']);
});

test('the newer noncurrent versions that are to stay do stay', () => {
  const { cloud, Bucket, run, versions } = ruled({
    NoncurrentVersionExpiration: { NoncurrentDays: 1, NewerNoncurrentVersions: 2 },
  });
  for (const body of ['1', '2', '3', '4', '5']) cloud.put(Bucket, 'k', body);
  cloud.pass(3 * DAY);
  expect(run().removed).toBe(2);
  expect(versions()).toEqual(['k:3']);
});

test('a locked version is passed by, whatever the rule says', () => {
  const { cloud, Bucket, run, versions } = ruled(
    { NoncurrentVersionExpiration: { NoncurrentDays: 1 }, ExpiredObjectDeleteMarker: true },
    { objectLock: { enabled: true, mode: 'GOVERNANCE', days: 10 } },
  );
  cloud.put(Bucket, 'k');
  cloud.send('DeleteObject', { Bucket, Key: 'k' });
  cloud.pass(9 * DAY);
  expect(run().removed).toBe(0);
  expect(versions()).toEqual(['k:2']);
  cloud.pass(2 * DAY);
  // The hidden version goes, and in the same run the delete marker that has nothing left to hide.
  expect(run().removed).toBe(2);
  expect(versions()).toEqual([]);
});

test('expiration hides current objects under its prefix only, and leaves the bytes to the other rules', () => {
  const { cloud, Bucket, run, versions } = ruled({ Prefix: 'work/', ExpirationInDays: 7 });
  cloud.put(Bucket, 'work/plan');
  cloud.put(Bucket, 'kept');
  cloud.pass(9 * DAY);
  expect(run()).toEqual({ expired: 1, removed: 0, aborted: 0 });
  expect(cloud.send('ListObjectsV2', { Bucket }).Contents?.map(({ Key }) => Key)).toEqual(['kept']);
  expect(versions()).toEqual(['kept:1', 'work/plan:2']);
  expect(run().expired).toBe(0);
});

test('without versioning expiration removes the object itself', () => {
  const { cloud, Bucket, run, versions } = ruled({ ExpirationInDays: 1 }, { versioning: false });
  cloud.put(Bucket, 'k');
  cloud.pass(3 * DAY);
  expect(run().expired).toBe(1);
  expect(versions()).toEqual([]);
});

test('unfinished uploads are aborted', () => {
  const { cloud, Bucket, run } = ruled({ AbortIncompleteMultipartUpload: { DaysAfterInitiation: 2 } });
  cloud.send('CreateMultipartUpload', { Bucket, Key: 'k' });
  cloud.pass(DAY);
  expect(run().aborted).toBe(0);
  cloud.pass(2 * DAY);
  expect(run().aborted).toBe(1);
});

test('a disabled rule does nothing, nor does any rule in a dark region', () => {
  const off = ruled({ ExpirationInDays: 1, Status: 'Disabled' });
  off.cloud.put(off.Bucket, 'k');
  off.cloud.pass(5 * DAY);
  expect(off.run().expired).toBe(0);
  const on = ruled({ ExpirationInDays: 1 });
  on.cloud.put(on.Bucket, 'k');
  on.cloud.pass(5 * DAY);
  on.cloud.dark.add(HOME);
  expect(on.run().expired).toBe(0);
  on.cloud.dark.clear();
  expect(on.run().expired).toBe(1);
});

test('what a rule cannot do here is refused when the bucket is made', () => {
  const transition = { Status: 'Enabled', Transitions: [{ StorageClass: 'GLACIER' }] } as LifecycleRule;
  expect(() => new Cloud().bucket('b', { lifecycleRules: [transition] })).toThrow(NotModelled);
});

test('events tell creations, markers and deletions apart, and who did it', () => {
  const { cloud, Bucket, run } = ruled({ ExpirationInDays: 1 });
  cloud.bucket('quiet');
  cloud.put('quiet', 'k');
  const { VersionId } = cloud.put(Bucket, 'a b', '123456789');
  cloud.send('CopyObject', { Bucket, Key: 'c', CopySource: 'b/a%20b' });
  cloud.send('DeleteObject', { Bucket, Key: 'c' });
  cloud.send('DeleteObject', { Bucket, Key: 'a b', VersionId });
  cloud.put(Bucket, 'd');
  cloud.pass(3 * DAY);
  run();
  expect(cloud.events[0]).toMatchObject({
    version: '0',
    'detail-type': 'Object Created',
    source: 'aws.s3',
    account: ACCOUNT,
    time: '2026-03-02T10:00:00Z',
    region: HOME,
    resources: ['arn:aws:s3:::b'],
    detail: {
      bucket: { name: 'b' },
      object: { key: 'a b', size: 9, etag: '25f9e794323b453885f5181f1b624d0b', 'version-id': VersionId },
      requester: ACCOUNT,
      reason: 'PutObject',
    },
  });
  expect(
    cloud.events.map(({ detail }) => [detail.object.key, detail.reason, detail['deletion-type']]),
  ).toEqual([
    ['a b', 'PutObject', undefined],
    ['c', 'CopyObject', undefined],
    ['c', 'DeleteObject', 'Delete Marker Created'],
    ['a b', 'DeleteObject', 'Permanently Deleted'],
    ['d', 'PutObject', undefined],
    ['d', 'Lifecycle Expiration', 'Delete Marker Created'],
  ]);
  const sequence = cloud.events.map(({ detail }) => detail.object.sequencer);
  expect(sequence).toEqual(sequence.toSorted());
});
