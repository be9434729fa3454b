import { createHash } from 'node:crypto';
import type { Instant } from '../../core/time/instant.ts';
import { AwsError, type Call, NotModelled } from '../service.ts';
import type { Bucket, DeleteMarker, Encryption, Headers, ObjectVersion, Retention, Tag } from './bucket.ts';
import { type ChecksumName, checksumOf, md5Of } from './checksum.ts';
import {
  entityTooLarge,
  invalidArgument,
  keyTooLong,
  kmsRefused,
  noSuchKey,
  notImplemented,
  preconditionFailed,
} from './errors.ts';
import type { WriteReason } from './event-message.ts';
import { announceCreated, causeOf } from './events.ts';
import { defaultRetention } from './object-lock.ts';
import type { Store } from './store.ts';

/** S3: a key has at most 1,024 bytes in UTF-8 (docs.aws.amazon.com/AmazonS3/latest/userguide/object-keys.html). */
const KEY_BYTES_MAX = 1_024;

/** Everything of a new object that its request decides. */
export interface Draft {
  readonly key: string;
  readonly body: Buffer;
  readonly headers: Headers;
  readonly tags: readonly Tag[];
  readonly storageClass: string;
  readonly encryption: Encryption;
  readonly retention: Retention | undefined;
  readonly legalHold: boolean;
  readonly algorithm: ChecksumName;
  /** Set for a multipart upload: its ETag is made of its parts' ETags. */
  readonly parts?: { readonly count: number; readonly digest: string };
  /** When the write began: now, or the start of the multipart upload. */
  readonly createdAt: Instant;
}

export function checkKey(key: string | undefined): string {
  const bytes = Buffer.byteLength(key ?? '', 'utf8');
  if (key === undefined || bytes === 0) throw invalidArgument('a key has at least one byte', 'Key', key);
  if (bytes > KEY_BYTES_MAX) throw keyTooLong(bytes);
  return key;
}

export function checkSize(store: Store, bytes: number): void {
  if (bytes > store.singleBytesMax) throw entityTooLarge(bytes);
}

/** Conditional writes ("Add preconditions to S3 operations", S3 User Guide). A delete marker counts as absent. */
export function checkConditions(
  bucket: Bucket,
  key: string,
  input: { readonly IfMatch?: string | undefined; readonly IfNoneMatch?: string | undefined },
): void {
  const current = bucket.current(key);
  const present = current?.kind === 'object' ? current : undefined;
  if (input.IfNoneMatch !== undefined) {
    if (input.IfNoneMatch !== '*')
      throw notImplemented('A header you provided implies functionality that is not implemented');
    if (present) throw preconditionFailed('If-None-Match');
  }
  if (input.IfMatch !== undefined) {
    if (!present) throw noSuchKey(key);
    if (unquoted(input.IfMatch) !== present.etag) throw preconditionFailed('If-Match');
  }
}

export const unquoted = (etag: string): string => etag.replace(/^"(.*)"$/, '$1');
export const quoted = (etag: string): string => `"${etag}"`;

/** Asks KMS whether S3 may use a key, and passes its refusal on as S3 does. */
export function useKey(
  store: Store,
  region: string,
  key: string,
  use: 'GenerateDataKey' | 'Decrypt',
  now: Instant,
): string {
  if (!store.options.kms) return key;
  try {
    return store.options.kms.check(region, key, use, now);
  } catch (error) {
    throw error instanceof AwsError ? kmsRefused(error) : error;
  }
}

/** A read needs the key that the version was written under, not the bucket's present one. */
export function decrypt(store: Store, bucket: Bucket, version: ObjectVersion, now: Instant): void {
  if (version.encryption.kind === 'aws:kms')
    useKey(store, bucket.spec.region, version.encryption.keyArn, 'Decrypt', now);
}

interface EncryptionRequest {
  readonly ServerSideEncryption?: string | undefined;
  readonly SSEKMSKeyId?: string | undefined;
  readonly BucketKeyEnabled?: boolean | undefined;
}

/** The request's encryption, else the bucket's default, else S3's own keys. A KMS key must be usable now. */
export function encryptionFor(
  store: Store,
  bucket: Bucket,
  input: EncryptionRequest,
  now: Instant,
): Encryption {
  const wanted = input.ServerSideEncryption ?? (bucket.spec.kmsKeyArn ? 'aws:kms' : 'AES256');
  if (wanted === 'AES256') return { kind: 'AES256' };
  if (wanted !== 'aws:kms') throw new NotModelled('s3', `ServerSideEncryption ${wanted}`);
  const key = input.SSEKMSKeyId ?? bucket.spec.kmsKeyArn;
  if (!key) throw new NotModelled('s3', 'the AWS managed key aws/s3');
  const keyArn = useKey(store, bucket.spec.region, key, 'GenerateDataKey', now);
  return { kind: 'aws:kms', keyArn, bucketKey: input.BucketKeyEnabled ?? true };
}

export const printEncryption = (encryption: Encryption) =>
  encryption.kind === 'AES256'
    ? { ServerSideEncryption: 'AES256' as const }
    : {
        ServerSideEncryption: 'aws:kms' as const,
        SSEKMSKeyId: encryption.keyArn,
        BucketKeyEnabled: encryption.bucketKey,
      };

/** MD5 only of what was put in one piece and is not under a KMS key; else opaque ("Object", S3 API Reference). */
function etagOf(draft: Draft, id: string, order: number): string {
  const digest = draft.parts?.digest ?? md5Of(draft.body);
  const suffix = draft.parts ? `-${draft.parts.count}` : '';
  if (draft.encryption.kind === 'AES256') return `${digest}${suffix}`;
  const sealed = createHash('md5')
    .update(`${digest} ${draft.encryption.keyArn} ${id} ${order}`)
    .digest('hex');
  return `${sealed}${suffix}`;
}

/** Makes the new version and announces it. Without versioning it takes the place of what was there. */
export function storeObject(
  store: Store,
  bucket: Bucket,
  draft: Draft,
  call: Call,
  reason: WriteReason,
): ObjectVersion {
  const { key } = draft;
  const id = bucket.versioning === 'Enabled' ? store.nextId() : 'null';
  const order = store.nextOrder();
  const version: ObjectVersion = {
    kind: 'object',
    id,
    createdAt: draft.createdAt,
    order,
    body: draft.body,
    etag: etagOf(draft, id, order),
    checksum: { algorithm: draft.algorithm, value: checksumOf(draft.algorithm, draft.body) },
    ...(draft.parts && { parts: draft.parts.count }),
    headers: draft.headers,
    tags: draft.tags,
    storageClass: draft.storageClass,
    encryption: draft.encryption,
    retention: draft.retention ?? defaultRetention(bucket, draft.createdAt),
    legalHold: draft.legalHold,
  };
  replaceNull(bucket, key, id);
  bucket.add(key, version);
  announceCreated(store, bucket, key, version, reason, causeOf(call));
  return version;
}

/** There is one version `null` at most: the next one replaces it. */
export function replaceNull(bucket: Bucket, key: string, id: string): void {
  const before = id === 'null' ? bucket.find(key, 'null') : undefined;
  if (before) bucket.remove(key, before);
}

/** Hides a key behind a delete marker. Where versioning is suspended, it takes the place of version `null`. */
export function addMarker(store: Store, bucket: Bucket, key: string, now: Instant): DeleteMarker {
  const id = bucket.versioning === 'Enabled' ? store.nextId() : 'null';
  replaceNull(bucket, key, id);
  const marker: DeleteMarker = { kind: 'marker', id, createdAt: now, order: store.nextOrder() };
  bucket.add(key, marker);
  return marker;
}
