import type {
  AbortMultipartUploadCommandInput,
  CompleteMultipartUploadCommandInput,
  CreateMultipartUploadCommandInput,
  UploadPartCommandInput,
  UploadPartCopyCommandInput,
} from '@aws-sdk/client-s3';
import { type Call, NotModelled, onlyModelled } from '../service.ts';
import { carry, copySource } from './api-copy.ts';
import { parseTags } from './api-tags.ts';
import type { Bucket, Upload } from './bucket.ts';
import { checksumOf, md5Of } from './checksum.ts';
import { badDigest, invalidArgument, invalidRequest, noSuchUpload } from './errors.ts';
import { lockRequested } from './object-lock.ts';
import { type Operation, operation } from './operation.ts';
import { assemble, choose, type Named, PART_BYTES_MIN, PARTS_MAX } from './parts.ts';
import { printChecksum, versionIdOf } from './read.ts';
import { bytesOf, HEADERS, headersOf, LOCK, SSE } from './request.ts';
import type { Store } from './store.ts';
import {
  checkConditions,
  checkKey,
  checkSize,
  encryptionFor,
  printEncryption,
  quoted,
  storeObject,
  useKey,
} from './write.ts';

interface UploadRequest {
  readonly Bucket?: string | undefined;
  readonly Key?: string | undefined;
  readonly UploadId?: string | undefined;
  readonly ExpectedBucketOwner?: string | undefined;
}

function findUpload(store: Store, input: UploadRequest, call: Call): { bucket: Bucket; upload: Upload } {
  const bucket = store.bucket(input.Bucket, call, input.ExpectedBucketOwner);
  const upload = bucket.uploads.get(input.UploadId ?? '');
  if (!upload || upload.key !== input.Key) throw noSuchUpload(input.UploadId ?? '');
  return { bucket, upload };
}

/** Parts and completion need Decrypt besides ("Uploading with SSE-KMS", CreateMultipartUpload, S3 API Reference). */
function openKey(store: Store, bucket: Bucket, upload: Upload, call: Call): void {
  if (upload.encryption.kind === 'aws:kms')
    useKey(store, bucket.spec.region, upload.encryption.keyArn, 'Decrypt', call.now);
}

function create(store: Store, input: CreateMultipartUploadCommandInput, call: Call): object {
  const bucket = store.bucket(input.Bucket, call, input.ExpectedBucketOwner);
  const key = checkKey(input.Key);
  if ((input.ChecksumAlgorithm ?? 'CRC64NVME') !== 'CRC64NVME')
    throw new NotModelled('s3', `a multipart upload with ChecksumAlgorithm ${input.ChecksumAlgorithm}`);
  if (input.ChecksumType === 'COMPOSITE')
    throw invalidRequest('The COMPOSITE checksum type cannot be used with the crc64nvme checksum algorithm.');
  const upload: Upload = {
    id: store.nextId(),
    key,
    startedAt: call.now,
    headers: headersOf(input),
    tags: parseTags(input.Tagging),
    storageClass: input.StorageClass ?? 'STANDARD',
    encryption: encryptionFor(store, bucket, input, call.now),
    ...lockRequested(bucket, input, call.now),
    parts: new Map(),
  };
  bucket.uploads.set(upload.id, upload);
  return {
    Bucket: bucket.spec.name,
    Key: key,
    UploadId: upload.id,
    ChecksumAlgorithm: 'CRC64NVME',
    ChecksumType: 'FULL_OBJECT',
    ...printEncryption(upload.encryption),
  };
}

function partNumber(n: number | undefined): number {
  if (n === undefined || !Number.isInteger(n) || n < 1 || n > PARTS_MAX)
    throw invalidArgument(
      `Part number must be an integer between 1 and ${PARTS_MAX}, inclusive`,
      'partNumber',
      n,
    );
  return n;
}

function addPart(upload: Upload, number: number, bytes: Buffer, whole: Buffer, call: Call): string {
  const etag = md5Of(bytes);
  upload.parts.set(number, { number, bytes, whole, etag, modifiedAt: call.now });
  return etag;
}

function uploadPart(store: Store, input: UploadPartCommandInput, call: Call): object {
  const { bucket, upload } = findUpload(store, input, call);
  const number = partNumber(input.PartNumber);
  const bytes = bytesOf(input.Body);
  checkSize(store, bytes.length);
  if (input.ChecksumCRC64NVME !== undefined && input.ChecksumCRC64NVME !== checksumOf('CRC64NVME', bytes))
    throw badDigest('CRC64NVME');
  openKey(store, bucket, upload, call);
  const etag = addPart(upload, number, bytes, bytes, call);
  return { ETag: quoted(etag), ...printEncryption(upload.encryption) };
}

/** `bytes=first-last`, both inside the source; a range is only taken from a source above 5 MB (UploadPartCopy). */
function sliceOf(range: string | undefined, bytes: Buffer): Buffer {
  if (range === undefined) return bytes;
  const found = /^bytes=(\d+)-(\d+)$/.exec(range);
  const start = Number(found?.[1]);
  const last = Number(found?.[2]);
  if (!found || start > last || last >= bytes.length)
    throw invalidArgument(
      `The x-amz-copy-source-range value must be of the form bytes=first-last within an object of ${bytes.length} bytes`,
      'x-amz-copy-source-range',
      range,
    );
  if (bytes.length <= PART_BYTES_MIN)
    throw invalidRequest('The specified copy source is not supported as a byte-range copy source');
  return bytes.subarray(start, last + 1);
}

function uploadPartCopy(store: Store, input: UploadPartCopyCommandInput, call: Call): object {
  const { bucket, upload } = findUpload(store, input, call);
  const number = partNumber(input.PartNumber);
  const source = copySource(store, input, call);
  const whole = carry(store, source, bucket, upload.key);
  const bytes = sliceOf(input.CopySourceRange, whole);
  if (bytes.length > store.singleBytesMax)
    throw invalidRequest(`a copied part has at most ${store.singleBytesMax} bytes; received ${bytes.length}`);
  openKey(store, bucket, upload, call);
  const etag = addPart(upload, number, bytes, whole, call);
  return {
    CopyPartResult: {
      ETag: quoted(etag),
      LastModified: new Date(call.now),
      ChecksumCRC64NVME: checksumOf('CRC64NVME', bytes),
    },
    ...(source.bucket.versioning && { CopySourceVersionId: source.version.id }),
    ...printEncryption(upload.encryption),
  };
}

function namedParts(input: CompleteMultipartUploadCommandInput): readonly Named[] {
  return (input.MultipartUpload?.Parts ?? []).map((part) => {
    onlyModelled('s3', 'CompleteMultipartUpload.Parts', part, ['PartNumber', 'ETag', 'ChecksumCRC64NVME']);
    return { number: partNumber(part.PartNumber), etag: part.ETag, crc64nvme: part.ChecksumCRC64NVME };
  });
}

function complete(store: Store, input: CompleteMultipartUploadCommandInput, call: Call): object {
  const { bucket, upload } = findUpload(store, input, call);
  const parts = choose(upload, namedParts(input));
  const size = parts.reduce((sum, part) => sum + part.bytes.length, 0);
  if (input.MpuObjectSize !== undefined && Number(input.MpuObjectSize) !== size)
    throw invalidRequest(
      `The provided 'x-amz-mp-object-size' header value ${input.MpuObjectSize} does not match what was computed: ${size}`,
    );
  checkConditions(bucket, upload.key, input);
  openKey(store, bucket, upload, call);
  const body = assemble(parts);
  if (input.ChecksumCRC64NVME !== undefined && input.ChecksumCRC64NVME !== checksumOf('CRC64NVME', body))
    throw badDigest('CRC64NVME');
  if (input.ChecksumType === 'COMPOSITE') throw badDigest('ChecksumType');
  bucket.uploads.delete(upload.id);
  const draft = {
    ...upload,
    body,
    algorithm: 'CRC64NVME' as const,
    parts: {
      count: parts.length,
      digest: md5Of(Buffer.concat(parts.map((part) => Buffer.from(part.etag, 'hex')))),
    },
    // S3: the creation date of the object is the initiation of its upload, and versions are ordered by it.
    createdAt: upload.startedAt,
  };
  const version = storeObject(store, bucket, draft, call, 'CompleteMultipartUpload');
  return {
    Location: `https://${bucket.spec.name}.s3.${bucket.spec.region}.amazonaws.com/${encodeURIComponent(upload.key)}`,
    Bucket: bucket.spec.name,
    Key: upload.key,
    ETag: quoted(version.etag),
    ...printChecksum(version.checksum),
    ...printEncryption(version.encryption),
    ...versionIdOf(bucket, version),
  };
}

function abort(store: Store, input: AbortMultipartUploadCommandInput, call: Call): object {
  const { bucket, upload } = findUpload(store, input, call);
  bucket.uploads.delete(upload.id);
  return {};
}

const UPLOAD = ['Bucket', 'Key', 'UploadId', 'ExpectedBucketOwner'] as const;

export const multipartOperations: Readonly<Record<string, Operation>> = {
  CreateMultipartUpload: operation<CreateMultipartUploadCommandInput>(
    [
      ...([
        'Bucket',
        'Key',
        'ExpectedBucketOwner',
        'ChecksumAlgorithm',
        'ChecksumType',
        'StorageClass',
        'Tagging',
      ] as const),
      ...HEADERS,
      ...LOCK,
      ...SSE,
    ],
    create,
  ),
  UploadPart: operation<UploadPartCommandInput>(
    [...UPLOAD, 'PartNumber', 'Body', 'ContentLength', 'ChecksumAlgorithm', 'ChecksumCRC64NVME'],
    uploadPart,
  ),
  UploadPartCopy: operation<UploadPartCopyCommandInput>(
    [
      ...UPLOAD,
      ...([
        'PartNumber',
        'CopySource',
        'CopySourceRange',
        'CopySourceIfMatch',
        'ExpectedSourceBucketOwner',
      ] as const),
    ],
    uploadPartCopy,
  ),
  CompleteMultipartUpload: operation<CompleteMultipartUploadCommandInput>(
    [
      ...UPLOAD,
      ...([
        'MultipartUpload',
        'MpuObjectSize',
        'IfMatch',
        'IfNoneMatch',
        'ChecksumCRC64NVME',
        'ChecksumType',
      ] as const),
    ],
    complete,
  ),
  AbortMultipartUpload: operation<AbortMultipartUploadCommandInput>(UPLOAD, abort),
};
