import {
  DeleteObjectsCommand,
  GetBucketVersioningCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import { invariant } from '../../core/errors/assert.ts';
import type { Listed, ObjectStore } from '../../core/ports/object-store.ts';
import { type Instant, instant } from '../../core/time/instant.ts';
import { faultOf, orFault } from './faults.ts';
import { copyObject } from './s3-copy.ts';
import { checksumAt, headOf } from './s3-copy-answers.ts';
import { COPY_LIMITS } from './s3-copy-parts.ts';
import { isMissing, listedKey, unquoted } from './s3-names.ts';
import { versionPage } from './s3-versions.ts';

/** DeleteObjects takes at most 1,000 keys (DeleteObjects, S3 API Reference). */
const DELETE_KEYS_MAX = 1_000;

/**
 * S3 in one region. Copies are asked of the region that receives; of objects above 5 GB the source's headers are read
 * as well, so a client that copies between regions needs `followRegionRedirects: true`.
 */
export function s3ObjectStore(client: S3Client, region: string, limits = COPY_LIMITS): ObjectStore {
  return {
    region,
    put: (bucket, key, body) => put(client, bucket, key, body),
    get: (bucket, key) => get(client, bucket, key),
    mark: (bucket, key) => mark(client, bucket, key),
    list: (bucket, prefix, after) => list(client, bucket, prefix, after),
    versions: (bucket, prefix, from, most) => versionPage(client, bucket, prefix, from, most),
    copy: (request) => copyObject(client, request, limits),
    checksum: (bucket, key, version) => checksumAt(client, bucket, key, version),
    hide: (bucket, keys) =>
      remove(
        client,
        bucket,
        keys.map((Key) => ({ Key })),
      ),
    erase: (bucket, versions) =>
      remove(
        client,
        bucket,
        versions.map(({ key, version }) => ({ Key: key, VersionId: version })),
      ),
    keepsVersions: (bucket) => keepsVersions(client, bucket),
  };
}

async function put(client: S3Client, bucket: string, key: string, body: Uint8Array): Promise<void> {
  await orFault(() =>
    client.send(
      new PutObjectCommand({ Bucket: bucket, Key: key, Body: body, ChecksumAlgorithm: 'CRC64NVME' }),
    ),
  );
}

async function mark(client: S3Client, bucket: string, key: string): Promise<Instant> {
  try {
    await client.send(
      new PutObjectCommand({ Bucket: bucket, Key: key, IfNoneMatch: '*', ChecksumAlgorithm: 'CRC64NVME' }),
    );
  } catch (error) {
    // Another attempt was here first.
    if (!(error instanceof Error && error.name === 'PreconditionFailed')) throw faultOf(error);
  }
  const head = await headOf(client, bucket, key);
  invariant(head?.LastModified, 'S3 dates what was put', { bucket, key });
  return instant(head.LastModified.getTime());
}

async function get(client: S3Client, bucket: string, key: string): Promise<Uint8Array | undefined> {
  try {
    const { Body } = await client.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
    invariant(Body, 'S3 answers a GET with a body', { key });
    return await Body.transformToByteArray();
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw faultOf(error);
  }
}

async function* list(
  client: S3Client,
  bucket: string,
  prefix: string,
  after: string | undefined,
): AsyncGenerator<Listed> {
  let token: string | undefined;
  do {
    const page = await orFault(() =>
      client.send(
        new ListObjectsV2Command({
          Bucket: bucket,
          Prefix: prefix,
          EncodingType: 'url',
          ...(token !== undefined
            ? { ContinuationToken: token }
            : after !== undefined && { StartAfter: after }),
        }),
      ),
    );
    for (const { Key = '', Size = 0, ETag } of page.Contents ?? [])
      yield { key: listedKey(Key), bytes: Size, etag: unquoted(ETag) };
    token = page.IsTruncated ? page.NextContinuationToken : undefined;
  } while (token !== undefined);
}

async function remove(
  client: S3Client,
  bucket: string,
  objects: readonly { readonly Key: string; readonly VersionId?: string }[],
): Promise<void> {
  for (let at = 0; at < objects.length; at += DELETE_KEYS_MAX) {
    const Objects = objects.slice(at, at + DELETE_KEYS_MAX);
    const answer = await orFault(() =>
      client.send(new DeleteObjectsCommand({ Bucket: bucket, Delete: { Objects, Quiet: true } })),
    );
    requireAllGone(bucket, answer.Errors ?? []);
  }
}

interface KeyError {
  readonly Key?: string | undefined;
  readonly Code?: string | undefined;
  readonly Message?: string | undefined;
}

/** DeleteObjects answers 200 when it failed for some keys, and the SDK neither throws nor retries then. */
function requireAllGone(bucket: string, errors: readonly KeyError[]): void {
  const [first] = errors;
  if (!first) return;
  const more = errors.length > 1 ? ` and ${errors.length - 1} more` : '';
  const error = new Error(
    `${first.Message ?? 'no message'} (removing s3://${bucket}/${first.Key ?? '?'}${more}; the keys of the same call that are not named are gone)`,
  );
  error.name = first.Code ?? 'InternalError';
  // Inside a 200 there is no status of its own; these are the codes that S3 answers with 5xx elsewhere.
  const serverSide = ['InternalError', 'ServiceUnavailable'].includes(error.name);
  throw faultOf(Object.assign(error, serverSide && { $metadata: { httpStatusCode: 503 } }));
}

async function keepsVersions(client: S3Client, bucket: string): Promise<boolean> {
  const { Status } = await orFault(() => client.send(new GetBucketVersioningCommand({ Bucket: bucket })));
  return Status === 'Enabled';
}
