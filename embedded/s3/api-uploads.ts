import type { ListMultipartUploadsCommandInput, ListPartsCommandInput } from '@aws-sdk/client-s3';
import { compareKeys } from '../../core/manifest/line.ts';
import type { Call } from '../service.ts';
import type { Upload } from './bucket.ts';
import { noSuchUpload } from './errors.ts';
import { type Operation, operation } from './operation.ts';
import type { Store } from './store.ts';
import { quoted } from './write.ts';

/** S3: a page has at most 1,000 entries (ListMultipartUploads, ListParts, S3 API Reference). */
const PAGE_MAX = 1_000;

/** By key, then by the time of initiation, then by id. */
const inOrder = (a: Upload, b: Upload): number =>
  compareKeys(a.key, b.key) || a.startedAt - b.startedAt || (a.id < b.id ? -1 : 1);

function listUploads(store: Store, input: ListMultipartUploadsCommandInput, call: Call): object {
  const bucket = store.bucket(input.Bucket, call, input.ExpectedBucketOwner);
  const max = Math.min(input.MaxUploads ?? PAGE_MAX, PAGE_MAX);
  const all = [...bucket.uploads.values()]
    .filter((upload) => upload.key.startsWith(input.Prefix ?? ''))
    .sort(inOrder);
  const seen = all.findIndex(({ key, id }) => key === input.KeyMarker && id === input.UploadIdMarker);
  const { KeyMarker: marker } = input;
  const rest =
    seen >= 0
      ? all.slice(seen + 1)
      : all.filter(({ key }) => marker === undefined || compareKeys(key, marker) > 0);
  const page = rest.slice(0, max);
  const last = page.at(-1);
  const more = rest.length > page.length;
  return {
    Bucket: bucket.spec.name,
    MaxUploads: max,
    IsTruncated: more,
    ...(more && last && { NextKeyMarker: last.key, NextUploadIdMarker: last.id }),
    ...(page.length > 0 && {
      Uploads: page.map((upload) => ({
        Key: upload.key,
        UploadId: upload.id,
        Initiated: new Date(upload.startedAt),
        StorageClass: upload.storageClass,
        ChecksumAlgorithm: 'CRC64NVME',
        ChecksumType: 'FULL_OBJECT',
      })),
    }),
  };
}

function listParts(store: Store, input: ListPartsCommandInput, call: Call): object {
  const bucket = store.bucket(input.Bucket, call, input.ExpectedBucketOwner);
  const upload = bucket.uploads.get(input.UploadId ?? '');
  if (!upload || upload.key !== input.Key) throw noSuchUpload(input.UploadId ?? '');
  const max = Math.min(input.MaxParts ?? PAGE_MAX, PAGE_MAX);
  const after = Number(input.PartNumberMarker ?? 0);
  const rest = [...upload.parts.values()]
    .filter(({ number }) => number > after)
    .sort((a, b) => a.number - b.number);
  const page = rest.slice(0, max);
  const more = rest.length > page.length;
  return {
    Bucket: bucket.spec.name,
    Key: upload.key,
    UploadId: upload.id,
    MaxParts: max,
    IsTruncated: more,
    StorageClass: upload.storageClass,
    ...(more && { NextPartNumberMarker: String(page.at(-1)?.number) }),
    ...(page.length > 0 && {
      Parts: page.map((part) => ({
        PartNumber: part.number,
        ETag: quoted(part.etag),
        Size: part.bytes.length,
        LastModified: new Date(part.modifiedAt),
      })),
    }),
  };
}

export const uploadOperations: Readonly<Record<string, Operation>> = {
  ListMultipartUploads: operation<ListMultipartUploadsCommandInput>(
    ['Bucket', 'Prefix', 'KeyMarker', 'UploadIdMarker', 'MaxUploads', 'ExpectedBucketOwner'],
    listUploads,
  ),
  ListParts: operation<ListPartsCommandInput>(
    ['Bucket', 'Key', 'UploadId', 'MaxParts', 'PartNumberMarker', 'ExpectedBucketOwner'],
    listParts,
  ),
};
