import { expect, test } from 'vitest';
import { NotModelled } from '../../../../embedded/service.ts';
import { AWAY, Cloud, refusal } from './cloud.ts';

test('an object reads back with its bytes, MD5 ETag, metadata and checksum', async () => {
  const cloud = new Cloud();
  const Bucket = cloud.bucket('b');
  const put = cloud.send('PutObject', {
    Bucket,
    Key: 'a b+c/ü',
    Body: '123456789',
    ChecksumAlgorithm: 'CRC64NVME',
    ContentType: 'text/plain',
    Metadata: { origin: 'test' },
  });
  expect(put.ETag).toBe('"25f9e794323b453885f5181f1b624d0b"');
  expect(put.ChecksumCRC64NVME).toBe('rosUhgp5mIg=');
  expect(put.VersionId).toMatch(/^[A-Za-z0-9._]{32}$/);
  expect(await cloud.text(Bucket, 'a b+c/ü')).toBe('123456789');
  const head = cloud.send('HeadObject', { Bucket, Key: 'a b+c/ü', ChecksumMode: 'ENABLED' });
  expect(head).toMatchObject({
    ContentLength: 9,
    ContentType: 'text/plain',
    Metadata: { origin: 'test' },
    ChecksumCRC64NVME: put.ChecksumCRC64NVME,
    ChecksumType: 'FULL_OBJECT',
    VersionId: put.VersionId,
  });
});

test('without a wish an object gets the CRC32 that the SDK sends, not CRC64NVME', () => {
  const cloud = new Cloud();
  const Bucket = cloud.bucket('b');
  expect(cloud.put(Bucket, 'k', '123456789')).toMatchObject({ ChecksumCRC32: 'y/Q5Jg==' });
  expect(cloud.send('GetObject', { Bucket, Key: 'k' }).ChecksumCRC32).toBe('y/Q5Jg==');
  expect(cloud.send('HeadObject', { Bucket, Key: 'k' }).ChecksumCRC32).toBeUndefined();
});

test('a body with another checksum or MD5 than the request says is refused', () => {
  const cloud = new Cloud();
  const Bucket = cloud.bucket('b');
  const wrong = { Bucket, Key: 'k', Body: 'abc' };
  expect(refusal(() => cloud.send('PutObject', { ...wrong, ChecksumCRC64NVME: 'rosUhgp5mIg=' }))).toBe(
    'BadDigest 400',
  );
  expect(refusal(() => cloud.send('PutObject', { ...wrong, ContentMD5: 'JfnnlDI7RTiF9RgfG2JNCw==' }))).toBe(
    'BadDigest 400',
  );
  expect(refusal(() => cloud.send('HeadObject', { Bucket, Key: 'k' }))).toBe('NotFound 404');
});

test('what is not there is told apart: key, version, bucket, region', () => {
  const cloud = new Cloud();
  const Bucket = cloud.bucket('b');
  cloud.put(Bucket, 'k');
  const get = (input: { Bucket?: string; Key?: string; VersionId?: string }, region?: string) =>
    refusal(() => cloud.send('GetObject', { Bucket, Key: 'k', ...input }, region));
  expect(get({ Key: 'other' })).toBe('NoSuchKey 404');
  expect(get({ VersionId: 'A'.repeat(32) })).toBe('NoSuchVersion 404');
  expect(get({ VersionId: 'short' })).toBe('InvalidArgument 400');
  expect(get({ Bucket: 'elsewhere' })).toBe('NoSuchBucket 404');
  expect(get({}, AWAY)).toBe('PermanentRedirect 301');
  expect(refusal(() => cloud.send('HeadObject', { Bucket, Key: 'k' }, AWAY))).toBe('Unknown 301');
});

test('a delete marker is 404 as the current version and 405 by its id, and HEAD says neither name', () => {
  const cloud = new Cloud();
  const Bucket = cloud.bucket('b');
  cloud.put(Bucket, 'k');
  const { VersionId } = cloud.send('DeleteObject', { Bucket, Key: 'k' });
  expect(refusal(() => cloud.send('GetObject', { Bucket, Key: 'k' }))).toBe('NoSuchKey 404');
  expect(refusal(() => cloud.send('GetObject', { Bucket, Key: 'k', VersionId }))).toBe(
    'MethodNotAllowed 405',
  );
  expect(refusal(() => cloud.send('HeadObject', { Bucket, Key: 'k' }))).toBe('NotFound 404');
  expect(refusal(() => cloud.send('HeadObject', { Bucket, Key: 'k', VersionId }))).toBe('Unknown 405');
});

test('create-only writes succeed once, and again after a delete marker', () => {
  const cloud = new Cloud();
  const Bucket = cloud.bucket('b');
  const create = () => refusal(() => cloud.send('PutObject', { Bucket, Key: 'k', IfNoneMatch: '*' }));
  expect(create()).toBe('accepted');
  expect(create()).toBe('PreconditionFailed 412');
  cloud.send('DeleteObject', { Bucket, Key: 'k' });
  expect(create()).toBe('accepted');
});

test('a write with IfMatch replaces only the object that was read', () => {
  const cloud = new Cloud();
  const Bucket = cloud.bucket('b');
  const { ETag } = cloud.put(Bucket, 'k', 'one');
  const replace = (Key: string, IfMatch: string | undefined) =>
    refusal(() => cloud.send('PutObject', { Bucket, Key, Body: 'two', IfMatch }));
  expect(replace('k', ETag)).toBe('accepted');
  expect(replace('k', ETag)).toBe('PreconditionFailed 412');
  expect(replace('missing', ETag)).toBe('NoSuchKey 404');
});

test('ranges read parts of an object', async () => {
  const cloud = new Cloud();
  const Bucket = cloud.bucket('b');
  cloud.put(Bucket, 'k', '0123456789');
  const read = (Range: string) => cloud.send('GetObject', { Bucket, Key: 'k', Range });
  expect(await read('bytes=2-4').Body!.transformToString()).toBe('234');
  expect(read('bytes=2-4').ContentRange).toBe('bytes 2-4/10');
  expect(await read('bytes=7-').Body!.transformToString()).toBe('789');
  expect(await read('bytes=-2').Body!.transformToString()).toBe('89');
  expect(await read('bytes=8-99').Body!.transformToString()).toBe('89');
  expect(refusal(() => read('bytes=10-'))).toBe('InvalidRange 416');
});

test('without versioning a write takes the place of what was there; suspended, of version null', async () => {
  const cloud = new Cloud();
  const Bucket = cloud.bucket('b', { versioning: false });
  expect(cloud.put(Bucket, 'k', 'one').VersionId).toBeUndefined();
  cloud.put(Bucket, 'k', 'two');
  expect(cloud.send('GetBucketVersioning', { Bucket })).toEqual({});
  cloud.send('PutBucketVersioning', { Bucket, VersioningConfiguration: { Status: 'Enabled' } });
  const { VersionId } = cloud.put(Bucket, 'k', 'three');
  cloud.send('PutBucketVersioning', { Bucket, VersioningConfiguration: { Status: 'Suspended' } });
  expect(await cloud.text(Bucket, 'k', 'null')).toBe('two');
  expect(cloud.put(Bucket, 'k', 'four').VersionId).toBe('null');
  expect(await cloud.text(Bucket, 'k', 'null')).toBe('four');
  expect(await cloud.text(Bucket, 'k', VersionId)).toBe('three');
  expect(cloud.send('ListObjectVersions', { Bucket }).Versions).toHaveLength(2);
});

test('attributes answer an ETag without quotes and only what was asked', () => {
  const cloud = new Cloud();
  const Bucket = cloud.bucket('b');
  cloud.put(Bucket, 'k', '123456789');
  const all = cloud.send('GetObjectAttributes', {
    Bucket,
    Key: 'k',
    ObjectAttributes: ['ETag', 'Checksum', 'ObjectSize', 'StorageClass'],
  });
  expect(all).toMatchObject({
    ETag: '25f9e794323b453885f5181f1b624d0b',
    Checksum: { ChecksumCRC32: 'y/Q5Jg==', ChecksumType: 'FULL_OBJECT' },
    ObjectSize: 9,
    StorageClass: 'STANDARD',
  });
  const size = cloud.send('GetObjectAttributes', { Bucket, Key: 'k', ObjectAttributes: ['ObjectSize'] });
  expect(Object.keys(size).sort()).toEqual(['LastModified', 'ObjectSize', 'VersionId']);
});

test('archived objects are refused until thawed, which is not modelled', () => {
  const cloud = new Cloud();
  const Bucket = cloud.bucket('b');
  cloud.send('PutObject', { Bucket, Key: 'k', StorageClass: 'DEEP_ARCHIVE' });
  expect(refusal(() => cloud.send('GetObject', { Bucket, Key: 'k' }))).toBe('InvalidObjectState 403');
  expect(refusal(() => cloud.send('CopyObject', { Bucket, Key: 'c', CopySource: 'b/k' }))).toBe(
    'ObjectNotInActiveTierError 403',
  );
});

test('keys above 1,024 bytes are refused', () => {
  const cloud = new Cloud();
  const Bucket = cloud.bucket('b');
  expect(refusal(() => cloud.put(Bucket, 'é'.repeat(512)))).toBe('accepted');
  expect(refusal(() => cloud.put(Bucket, 'é'.repeat(513)))).toBe('KeyTooLongError 400');
});

test('what is not modelled fails loudly', () => {
  const cloud = new Cloud();
  const Bucket = cloud.bucket('b');
  expect(() => cloud.send('PutObject', { Bucket, Key: 'k', ACL: 'private' })).toThrow(NotModelled);
  expect(() => cloud.s3.call('PutBucketReplication', {}, {} as never)).toThrow(NotModelled);
});

test('the same seed gives the same version ids, and requests are counted', () => {
  const ids = [1, 2].map(() => {
    const cloud = new Cloud();
    const Bucket = cloud.bucket('b');
    const versions = [cloud.put(Bucket, 'k').VersionId, cloud.put(Bucket, 'k').VersionId];
    refusal(() => cloud.send('GetObject', { Bucket, Key: 'none' }));
    expect(cloud.s3.requests).toEqual(new Map(Object.entries({ PutObject: 2, GetObject: 1 })));
    expect(cloud.s3.requestsOf(Bucket)).toEqual(cloud.s3.requests);
    return versions;
  });
  expect(ids[0]).toEqual(ids[1]);
  expect(new Set(ids[0]).size).toBe(2);
});
