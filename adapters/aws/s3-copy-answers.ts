import { HeadObjectCommand, type HeadObjectCommandOutput, type S3Client } from '@aws-sdk/client-s3';
import { invariant } from '../../core/errors/assert.ts';
import { ConcurrentUpdate, CopyFailed, SourceVersionGone } from '../../core/errors/registry.ts';
import type { Copied, CopyRequest } from '../../core/ports/object-store.ts';
import { faultOf } from './faults.ts';
import { isMissing, unquoted } from './s3-names.ts';

/** 412 says that one of two conditions failed and not which: what lies at the target decides. */
export async function preconditionFailed(client: S3Client, request: CopyRequest): Promise<Copied> {
  const { from, to, createOnly } = request;
  const found = createOnly ? await checksumAt(client, to.bucket, to.key) : undefined;
  if (found !== undefined) return { checksum: found, outcome: 'already-there' };
  const overtaken = to.etag !== undefined && (from.etag === undefined || (await isOther(client, to)));
  if (from.etag !== undefined && !overtaken) throw sourceGone(request, 'it was overwritten');
  if (overtaken)
    throw new ConcurrentUpdate(
      `s3://${to.bucket}/${to.key} is not what it was a moment ago; read it again and decide anew`,
      { bucket: to.bucket, key: to.key },
    );
  throw new ConcurrentUpdate(
    `s3://${to.bucket}/${to.key} was there a moment ago and is not any more; the machine tries again`,
  );
}

async function isOther(client: S3Client, { bucket, key, etag }: CopyRequest['to']): Promise<boolean> {
  const head = await headOf(client, bucket, key);
  return !head || unquoted(head.ETag) !== etag;
}

/** The checksum of what lies there; undefined when nothing does. */
export async function checksumAt(
  client: S3Client,
  bucket: string,
  key: string,
  version?: string,
): Promise<string | undefined> {
  const head = await headOf(client, bucket, key, version);
  return head && checksumIn(head);
}

const checksumIn = (head: HeadObjectCommandOutput): string =>
  head.ChecksumCRC64NVME ? `crc64nvme:${head.ChecksumCRC64NVME}` : `etag:${unquoted(head.ETag)}`;

export async function headOf(
  client: S3Client,
  bucket: string,
  key: string,
  version?: string,
): Promise<HeadObjectCommandOutput | undefined> {
  try {
    return await client.send(
      new HeadObjectCommand({
        Bucket: bucket,
        Key: key,
        ChecksumMode: 'ENABLED',
        ...(version !== undefined && { VersionId: version }),
      }),
    );
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw faultOf(error);
  }
}

/** What S3 answers when it has written a copy, in one piece or in parts. */
interface Answer {
  readonly ChecksumCRC64NVME?: string | undefined;
  readonly ETag?: string | undefined;
}

export function written(answer: Answer | undefined, { to }: CopyRequest): Copied {
  const { ChecksumCRC64NVME: crc64, ETag: etag } = answer ?? {};
  invariant(crc64, 'S3 answers the CRC64NVME that was asked for', { key: to.key });
  invariant(etag, 'S3 answers the ETag of what it wrote', { key: to.key });
  return { outcome: 'copied', checksum: `crc64nvme:${crc64}`, etag: unquoted(etag) };
}

export function copyFault(error: unknown, request: CopyRequest): Error {
  if (error instanceof Error) {
    if (error.name === 'NoSuchKey' || error.name === 'NoSuchVersion')
      return sourceGone(request, 'it was permanently deleted', error);
    if (error.name === 'ObjectNotInActiveTierError' || error.name === 'InvalidObjectState')
      return new CopyFailed(
        `${place(request)} is archived and cannot be copied; restore it to an active tier, or keep it out of the cluster's prefix`,
        { bucket: request.from.bucket, key: request.from.key },
        { cause: error },
      );
  }
  return faultOf(error);
}

export const sourceGone = (request: CopyRequest, why: string, cause?: unknown): SourceVersionGone =>
  new SourceVersionGone(
    `${place(request)} is not there any more: ${why}; if this is the protected bucket, let noncurrent versions live longer than a capture and back up again; if it is a vault, use another recovery point or region`,
    { bucket: request.from.bucket, key: request.from.key },
    { cause },
  );

const place = ({ from }: CopyRequest): string =>
  `s3://${from.bucket}/${from.key}${from.version === undefined ? '' : ` version ${from.version}`}`;
