import { expect, test } from 'vitest';
import { crc64nvme } from '../../../../embedded/s3/checksum.ts';
import { AWAY, Cloud, refusal } from './cloud.ts';

const MIB = 1_024 ** 2;
const bytes = (length: number, seed: number): Buffer => Buffer.alloc(length, `${seed} holdfast `);

/** Uploads parts and answers what completes them. */
function upload(cloud: Cloud, Bucket: string, Key: string, parts: readonly Buffer[]) {
  const UploadId = cloud.send('CreateMultipartUpload', { Bucket, Key, ChecksumAlgorithm: 'CRC64NVME' })
    .UploadId!;
  const Parts = parts.map((Body, i) => ({
    PartNumber: i + 1,
    ETag: cloud.send('UploadPart', { Bucket, Key, UploadId, PartNumber: i + 1, Body }).ETag,
  }));
  return { Bucket, Key, UploadId, MultipartUpload: { Parts } };
}

test('parts become one object with an ETag of parts and a checksum over the whole', async () => {
  const cloud = new Cloud();
  const Bucket = cloud.bucket('b');
  const parts = [bytes(5 * MIB, 1), bytes(5 * MIB + 1, 2), bytes(3, 3)];
  const whole = Buffer.concat(parts);
  const done = cloud.send('CompleteMultipartUpload', {
    ...upload(cloud, Bucket, 'k', parts),
    MpuObjectSize: whole.length,
    ChecksumCRC64NVME: crc64nvme(whole),
  });
  expect(done.ETag).toMatch(/^"[0-9a-f]{32}-3"$/);
  expect(done).toMatchObject({ ChecksumCRC64NVME: crc64nvme(whole), ChecksumType: 'FULL_OBJECT' });
  const got = cloud.send('GetObject', { Bucket, Key: 'k' });
  expect(whole.equals(await got.Body!.transformToByteArray())).toBe(true);
  // Copied in one request it is one piece again: another ETag, the same checksum.
  const copy = cloud.send('CopyObject', { Bucket, Key: 'c', CopySource: 'b/k' }).CopyObjectResult;
  expect(copy?.ETag).not.toMatch(/-3"$/);
  expect(copy?.ChecksumCRC64NVME).toBe(crc64nvme(whole));
});

test('a copy in parts shares the bytes of its source', () => {
  const cloud = new Cloud({ singleBytesMax: 11 * MIB });
  const from = cloud.bucket('from');
  const to = cloud.bucket('to', { region: AWAY });
  const parts = [bytes(5 * MIB, 1), bytes(7 * MIB, 2)];
  const source = cloud.send('CompleteMultipartUpload', upload(cloud, from, 'k', parts));
  const CopySource = `from/k?versionId=${source.VersionId}`;
  const target = { Bucket: to, Key: 'c' };
  expect(refusal(() => cloud.send('CopyObject', { ...target, CopySource }, AWAY))).toBe('InvalidRequest 400');
  cloud.region = AWAY;
  const { UploadId } = cloud.send('CreateMultipartUpload', target);
  const copyPart = (PartNumber: number, CopySourceRange: string) =>
    cloud.send('UploadPartCopy', {
      ...target,
      UploadId,
      PartNumber,
      CopySource,
      CopySourceRange,
      CopySourceIfMatch: source.ETag,
    });
  const Parts = [`bytes=0-${6 * MIB - 1}`, `bytes=${6 * MIB}-${12 * MIB - 1}`].map((range, i) => {
    const { CopyPartResult, CopySourceVersionId } = copyPart(i + 1, range);
    expect(CopySourceVersionId).toBe(source.VersionId);
    return {
      PartNumber: i + 1,
      ETag: CopyPartResult?.ETag,
      ChecksumCRC64NVME: CopyPartResult?.ChecksumCRC64NVME,
    };
  });
  expect(refusal(() => copyPart(3, `bytes=0-${12 * MIB}`))).toBe('InvalidArgument 400');
  const swapped = Parts.map((part, i) => ({ ...part, ChecksumCRC64NVME: Parts[1 - i]!.ChecksumCRC64NVME }));
  const complete = (parts: typeof Parts) =>
    cloud.send('CompleteMultipartUpload', { ...target, UploadId, MultipartUpload: { Parts: parts } });
  expect(refusal(() => complete(swapped))).toBe('InvalidPart 400');
  const done = complete(Parts);
  expect(done.ChecksumCRC64NVME).toBe(source.ChecksumCRC64NVME);
  expect([...cloud.s3.current(to)][0]![1].body).toBe([...cloud.s3.current(from)][0]![1].body);
});

test('a completion that does not fit its parts is refused and can be corrected', () => {
  const cloud = new Cloud();
  const Bucket = cloud.bucket('b');
  const wanted = upload(cloud, Bucket, 'k', [bytes(5 * MIB, 1), bytes(1, 2)]);
  const [first, second] = wanted.MultipartUpload.Parts;
  const complete = (Parts: object[], more: object = {}) =>
    refusal(() => cloud.send('CompleteMultipartUpload', { ...wanted, MultipartUpload: { Parts }, ...more }));
  expect(complete([])).toBe('MalformedXML 400');
  expect(complete([second!, first!])).toBe('InvalidPartOrder 400');
  expect(complete([first!, { ...second!, PartNumber: 3 }])).toBe('InvalidPart 400');
  expect(complete([{ ...first!, ETag: '"0"' }])).toBe('InvalidPart 400');
  expect(complete([first!, second!], { MpuObjectSize: 7 })).toBe('InvalidRequest 400');
  expect(complete([first!, second!], { ChecksumCRC64NVME: 'AAAAAAAAAAA=' })).toBe('BadDigest 400');
  expect(complete([first!, second!])).toBe('accepted');
  expect(complete([first!, second!])).toBe('NoSuchUpload 404');
});

test('all parts but the last have 5 MiB at least', () => {
  const cloud = new Cloud();
  const Bucket = cloud.bucket('b');
  const small = upload(cloud, Bucket, 'k', [bytes(5 * MIB - 1, 1), bytes(1, 2)]);
  expect(refusal(() => cloud.send('CompleteMultipartUpload', small))).toBe('EntityTooSmall 400');
});

test('a create-only completion does not write over an object that came in between', () => {
  const cloud = new Cloud();
  const Bucket = cloud.bucket('b');
  const ready = { ...upload(cloud, Bucket, 'k', [bytes(3, 1)]), IfNoneMatch: '*' };
  cloud.put(Bucket, 'k', 'first');
  expect(refusal(() => cloud.send('CompleteMultipartUpload', ready))).toBe('PreconditionFailed 412');
});

test('an upload that started before a newer write never becomes the current version', async () => {
  const cloud = new Cloud();
  const Bucket = cloud.bucket('b');
  const started = upload(cloud, Bucket, 'k', [Buffer.from('older')]);
  cloud.pass(60_000);
  cloud.put(Bucket, 'k', 'newer');
  cloud.pass(60_000);
  const done = cloud.send('CompleteMultipartUpload', started);
  expect(await cloud.text(Bucket, 'k')).toBe('newer');
  const { Versions } = cloud.send('ListObjectVersions', { Bucket });
  expect(Versions?.map(({ IsLatest, LastModified }) => [IsLatest, LastModified?.toISOString()])).toEqual([
    [true, '2026-03-02T10:01:00.000Z'],
    [false, '2026-03-02T10:00:00.000Z'],
  ]);
  expect(Versions?.[1]?.VersionId).toBe(done.VersionId);
});

test('unfinished uploads and their parts are listed until they are aborted', () => {
  const cloud = new Cloud();
  const Bucket = cloud.bucket('b');
  const { UploadId } = upload(cloud, Bucket, 'a/k', [bytes(3, 1), bytes(4, 2)]);
  upload(cloud, Bucket, 'b/k', []);
  const list = (Prefix: string) => cloud.send('ListMultipartUploads', { Bucket, Prefix }).Uploads;
  expect(list('a/')).toMatchObject([{ Key: 'a/k', UploadId }]);
  const first = cloud.send('ListMultipartUploads', { Bucket, MaxUploads: 1 });
  expect(first).toMatchObject({ IsTruncated: true, NextKeyMarker: 'a/k', NextUploadIdMarker: UploadId });
  const parts = cloud.send('ListParts', { Bucket, Key: 'a/k', UploadId, MaxParts: 1 });
  expect(parts).toMatchObject({ IsTruncated: true, NextPartNumberMarker: '1', Parts: [{ Size: 3 }] });
  const rest = cloud.send('ListParts', { Bucket, Key: 'a/k', UploadId, PartNumberMarker: '1' });
  expect(rest).toMatchObject({ IsTruncated: false, Parts: [{ PartNumber: 2, Size: 4 }] });
  cloud.send('AbortMultipartUpload', { Bucket, Key: 'a/k', UploadId });
  expect(list('a/')).toBeUndefined();
  expect(refusal(() => cloud.send('ListParts', { Bucket, Key: 'a/k', UploadId }))).toBe('NoSuchUpload 404');
});

test('slices of one source that do not adjoin are joined in the order of their parts', () => {
  const cloud = new Cloud();
  const from = cloud.bucket('from');
  const whole = Buffer.concat([bytes(6 * MIB, 1), bytes(6 * MIB, 2)]);
  cloud.put(from, 'k', whole);
  const target = { Bucket: from, Key: 'c' };
  const { UploadId } = cloud.send('CreateMultipartUpload', target);
  const ranges = [`bytes=${6 * MIB}-${12 * MIB - 1}`, `bytes=0-${6 * MIB - 1}`];
  const Parts = ranges.map((CopySourceRange, i) => {
    const part = { PartNumber: i + 1, CopySource: 'from/k', CopySourceRange };
    const { CopyPartResult } = cloud.send('UploadPartCopy', { ...target, UploadId, ...part });
    return { PartNumber: i + 1, ETag: CopyPartResult?.ETag };
  });
  const done = cloud.send('CompleteMultipartUpload', { ...target, UploadId, MultipartUpload: { Parts } });
  const swapped = Buffer.concat([whole.subarray(6 * MIB), whole.subarray(0, 6 * MIB)]);
  expect(done.ChecksumCRC64NVME).toBe(crc64nvme(swapped));
});
