import { expect, test } from 'vitest';
import { Cloud, refusal, START } from './cloud.ts';

const DAY = 86_400_000;
const inDays = (days: number): Date => new Date(START + days * DAY);

/** A bucket whose versions are locked for ten days. */
function locked(mode: 'GOVERNANCE' | 'COMPLIANCE') {
  const cloud = new Cloud();
  const Bucket = cloud.bucket('b', { objectLock: { enabled: true, mode, days: 10 } });
  const VersionId = cloud.put(Bucket, 'k', 'kept').VersionId!;
  const version = { Bucket, Key: 'k', VersionId };
  const remove = (more: object = {}) => refusal(() => cloud.send('DeleteObject', { ...version, ...more }));
  const retain = (Mode: 'GOVERNANCE' | 'COMPLIANCE' | undefined, days: number, bypass = false) =>
    refusal(() =>
      cloud.send('PutObjectRetention', {
        ...version,
        Retention: Mode ? { Mode, RetainUntilDate: inDays(days) } : {},
        BypassGovernanceRetention: bypass,
      }),
    );
  return { cloud, Bucket, version, remove, retain };
}

test('a locked version can be hidden and not deleted until its time is over', () => {
  const { cloud, Bucket, remove } = locked('COMPLIANCE');
  expect(refusal(() => cloud.send('DeleteObject', { Bucket, Key: 'k' }))).toBe('accepted');
  expect(remove()).toBe('AccessDenied 403');
  expect(remove({ BypassGovernanceRetention: true })).toBe('AccessDenied 403');
  cloud.pass(10 * DAY);
  expect(remove()).toBe('accepted');
});

test('compliance is never shortened, lifted or weakened, and can be extended', () => {
  const { retain } = locked('COMPLIANCE');
  expect(retain('COMPLIANCE', 9)).toBe('AccessDenied 403');
  expect(retain('COMPLIANCE', 9, true)).toBe('AccessDenied 403');
  expect(retain('GOVERNANCE', 20, true)).toBe('AccessDenied 403');
  expect(retain(undefined, 0, true)).toBe('AccessDenied 403');
  expect(retain('COMPLIANCE', 20)).toBe('accepted');
  expect(retain('COMPLIANCE', 15)).toBe('AccessDenied 403');
});

test('governance yields to the bypass only', () => {
  const { retain, remove } = locked('GOVERNANCE');
  expect(remove()).toBe('AccessDenied 403');
  expect(retain('GOVERNANCE', 5)).toBe('AccessDenied 403');
  expect(retain('GOVERNANCE', 5, true)).toBe('accepted');
  expect(remove({ BypassGovernanceRetention: true })).toBe('accepted');
});

test('a legal hold keeps a version without end, with any bypass', () => {
  const { cloud, version, remove } = locked('GOVERNANCE');
  const hold = (Status: 'ON' | 'OFF') =>
    cloud.send('PutObjectLegalHold', { ...version, LegalHold: { Status } });
  hold('ON');
  cloud.pass(100 * DAY);
  expect(remove({ BypassGovernanceRetention: true })).toBe('AccessDenied 403');
  hold('OFF');
  expect(remove()).toBe('accepted');
});

test('the default lock applies to puts and copies, a lock in the request overrides it', () => {
  const { cloud, Bucket, version } = locked('GOVERNANCE');
  const retentionOf = (Key: string) => cloud.send('GetObjectRetention', { Bucket, Key }).Retention;
  cloud.pass(DAY);
  cloud.send('CopyObject', { Bucket, Key: 'copy', CopySource: `b/k?versionId=${version.VersionId}` });
  expect(retentionOf('k')).toEqual({ Mode: 'GOVERNANCE', RetainUntilDate: inDays(10) });
  expect(retentionOf('copy')).toEqual({ Mode: 'GOVERNANCE', RetainUntilDate: inDays(11) });
  const own = { ObjectLockMode: 'COMPLIANCE', ObjectLockRetainUntilDate: inDays(3) } as const;
  cloud.send('PutObject', { Bucket, Key: 'own', ...own });
  expect(cloud.send('HeadObject', { Bucket, Key: 'own' })).toMatchObject(own);
});

test('locks are refused without Object Lock, in the past, or by halves', () => {
  const { cloud, Bucket } = locked('GOVERNANCE');
  const plain = cloud.bucket('plain');
  const put = (bucket: string, lock: object) =>
    refusal(() => cloud.send('PutObject', { Bucket: bucket, Key: 'x', ...lock }));
  const until = { ObjectLockRetainUntilDate: inDays(1) };
  expect(put(plain, { ObjectLockMode: 'GOVERNANCE', ...until })).toBe('InvalidRequest 400');
  expect(put(Bucket, { ObjectLockMode: 'GOVERNANCE' })).toBe('InvalidArgument 400');
  expect(put(Bucket, { ObjectLockMode: 'GOVERNANCE', ObjectLockRetainUntilDate: inDays(-1) })).toBe(
    'InvalidArgument 400',
  );
  expect(refusal(() => cloud.send('GetObjectRetention', { Bucket: plain, Key: 'x' }))).toBe(
    'InvalidRequest 400',
  );
});

test('versioning cannot be suspended under Object Lock', () => {
  const { cloud, Bucket } = locked('GOVERNANCE');
  const VersioningConfiguration = { Status: 'Suspended' } as const;
  expect(refusal(() => cloud.send('PutBucketVersioning', { Bucket, VersioningConfiguration }))).toBe(
    'InvalidBucketState 409',
  );
});

test('a deletion of many answers per key: what is locked stays, the rest goes', () => {
  const { cloud, Bucket, version } = locked('COMPLIANCE');
  const answer = cloud.send('DeleteObjects', {
    Bucket,
    Delete: { Objects: [{ Key: 'k', VersionId: version.VersionId }, { Key: 'other' }] },
  });
  expect(answer.Errors).toMatchObject([{ Key: 'k', VersionId: version.VersionId, Code: 'AccessDenied' }]);
  expect(answer.Deleted).toMatchObject([{ Key: 'other', DeleteMarker: true }]);
  const quiet = { Objects: [{ Key: 'other' }], Quiet: true };
  expect(cloud.send('DeleteObjects', { Bucket, Delete: quiet })).toEqual({});
});

test('a deletion of many takes 1,000 keys at most', () => {
  const cloud = new Cloud();
  const Bucket = cloud.bucket('b');
  const remove = (count: number) =>
    refusal(() =>
      cloud.send('DeleteObjects', {
        Bucket,
        Delete: { Objects: Array.from({ length: count }, (_, i) => ({ Key: `k${i}` })) },
      }),
    );
  expect(remove(1_000)).toBe('accepted');
  expect(remove(1_001)).toBe('MalformedXML 400');
  expect(remove(0)).toBe('MalformedXML 400');
});

test('deleting a marker brings the object back; deleting what is not there succeeds', async () => {
  const cloud = new Cloud();
  const Bucket = cloud.bucket('b');
  cloud.put(Bucket, 'k', 'back');
  const { VersionId } = cloud.send('DeleteObject', { Bucket, Key: 'k' });
  const undone = cloud.send('DeleteObject', { Bucket, Key: 'k', VersionId });
  expect(undone).toEqual({ DeleteMarker: true, VersionId });
  expect(await cloud.text(Bucket, 'k')).toBe('back');
  expect(refusal(() => cloud.send('DeleteObject', { Bucket, Key: 'k', VersionId }))).toBe('accepted');
});

test('a bucket with Object Lock must have versioning', () => {
  const cloud = new Cloud();
  expect(() => cloud.bucket('b', { versioning: false, objectLock: { enabled: true } })).toThrow(/versioning/);
});
