import type { CopyObjectCommandInput } from '@aws-sdk/client-s3';
import { type Call, NotModelled } from '../service.ts';
import { parseTags } from './api-tags.ts';
import type { Bucket, ObjectVersion } from './bucket.ts';
import type { ChecksumName } from './checksum.ts';
import {
  accessDenied,
  invalidArgument,
  invalidRequest,
  notInActiveTier,
  preconditionFailed,
  serviceUnavailable,
} from './errors.ts';
import { lockRequested } from './object-lock.ts';
import { type Operation, operation } from './operation.ts';
import { checkVersionId, findObject, isArchived, lastModified, printChecksum, versionIdOf } from './read.ts';
import { HEADERS, headersOf, LOCK, SSE } from './request.ts';
import type { Store } from './store.ts';
import {
  checkConditions,
  checkKey,
  decrypt,
  encryptionFor,
  printEncryption,
  quoted,
  storeObject,
  unquoted,
} from './write.ts';

export interface Source {
  readonly bucket: Bucket;
  readonly key: string;
  readonly version: ObjectVersion;
  /** The copy source named its version. */
  readonly exact: boolean;
}

interface SourceRequest {
  readonly CopySource?: string | undefined;
  readonly CopySourceIfMatch?: string | undefined;
  readonly ExpectedSourceBucketOwner?: string | undefined;
}

/** `[/]<bucket>/<key>[?versionId=<id>]`, URL-encoded; S3 reads a bare `+` as a space. */
export function parseCopySource(source: string | undefined): {
  readonly bucket: string;
  readonly key: string;
  readonly versionId: string | undefined;
} {
  const malformed = () =>
    invalidArgument(
      'Copy Source must mention the source bucket and key: sourcebucket/sourcekey',
      'x-amz-copy-source',
      source,
    );
  // A header carries visible ASCII only: a key that was not encoded never leaves the SDK.
  if (source === undefined || !/^[\x21-\x7e]+$/.test(source)) throw malformed();
  const at = source.lastIndexOf('?versionId=');
  const path = at < 0 ? source : source.slice(0, at);
  const versionId = at < 0 ? undefined : source.slice(at + '?versionId='.length);
  let decoded: string;
  try {
    decoded = decodeURIComponent(path.replaceAll('+', ' ')).replace(/^\//, '');
  } catch {
    throw malformed();
  }
  const slash = decoded.indexOf('/');
  if (slash < 1 || slash === decoded.length - 1) throw malformed();
  return { bucket: decoded.slice(0, slash), key: decoded.slice(slash + 1), versionId };
}

/** The object to copy, in whatever region it lies, readable and unlocked by its key. */
export function copySource(store: Store, input: SourceRequest, call: Call): Source {
  const from = parseCopySource(input.CopySource);
  const bucket = store.anywhere(from.bucket);
  if (store.options.isDark?.(bucket.spec.region)) throw serviceUnavailable();
  if (
    input.ExpectedSourceBucketOwner !== undefined &&
    input.ExpectedSourceBucketOwner !== bucket.spec.account
  )
    throw accessDenied();
  if (from.versionId !== undefined) {
    checkVersionId(from.versionId);
    if (bucket.find(from.key, from.versionId)?.kind === 'marker')
      throw invalidRequest(
        'The source of a copy request may not specifically refer to a delete marker by version id.',
      );
  }
  const version = findObject(bucket, from.key, from.versionId);
  if (input.CopySourceIfMatch !== undefined && unquoted(input.CopySourceIfMatch) !== version.etag)
    throw preconditionFailed('x-amz-copy-source-If-Match');
  if (isArchived(version)) throw notInActiveTier();
  decrypt(store, bucket, version, call.now);
  return { bucket, key: from.key, version, exact: from.versionId !== undefined };
}

/** The bytes as they arrive: the source's own Buffer, unless a test tampers with the copy. */
export function carry(store: Store, source: Source, target: Bucket, key: string): Buffer {
  const altered = store.tamperCopy?.({
    from: { bucket: source.bucket.spec.name, key: source.key, version: source.version.id },
    to: { bucket: target.spec.name, key },
    bytes: source.version.body,
  });
  return altered ?? source.version.body;
}

/** S3: without a wish, a copy keeps the algorithm of its source. */
function algorithmOf(input: CopyObjectCommandInput, source: Source): ChecksumName {
  const wanted = input.ChecksumAlgorithm ?? source.version.checksum.algorithm;
  if (wanted !== 'CRC64NVME' && wanted !== 'CRC32' && wanted !== 'SHA256')
    throw new NotModelled('s3', `ChecksumAlgorithm ${wanted}`);
  return wanted;
}

function checkChanges(input: CopyObjectCommandInput, source: Source, target: Bucket, key: string): void {
  const same = source.bucket === target && source.key === key && !source.exact;
  const changed =
    input.MetadataDirective === 'REPLACE' ||
    input.StorageClass ||
    input.ServerSideEncryption ||
    input.SSEKMSKeyId;
  if (same && !changed)
    throw invalidRequest(
      "This copy request is illegal because it is trying to copy an object to itself without changing the object's metadata, storage class, website redirect location or encryption attributes.",
    );
}

function copy(store: Store, input: CopyObjectCommandInput, call: Call): object {
  const target = store.bucket(input.Bucket, call, input.ExpectedBucketOwner);
  const key = checkKey(input.Key);
  const source = copySource(store, input, call);
  if (source.version.body.length > store.singleBytesMax)
    throw invalidRequest(
      `The specified copy source is larger than the maximum allowable size for a copy source: ${store.singleBytesMax}`,
    );
  checkChanges(input, source, target, key);
  checkConditions(target, key, input);
  const draft = {
    key,
    // Hashed where it lies: what was altered on the way, or rotted at the source, shows in the new checksum.
    body: carry(store, source, target, key),
    algorithm: algorithmOf(input, source),
    headers: input.MetadataDirective === 'REPLACE' ? headersOf(input) : source.version.headers,
    tags: input.TaggingDirective === 'REPLACE' ? parseTags(input.Tagging) : source.version.tags,
    storageClass: input.StorageClass ?? 'STANDARD',
    encryption: encryptionFor(store, target, input, call.now),
    ...lockRequested(target, input, call.now),
    createdAt: call.now,
  };
  const version = storeObject(store, target, draft, call, 'CopyObject');
  return {
    CopyObjectResult: {
      ETag: quoted(version.etag),
      LastModified: lastModified(version),
      ...printChecksum(version.checksum),
    },
    ...(source.bucket.versioning && { CopySourceVersionId: source.version.id }),
    ...printEncryption(version.encryption),
    ...versionIdOf(target, version),
  };
}

export const copyOperations: Readonly<Record<string, Operation>> = {
  CopyObject: operation<CopyObjectCommandInput>(
    [
      'Bucket',
      'Key',
      'CopySource',
      'CopySourceIfMatch',
      'IfMatch',
      'IfNoneMatch',
      'ChecksumAlgorithm',
      'MetadataDirective',
      'TaggingDirective',
      'Tagging',
      'StorageClass',
      'ExpectedBucketOwner',
      'ExpectedSourceBucketOwner',
      ...HEADERS,
      ...LOCK,
      ...SSE,
    ],
    copy,
  ),
};
