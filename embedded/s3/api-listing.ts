import type { ListObjectsV2CommandInput, ListObjectVersionsCommandInput } from '@aws-sdk/client-s3';
import { compareKeys } from '../../core/manifest/line.ts';
import type { Call } from '../service.ts';
import type { Bucket, ObjectVersion, Version } from './bucket.ts';
import { invalidArgument } from './errors.ts';
import { type Operation, operation } from './operation.ts';
import { checkVersionId, lastModified } from './read.ts';
import type { Store } from './store.ts';
import { quoted } from './write.ts';

/** S3: a page has at most 1,000 entries (ListObjectsV2, ListObjectVersions, S3 API Reference). */
const PAGE_MAX = 1_000;

const pageSize = (maxKeys: number | undefined): number => Math.min(maxKeys ?? PAGE_MAX, PAGE_MAX);

/** `EncodingType: url`: keys come percent-encoded, with `+` for a space. The SDK does not decode them. */
function encoder(type: string | undefined): (key: string) => string {
  if (type !== 'url') return (key) => key;
  return (key) => encodeURIComponent(key).replaceAll('%2F', '/').replaceAll('%20', '+');
}

const describe = (version: ObjectVersion) => ({
  LastModified: lastModified(version),
  ETag: quoted(version.etag),
  Size: version.body.length,
  StorageClass: version.storageClass,
  ChecksumAlgorithm: [version.checksum.algorithm],
  ChecksumType: 'FULL_OBJECT' as const,
});

/** The first key that a listing of `prefix` after `after` may show. */
const startOf = (prefix: string, after: string): string => (compareKeys(after, prefix) > 0 ? after : prefix);

/** The part of `key` up to the delimiter that follows the prefix: keys that share it are shown as one. */
function commonPrefix(key: string, prefix: string, delimiter: string | undefined): string | undefined {
  if (!delimiter) return undefined;
  const at = key.indexOf(delimiter, prefix.length);
  return at < 0 ? undefined : key.slice(0, at + delimiter.length);
}

/** Opaque to callers: the last entry of the page, a key or a common prefix. */
const printToken = (last: string): string => Buffer.from(last, 'utf8').toString('base64url');

function parseToken(token: string): string {
  const last = Buffer.from(token, 'base64url').toString('utf8');
  if (last === '' || printToken(last) !== token)
    throw invalidArgument('The continuation token provided is incorrect', 'continuation-token', token);
  return last;
}

function collectPage(bucket: Bucket, input: ListObjectsV2CommandInput, max: number) {
  const prefix = input.Prefix ?? '';
  const after = input.ContinuationToken ? parseToken(input.ContinuationToken) : (input.StartAfter ?? '');
  const objects: { readonly key: string; readonly version: ObjectVersion }[] = [];
  const prefixes: string[] = [];
  let last = after;
  for (const [key, versions] of bucket.keys.from(startOf(prefix, after))) {
    if (!key.startsWith(prefix)) break;
    const version = versions.at(-1)!;
    if (version.kind === 'marker' || key === after) continue;
    const common = commonPrefix(key, prefix, input.Delimiter);
    // Shown already: on this page, or on the one before, which ended with it.
    if (common !== undefined && common === last) continue;
    if (objects.length + prefixes.length === max) return { objects, prefixes, last, more: max > 0 };
    if (common === undefined) objects.push({ key, version });
    else prefixes.push(common);
    last = common ?? key;
  }
  return { objects, prefixes, last, more: false };
}

function listObjects(store: Store, input: ListObjectsV2CommandInput, call: Call): object {
  const bucket = store.bucket(input.Bucket, call, input.ExpectedBucketOwner);
  const max = pageSize(input.MaxKeys);
  const encode = encoder(input.EncodingType);
  const { objects, prefixes, last, more } = collectPage(bucket, input, max);
  return {
    Name: bucket.spec.name,
    Prefix: encode(input.Prefix ?? ''),
    MaxKeys: max,
    KeyCount: objects.length + prefixes.length,
    IsTruncated: more,
    ...(input.Delimiter !== undefined && { Delimiter: input.Delimiter }),
    ...(input.EncodingType && { EncodingType: input.EncodingType }),
    ...(input.StartAfter !== undefined && { StartAfter: input.StartAfter }),
    ...(input.ContinuationToken !== undefined && { ContinuationToken: input.ContinuationToken }),
    ...(more && { NextContinuationToken: printToken(last) }),
    ...(objects.length > 0 && {
      Contents: objects.map(({ key, version }) => ({ Key: encode(key), ...describe(version) })),
    }),
    ...(prefixes.length > 0 && { CommonPrefixes: prefixes.map((common) => ({ Prefix: encode(common) })) }),
  };
}

interface Row {
  readonly key: string;
  readonly version: Version;
  readonly latest: boolean;
}

/** Versions of one key, newest first, from the one after the marker on. */
function* newestFirst(bucket: Bucket, key: string, versions: readonly Version[], marker?: string) {
  const place = marker === undefined ? undefined : (bucket.find(key, marker) ?? bucket.gone.get(marker));
  if (marker !== undefined && !place)
    throw invalidArgument('Invalid version id specified', 'version-id-marker', marker);
  for (let i = versions.length - 1; i >= 0; i--) {
    const version = versions[i]!;
    const behind =
      !place ||
      version.createdAt < place.createdAt ||
      (version.createdAt === place.createdAt && version.order < place.order);
    if (behind) yield { key, version, latest: i === versions.length - 1 };
  }
}

function* versionRows(bucket: Bucket, input: ListObjectVersionsCommandInput): Generator<Row> {
  const { KeyMarker: keyMarker, VersionIdMarker: versionMarker, Prefix: prefix = '' } = input;
  for (const [key, versions] of bucket.keys.from(startOf(prefix, keyMarker ?? ''))) {
    if (!key.startsWith(prefix)) return;
    // Without a version to start after, a key marker passes all of its key's versions by.
    if (key === keyMarker && versionMarker === undefined) continue;
    yield* newestFirst(bucket, key, versions, key === keyMarker ? versionMarker : undefined);
  }
}

function checkMarkers(input: ListObjectVersionsCommandInput): void {
  if (input.VersionIdMarker === undefined) return;
  if (!input.KeyMarker)
    throw invalidArgument(
      'A version-id marker cannot be specified without a key marker.',
      'version-id-marker',
      input.VersionIdMarker,
    );
  checkVersionId(input.VersionIdMarker);
}

function listVersions(store: Store, input: ListObjectVersionsCommandInput, call: Call): object {
  const bucket = store.bucket(input.Bucket, call, input.ExpectedBucketOwner);
  const max = pageSize(input.MaxKeys);
  const encode = encoder(input.EncodingType);
  checkMarkers(input);
  const objects: object[] = [];
  const markers: object[] = [];
  let last: Row | undefined;
  let more = false;
  for (const row of versionRows(bucket, input)) {
    if (objects.length + markers.length === max) {
      more = max > 0;
      break;
    }
    const shared = { Key: encode(row.key), VersionId: row.version.id, IsLatest: row.latest };
    if (row.version.kind === 'object') objects.push({ ...shared, ...describe(row.version) });
    else markers.push({ ...shared, LastModified: lastModified(row.version) });
    last = row;
  }
  return {
    Name: bucket.spec.name,
    Prefix: encode(input.Prefix ?? ''),
    KeyMarker: encode(input.KeyMarker ?? ''),
    VersionIdMarker: input.VersionIdMarker ?? '',
    MaxKeys: max,
    IsTruncated: more,
    ...(input.EncodingType && { EncodingType: input.EncodingType }),
    ...(more && last && { NextKeyMarker: encode(last.key), NextVersionIdMarker: last.version.id }),
    ...(objects.length > 0 && { Versions: objects }),
    ...(markers.length > 0 && { DeleteMarkers: markers }),
  };
}

const SHARED = ['Bucket', 'Prefix', 'MaxKeys', 'EncodingType', 'ExpectedBucketOwner'] as const;

export const listingOperations: Readonly<Record<string, Operation>> = {
  ListObjectsV2: operation<ListObjectsV2CommandInput>(
    [...SHARED, 'Delimiter', 'StartAfter', 'ContinuationToken'],
    listObjects,
  ),
  ListObjectVersions: operation<ListObjectVersionsCommandInput>(
    [...SHARED, 'KeyMarker', 'VersionIdMarker'],
    listVersions,
  ),
};
