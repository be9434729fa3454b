import { CopyObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import type { Copied, CopyRequest } from '../../core/ports/object-store.ts';
import { copyFault, preconditionFailed, written } from './s3-copy-answers.ts';
import { COPY_LIMITS, type CopyLimits, copyInParts } from './s3-copy-parts.ts';
import { copySource, isPrecondition } from './s3-names.ts';

/** Copies one object on the side of S3: one request, or parts and four when it is too large for that. */
export async function copyObject(
  client: S3Client,
  request: CopyRequest,
  limits: CopyLimits = COPY_LIMITS,
): Promise<Copied> {
  return request.bytes > limits.singleBytesMax
    ? copyInParts(client, request, limits)
    : copyInOnePiece(client, request);
}

async function copyInOnePiece(client: S3Client, request: CopyRequest): Promise<Copied> {
  const { from, to, createOnly } = request;
  try {
    const answer = await client.send(
      new CopyObjectCommand({
        Bucket: to.bucket,
        Key: to.key,
        CopySource: copySource(from),
        // S3 computes it where the copy lies, whatever the source carried: the answer is the proof of the copy.
        ChecksumAlgorithm: 'CRC64NVME',
        ...(from.etag !== undefined && { CopySourceIfMatch: from.etag }),
        ...(createOnly && { IfNoneMatch: '*' }),
        ...(to.etag !== undefined && { IfMatch: to.etag }),
      }),
    );
    return written(answer.CopyObjectResult, request);
  } catch (error) {
    if (isPrecondition(error)) return preconditionFailed(client, request);
    throw copyFault(error, request);
  }
}
