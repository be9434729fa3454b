import type {
  GetObjectAttributesCommandInput,
  GetObjectCommandInput,
  HeadObjectCommandInput,
  PutObjectCommandInput,
} from '@aws-sdk/client-s3';
import { AwsError, type Call, NotModelled } from '../service.ts';
import { parseTags } from './api-tags.ts';
import type { Bucket, ObjectVersion } from './bucket.ts';
import { type ChecksumName, checksumOf, md5Of } from './checksum.ts';
import { badDigest, invalidObjectState, invalidRequest, preconditionFailed, withoutBody } from './errors.ts';
import { lockRequested } from './object-lock.ts';
import { operation } from './operation.ts';
import { findObject, isArchived, lastModified, parseRange, printChecksum, versionIdOf } from './read.ts';
import { bytesOf, HEADERS, headersOf, LOCK, SSE } from './request.ts';
import type { Store } from './store.ts';
import {
  checkConditions,
  checkKey,
  checkSize,
  decrypt,
  encryptionFor,
  printEncryption,
  quoted,
  storeObject,
  unquoted,
} from './write.ts';

const CHECKSUMS = ['CRC32', 'CRC64NVME', 'SHA256'] as const satisfies readonly ChecksumName[];

/** Which checksum the object gets. The SDK sends CRC32 when its caller names none, as this transport sits above that. */
function algorithmOf(input: PutObjectCommandInput): ChecksumName {
  const asked = CHECKSUMS.find((name) => input[`Checksum${name}`] !== undefined) ?? input.ChecksumAlgorithm;
  const known = CHECKSUMS.find((name) => name === (asked ?? 'CRC32'));
  if (!known) throw new NotModelled('s3', `ChecksumAlgorithm ${asked}`);
  return known;
}

function checkDigests(input: PutObjectCommandInput, body: Buffer): void {
  for (const name of CHECKSUMS) {
    const sent = input[`Checksum${name}`];
    if (sent !== undefined && sent !== checksumOf(name, body)) throw badDigest(name);
  }
  if (
    input.ContentMD5 !== undefined &&
    Buffer.from(input.ContentMD5, 'base64').toString('hex') !== md5Of(body)
  )
    throw badDigest('Content-MD5');
}

function put(store: Store, input: PutObjectCommandInput, call: Call): object {
  const bucket = store.bucket(input.Bucket, call, input.ExpectedBucketOwner);
  const key = checkKey(input.Key);
  const body = bytesOf(input.Body);
  checkSize(store, body.length);
  const algorithm = algorithmOf(input);
  checkDigests(input, body);
  checkConditions(bucket, key, input);
  const draft = {
    key,
    body,
    algorithm,
    headers: headersOf(input),
    tags: parseTags(input.Tagging),
    storageClass: input.StorageClass ?? 'STANDARD',
    encryption: encryptionFor(store, bucket, input, call.now),
    ...lockRequested(bucket, input, call.now),
    createdAt: call.now,
  };
  const version = storeObject(store, bucket, draft, call, 'PutObject');
  return {
    ETag: quoted(version.etag),
    ...printChecksum(version.checksum),
    ...printEncryption(version.encryption),
    ...versionIdOf(bucket, version),
  };
}

/** What GET and HEAD both answer. */
function describe(bucket: Bucket, version: ObjectVersion, withChecksum: boolean): object {
  const { retention } = version;
  return {
    AcceptRanges: 'bytes',
    LastModified: lastModified(version),
    ContentLength: version.body.length,
    ETag: quoted(version.etag),
    ...(withChecksum && printChecksum(version.checksum)),
    ContentType: 'application/octet-stream',
    Metadata: {},
    ...version.headers,
    ...printEncryption(version.encryption),
    // S3 leaves the header out for the standard class.
    ...(version.storageClass !== 'STANDARD' && { StorageClass: version.storageClass }),
    ...(version.tags.length > 0 && { TagCount: version.tags.length }),
    ...(retention && {
      ObjectLockMode: retention.mode,
      ObjectLockRetainUntilDate: new Date(retention.until),
    }),
    ...(version.legalHold && { ObjectLockLegalHoldStatus: 'ON' as const }),
    ...versionIdOf(bucket, version),
  };
}

function get(store: Store, input: GetObjectCommandInput, call: Call): object {
  const bucket = store.bucket(input.Bucket, call, input.ExpectedBucketOwner);
  const version = findObject(bucket, checkKey(input.Key), input.VersionId);
  if (input.IfMatch !== undefined && unquoted(input.IfMatch) !== version.etag)
    throw preconditionFailed('If-Match');
  if (isArchived(version)) throw invalidObjectState(version.storageClass);
  decrypt(store, bucket, version, call.now);
  const size = version.body.length;
  if (input.Range === undefined)
    // The SDK asks for the checksum by itself and S3 answers the one that was recorded, not one of these bytes.
    return { ...describe(bucket, version, true), Body: bodyOf(version.body) };
  const { start, end } = parseRange(input.Range, size);
  return {
    ...describe(bucket, version, false),
    ContentLength: end - start,
    ContentRange: `bytes ${start}-${end - 1}/${size}`,
    Body: bodyOf(version.body.subarray(start, end)),
  };
}

/** The part of the SDK's stream that Holdfast reads; it shares the stored bytes, which nobody may write to. */
const bodyOf = (bytes: Buffer) => ({
  transformToByteArray: (): Promise<Uint8Array> => Promise.resolve(bytes),
  transformToString: (encoding?: string): Promise<string> =>
    Promise.resolve(bytes.toString(encoding as BufferEncoding | undefined)),
  transformToWebStream: (): never => {
    throw new NotModelled('s3', 'GetObject.Body as a web stream');
  },
});

function head(store: Store, input: HeadObjectCommandInput, call: Call): object {
  try {
    const bucket = store.bucket(input.Bucket, call, input.ExpectedBucketOwner);
    const version = findObject(bucket, checkKey(input.Key), input.VersionId);
    if (input.IfMatch !== undefined && unquoted(input.IfMatch) !== version.etag)
      throw preconditionFailed('If-Match');
    const withChecksum = input.ChecksumMode === 'ENABLED';
    // S3: the checksum of an object under a KMS key is itself encrypted with it (HeadObject, S3 API Reference).
    if (withChecksum) decrypt(store, bucket, version, call.now);
    return describe(bucket, version, withChecksum);
  } catch (error) {
    throw error instanceof AwsError ? withoutBody(error) : error;
  }
}

function attributes(store: Store, input: GetObjectAttributesCommandInput, call: Call): object {
  const bucket = store.bucket(input.Bucket, call, input.ExpectedBucketOwner);
  const version = findObject(bucket, checkKey(input.Key), input.VersionId);
  const wanted = new Set(input.ObjectAttributes ?? []);
  if (wanted.size === 0) throw invalidRequest('x-amz-object-attributes must name at least one attribute');
  if (wanted.has('Checksum')) decrypt(store, bucket, version, call.now);
  return {
    LastModified: lastModified(version),
    ...versionIdOf(bucket, version),
    // The one call that answers an ETag without quotes.
    ...(wanted.has('ETag') && { ETag: version.etag }),
    ...(wanted.has('Checksum') && { Checksum: printChecksum(version.checksum) }),
    ...(wanted.has('ObjectParts') && version.parts && { ObjectParts: { TotalPartsCount: version.parts } }),
    ...(wanted.has('StorageClass') && { StorageClass: version.storageClass }),
    ...(wanted.has('ObjectSize') && { ObjectSize: version.body.length }),
  };
}

const PUT_MEMBERS = [
  'Bucket',
  'Key',
  'Body',
  'ContentLength',
  'ContentMD5',
  'ChecksumAlgorithm',
  'ChecksumCRC32',
  'ChecksumCRC64NVME',
  'ChecksumSHA256',
  'IfMatch',
  'IfNoneMatch',
  'StorageClass',
  'Tagging',
  'ExpectedBucketOwner',
  ...HEADERS,
  ...LOCK,
  ...SSE,
] as const;
const READ_MEMBERS = [
  'Bucket',
  'Key',
  'VersionId',
  'IfMatch',
  'ChecksumMode',
  'ExpectedBucketOwner',
] as const;

export const objectOperations = {
  PutObject: operation(PUT_MEMBERS, put),
  GetObject: operation([...READ_MEMBERS, 'Range'], get),
  HeadObject: operation(READ_MEMBERS, head),
  GetObjectAttributes: operation(
    ['Bucket', 'Key', 'VersionId', 'ObjectAttributes', 'ExpectedBucketOwner'],
    attributes,
  ),
};
