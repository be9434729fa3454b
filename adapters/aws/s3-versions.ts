import {
  ListObjectVersionsCommand,
  type ListObjectVersionsCommandOutput,
  type S3Client,
} from '@aws-sdk/client-s3';
import { invariant } from '../../core/errors/assert.ts';
import { compareKeys } from '../../core/manifest/line.ts';
import type { ListedVersion, VersionPage } from '../../core/ports/object-store.ts';
import { faultOf } from './faults.ts';
import { listedKey, unquoted } from './s3-names.ts';

interface Entry extends ListedVersion {
  readonly latest: boolean;
}

/** One page of ListObjectVersions: up to 1,000 versions and delete markers, of each key the newest first. */
export async function versionPage(
  client: S3Client,
  bucket: string,
  prefix: string,
  from?: { readonly key: string; readonly version: string },
  most?: number,
): Promise<VersionPage> {
  const page = await ask(client, bucket, prefix, from, most);
  const versions = await merged(client, bucket, page);
  if (!page.IsTruncated) return { versions };
  invariant(page.NextKeyMarker !== undefined, 'S3 says where a truncated listing goes on', { bucket });
  return {
    versions,
    next: { key: listedKey(page.NextKeyMarker), version: page.NextVersionIdMarker ?? '' },
  };
}

async function ask(
  client: S3Client,
  bucket: string,
  prefix: string,
  from?: { readonly key: string; readonly version: string },
  most?: number,
): Promise<ListObjectVersionsCommandOutput> {
  try {
    return await client.send(
      new ListObjectVersionsCommand({
        Bucket: bucket,
        Prefix: prefix,
        EncodingType: 'url',
        ...(from && { KeyMarker: from.key }),
        ...(from?.version && { VersionIdMarker: from.version }),
        ...(most !== undefined && { MaxKeys: most }),
      }),
    );
  } catch (error) {
    throw faultOf(error);
  }
}

/**
 * S3 lists versions and delete markers in one sequence; the SDK hands them out as two, and their order among each
 * other is lost. It follows from the key, from `IsLatest` and from the time, which has the grain of a second; where a
 * version and a marker of one key share their second, only S3 knows, and is asked.
 */
async function merged(
  client: S3Client,
  bucket: string,
  page: ListObjectVersionsCommandOutput,
): Promise<ListedVersion[]> {
  const objects = (page.Versions ?? []).map((v) => entry(v, false));
  const markers = (page.DeleteMarkers ?? []).map((m) => entry(m, true));
  const versions: ListedVersion[] = [];
  let o = 0;
  let m = 0;
  for (;;) {
    const object = objects[o];
    const marker = markers[m];
    if (!object && !marker) return versions;
    const objectFirst = !marker || (object && (await precedes(client, bucket, object, marker)));
    const { latest: _, ...version } = objectFirst ? objects[o++]! : markers[m++]!;
    versions.push(version);
  }
}

async function precedes(client: S3Client, bucket: string, object: Entry, marker: Entry): Promise<boolean> {
  const byKey = compareKeys(object.key, marker.key);
  if (byKey !== 0) return byKey < 0;
  if (object.latest !== marker.latest) return object.latest;
  if (object.modifiedAt !== marker.modifiedAt) return object.modifiedAt > marker.modifiedAt;
  const after = await ask(client, bucket, object.key, { key: object.key, version: object.version });
  return (after.DeleteMarkers ?? []).some(
    (later) => later.VersionId === marker.version && listedKey(later.Key ?? '') === marker.key,
  );
}

interface Row {
  readonly Key?: string | undefined;
  readonly VersionId?: string | undefined;
  readonly LastModified?: Date | undefined;
  readonly IsLatest?: boolean | undefined;
  readonly Size?: number | undefined;
  readonly ETag?: string | undefined;
}

function entry(row: Row, deleted: boolean): Entry {
  invariant(row.Key !== undefined && row.VersionId && row.LastModified, 'S3 lists key, version and time');
  return {
    key: listedKey(row.Key),
    version: row.VersionId,
    modifiedAt: row.LastModified.getTime(),
    bytes: row.Size ?? 0,
    etag: unquoted(row.ETag),
    latest: row.IsLatest ?? false,
    deleted,
  };
}
