import { expect, test } from 'vitest';
import { parseCopySource } from '../../../../embedded/s3/api-copy.ts';
import { AWAY, Cloud, HOME, refusal } from './cloud.ts';

/** A source at home, a target away. */
function two() {
  const cloud = new Cloud();
  return { cloud, from: cloud.bucket('from'), to: cloud.bucket('to', { region: AWAY }) };
}

test('a copy across regions carries exactly the named version and shares its bytes', async () => {
  const { cloud, from, to } = two();
  const body = Buffer.from('one');
  const first = cloud.put(from, 'k', body);
  cloud.put(from, 'k', 'two');
  const CopySource = `${from}/k?versionId=${first.VersionId}`;
  const copied = cloud.send('CopyObject', { Bucket: to, Key: 'c', CopySource }, AWAY);
  expect(copied.CopySourceVersionId).toBe(first.VersionId);
  cloud.region = AWAY;
  expect(await cloud.text(to, 'c')).toBe('one');
  expect([...cloud.s3.current(to)][0]![1].body).toBe(body);
});

test('a copy keeps the algorithm of its source unless it asks for another', () => {
  const { cloud, from, to } = two();
  cloud.put(from, 'k', '123456789');
  const copy = (ChecksumAlgorithm?: 'CRC64NVME') =>
    cloud.send('CopyObject', { Bucket: to, Key: 'c', CopySource: `${from}/k`, ChecksumAlgorithm }, AWAY)
      .CopyObjectResult;
  expect(copy()?.ChecksumCRC32).toBe('y/Q5Jg==');
  expect(copy('CRC64NVME')).toMatchObject({
    ChecksumCRC64NVME: 'rosUhgp5mIg=',
    ChecksumType: 'FULL_OBJECT',
    ETag: '"25f9e794323b453885f5181f1b624d0b"',
  });
});

test('conditions on source and target hold the copy back', () => {
  const { cloud, from, to } = two();
  const { ETag } = cloud.put(from, 'k', 'one');
  const copy = (more: object) =>
    refusal(() => cloud.send('CopyObject', { Bucket: to, Key: 'c', CopySource: `${from}/k`, ...more }, AWAY));
  expect(copy({ CopySourceIfMatch: '"other"' })).toBe('PreconditionFailed 412');
  expect(copy({ CopySourceIfMatch: ETag, IfNoneMatch: '*' })).toBe('accepted');
  expect(copy({ IfNoneMatch: '*' })).toBe('PreconditionFailed 412');
  expect([...cloud.s3.versions(to)].flatMap(([, versions]) => versions)).toHaveLength(1);
});

test('a source that is not there is refused by what is missing', () => {
  const { cloud, from, to } = two();
  cloud.put(from, 'k');
  const marker = cloud.send('DeleteObject', { Bucket: from, Key: 'k' }).VersionId;
  const copy = (CopySource: string) =>
    refusal(() => cloud.send('CopyObject', { Bucket: to, Key: 'c', CopySource }, AWAY));
  expect(copy(`${from}/k`)).toBe('NoSuchKey 404');
  expect(copy(`${from}/k?versionId=${marker}`)).toBe('InvalidRequest 400');
  expect(copy(`${from}/k?versionId=${'A'.repeat(32)}`)).toBe('NoSuchVersion 404');
  expect(copy('nowhere/k')).toBe('NoSuchBucket 404');
});

test('a copy out of a dark region fails, one within the others does not', () => {
  const { cloud, from, to } = two();
  cloud.put(from, 'k');
  const copy = (CopySource: string, Key: string) =>
    refusal(() => cloud.send('CopyObject', { Bucket: to, Key, CopySource }, AWAY));
  expect(copy(`${from}/k`, 'k')).toBe('accepted');
  cloud.dark.add(HOME);
  expect(copy(`${from}/k`, 'again')).toBe('ServiceUnavailable 503');
  expect(copy(`${to}/k`, 'again')).toBe('accepted');
});

test('copying an object onto itself needs a change', () => {
  const cloud = new Cloud();
  const Bucket = cloud.bucket('b');
  const first = cloud.put(Bucket, 'k', 'one');
  cloud.put(Bucket, 'k', 'two');
  const copy = (CopySource: string, more: object = {}) =>
    refusal(() => cloud.send('CopyObject', { Bucket, Key: 'k', CopySource, ...more }));
  expect(copy('b/k')).toBe('InvalidRequest 400');
  expect(copy('b/k', { MetadataDirective: 'REPLACE' })).toBe('accepted');
  expect(copy(`b/k?versionId=${first.VersionId}`)).toBe('accepted');
});

test('headers and metadata are copied or replaced, the class falls back to STANDARD', () => {
  const cloud = new Cloud();
  const Bucket = cloud.bucket('b');
  const headers = { ContentType: 'text/html', Metadata: { a: '1' } };
  cloud.send('PutObject', { Bucket, Key: 'k', StorageClass: 'STANDARD_IA', ...headers });
  cloud.send('CopyObject', { Bucket, Key: 'kept', CopySource: 'b/k' });
  cloud.send('CopyObject', { Bucket, Key: 'new', CopySource: 'b/k', MetadataDirective: 'REPLACE' });
  const kept = cloud.send('HeadObject', { Bucket, Key: 'kept' });
  expect(kept).toMatchObject(headers);
  expect(kept.StorageClass).toBeUndefined();
  expect(cloud.send('HeadObject', { Bucket, Key: 'new' }).Metadata).toEqual({});
});

test('a copy source is URL-decoded, with a bare plus read as a space', () => {
  expect(parseCopySource('/b/a%2Fb%20c%2B%25?versionId=v1')).toEqual({
    bucket: 'b',
    key: 'a/b c+%',
    versionId: 'v1',
  });
  expect(parseCopySource('b/a+b').key).toBe('a b');
  expect(parseCopySource(encodeURIComponent('b/😀?x=1')).key).toBe('😀?x=1');
  for (const malformed of ['b', 'b/', 'b/ü', 'b/a b', 'b/%zz', undefined])
    expect(refusal(() => parseCopySource(malformed))).toBe('InvalidArgument 400');
});

test('bit rot shows in the bytes and in copies made later, not in what S3 recorded', async () => {
  const { cloud, from, to } = two();
  const put = cloud.send('PutObject', {
    Bucket: from,
    Key: 'k',
    Body: 'precious',
    ChecksumAlgorithm: 'CRC64NVME',
  });
  const copy = () =>
    cloud.send('CopyObject', { Bucket: to, Key: 'c', CopySource: `${from}/k` }, AWAY).CopyObjectResult;
  const sound = copy();
  cloud.s3.corrupt(from, 'k', put.VersionId);
  expect(await cloud.text(from, 'k')).not.toBe('precious');
  const head = cloud.send('HeadObject', { Bucket: from, Key: 'k', ChecksumMode: 'ENABLED' });
  expect(head.ChecksumCRC64NVME).toBe(put.ChecksumCRC64NVME);
  expect(sound?.ChecksumCRC64NVME).toBe(put.ChecksumCRC64NVME);
  expect(copy()?.ChecksumCRC64NVME).not.toBe(put.ChecksumCRC64NVME);
});

test('a copy that is altered on its way has the checksum of what arrived', () => {
  const { cloud, from, to } = two();
  cloud.put(from, 'k', 'precious');
  cloud.s3.tamperCopy = (copy) => (copy.to.key === 'bad' ? Buffer.from('pretious') : undefined);
  const copy = (Key: string) =>
    cloud.send('CopyObject', { Bucket: to, Key, CopySource: `${from}/k` }, AWAY).CopyObjectResult?.ETag;
  const [good, bad] = [copy('good'), copy('bad')];
  expect(good).not.toBe(bad);
  expect([...cloud.s3.current(to)].map(([key, version]) => [key, version.body.toString()])).toEqual([
    ['bad', 'pretious'],
    ['good', 'precious'],
  ]);
});

test('tags travel with a copy unless they are replaced, and a head says how many there are', () => {
  const cloud = new Cloud();
  const Bucket = cloud.bucket('b');
  cloud.send('PutObject', { Bucket, Key: 'k', Tagging: 'team=a%20b&tier=1' });
  cloud.send('CopyObject', { Bucket, Key: 'kept', CopySource: 'b/k' });
  cloud.send('CopyObject', { Bucket, Key: 'new', CopySource: 'b/k', TaggingDirective: 'REPLACE' });
  const tagsOf = (Key: string) => cloud.send('GetObjectTagging', { Bucket, Key }).TagSet;
  expect(tagsOf('kept')).toEqual([
    { Key: 'team', Value: 'a b' },
    { Key: 'tier', Value: '1' },
  ]);
  expect(tagsOf('new')).toEqual([]);
  expect(cloud.send('HeadObject', { Bucket, Key: 'kept' }).TagCount).toBe(2);
  const many = Array.from({ length: 11 }, (_, i) => `t${i}=`).join('&');
  expect(refusal(() => cloud.send('PutObject', { Bucket, Key: 'k', Tagging: many }))).toBe('InvalidTag 400');
});
