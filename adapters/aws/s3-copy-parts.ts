import {
  AbortMultipartUploadCommand,
  type CompletedPart,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  GetObjectTaggingCommand,
  type HeadObjectCommandOutput,
  type S3Client,
  UploadPartCopyCommand,
} from '@aws-sdk/client-s3';
import { invariant } from '../../core/errors/assert.ts';
import type { Copied, CopyRequest } from '../../core/ports/object-store.ts';
import { checksumAt, copyFault, headOf, preconditionFailed, sourceGone, written } from './s3-copy-answers.ts';
import { copySource, isPrecondition, unquoted } from './s3-names.ts';

const MIB = 1_024 ** 2;
const GIB = 1_024 ** 3;

/** Where copying in one piece ends and in parts begins. Tests make them small. */
export interface CopyLimits {
  readonly singleBytesMax: number;
  readonly partBytesMin: number;
}

/**
 * CopyObject takes at most 5 GB (copy-object.html, read 2026-11); the decimal reading is the safe one. Parts are at
 * least 64 MiB, so that an object of 5 GB costs some 75 requests.
 */
export const COPY_LIMITS: CopyLimits = { singleBytesMax: 5_000_000_000, partBytesMin: 64 * MIB };

/** An upload has at most 10,000 parts of at most 5 GiB (qfacts.html); a tenth of them is fast enough and leaves room. */
const PARTS_WANTED = 1_000;
const PART_BYTES_MAX = 5 * GIB;

/** S3 copies a part at some 60 MB/s: 32 at once move an object of 1.5 TB within a function's 15 minutes. */
export const PARTS_IN_FLIGHT = 32;

export function partBytes(bytes: number, partBytesMin: number): number {
  const even = Math.ceil(bytes / PARTS_WANTED / MIB) * MIB;
  return Math.min(Math.max(partBytesMin, even), PART_BYTES_MAX);
}

/**
 * In parts, each of them bound to the ETag of the source, so that an overwrite in between cannot splice two objects. A
 * multipart upload inherits nothing, so the source's headers and tags are read and given to it.
 */
export async function copyInParts(
  client: S3Client,
  request: CopyRequest,
  limits: CopyLimits,
): Promise<Copied> {
  const { from, to, createOnly } = request;
  // Asked before the bytes move: the condition of the last call would say it only after terabytes.
  const found = createOnly ? await checksumAt(client, to.bucket, to.key) : undefined;
  if (found !== undefined) return { checksum: found, outcome: 'already-there' };
  const source = await headOf(client, from.bucket, from.key, from.version);
  if (!source) throw sourceGone(request, 'it was permanently deleted');
  const etag = from.etag ?? unquoted(source.ETag);
  try {
    const begun = await client.send(
      new CreateMultipartUploadCommand({
        Bucket: to.bucket,
        Key: to.key,
        ChecksumAlgorithm: 'CRC64NVME',
        ChecksumType: 'FULL_OBJECT',
        ...headersOf(source),
        ...(await tagsOf(client, request, source)),
      }),
    );
    invariant(begun.UploadId, 'S3 names a multipart upload that it begins', { key: to.key });
    return await fill(client, request, limits, etag, begun.UploadId);
  } catch (error) {
    if (isPrecondition(error)) return preconditionFailed(client, { ...request, from: { ...from, etag } });
    throw copyFault(error, request);
  }
}

async function fill(
  client: S3Client,
  request: CopyRequest,
  limits: CopyLimits,
  etag: string,
  uploadId: string,
): Promise<Copied> {
  const { to, bytes, createOnly } = request;
  const upload = { Bucket: to.bucket, Key: to.key, UploadId: uploadId };
  try {
    const parts = await copyParts(client, request, partBytes(bytes, limits.partBytesMin), etag, uploadId);
    const done = await client.send(
      new CompleteMultipartUploadCommand({
        ...upload,
        ChecksumType: 'FULL_OBJECT',
        MpuObjectSize: bytes,
        MultipartUpload: { Parts: parts },
        ...(createOnly && { IfNoneMatch: '*' }),
        ...(to.etag !== undefined && { IfMatch: to.etag }),
      }),
    );
    return written(done, request);
  } catch (error) {
    // The first error is the one to report; parts that stay behind are removed by the bucket's lifecycle.
    await client.send(new AbortMultipartUploadCommand(upload)).catch(() => undefined);
    throw error;
  }
}

async function copyParts(
  client: S3Client,
  request: CopyRequest,
  size: number,
  etag: string,
  uploadId: string,
): Promise<CompletedPart[]> {
  const { from, to, bytes } = request;
  const parts: CompletedPart[] = new Array(Math.ceil(bytes / size));
  let next = 0;
  let failed = false;
  const worker = async (): Promise<void> => {
    while (next < parts.length && !failed) {
      const n = next++;
      const last = Math.min((n + 1) * size, bytes) - 1;
      try {
        const { CopyPartResult: part } = await client.send(
          new UploadPartCopyCommand({
            Bucket: to.bucket,
            Key: to.key,
            UploadId: uploadId,
            PartNumber: n + 1,
            CopySource: copySource(from),
            CopySourceIfMatch: etag,
            CopySourceRange: `bytes=${n * size}-${last}`,
          }),
        );
        parts[n] = { PartNumber: n + 1, ETag: part?.ETag, ChecksumCRC64NVME: part?.ChecksumCRC64NVME };
      } catch (error) {
        failed = true;
        throw error;
      }
    }
  };
  // All workers end before the upload is aborted: a part that lands later would stay and be billed.
  const ends = await Promise.allSettled(
    Array.from({ length: Math.min(PARTS_IN_FLIGHT, parts.length) }, worker),
  );
  const bad = ends.find((end) => end.status === 'rejected');
  if (bad) throw bad.reason;
  return parts;
}

const headersOf = (source: HeadObjectCommandOutput) => ({
  ...(source.ContentType !== undefined && { ContentType: source.ContentType }),
  ...(source.ContentEncoding !== undefined && { ContentEncoding: source.ContentEncoding }),
  ...(source.ContentDisposition !== undefined && { ContentDisposition: source.ContentDisposition }),
  ...(source.ContentLanguage !== undefined && { ContentLanguage: source.ContentLanguage }),
  ...(source.CacheControl !== undefined && { CacheControl: source.CacheControl }),
  ...(source.Metadata !== undefined && { Metadata: source.Metadata }),
});

async function tagsOf(client: S3Client, { from }: CopyRequest, source: HeadObjectCommandOutput) {
  if (!source.TagCount) return {};
  const { TagSet = [] } = await client.send(
    new GetObjectTaggingCommand({
      Bucket: from.bucket,
      Key: from.key,
      ...(from.version !== undefined && { VersionId: from.version }),
    }),
  );
  return {
    Tagging: TagSet.map((t) => [t.Key, t.Value].map((s) => encodeURIComponent(s ?? '')).join('=')).join('&'),
  };
}
